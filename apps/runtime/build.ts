/**
 * Builds the runtime into `apps/runtime/dist`; needs `packages/runtime/node-lib/generated`:
 *
 *   npx tsx apps/runtime/build.ts
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packBaseImage } from '@slipway/container/build';
import { packPostgresImage } from '@slipway/container/build-postgres';
import { buildRuntime } from './build/build-runtime.ts';

const root = join(import.meta.dirname, '../..');

/** Workers by the name under which `KernelBoot.assets` has them. One line for each. */
const workers: Readonly<Record<string, string>> = {
  'kernel.worker': 'packages/runtime/container/src/kernel.worker.ts',
  'vfs-writer.worker': 'packages/runtime/container/src/vfs-writer.worker.ts',
  'process.worker': 'packages/runtime/container/src/process.worker.ts',
  'shell.worker': 'packages/runtime/container/src/shell.worker.ts',
  'search.worker': 'packages/runtime/container/src/search.worker.ts',
  'broker.worker': 'apps/runtime/src/workers/broker.worker.ts',
};

/**
 * Files that workers fetch, by the same kind of name, as they lie there. Absent ones are left out; the kernel says so
 * when it wants one.
 */
const dataFiles: Readonly<Record<string, string>> = {
  'lazy.bin': 'packages/runtime/node-lib/generated/lazy.bin',
  'amaro.bin': 'packages/runtime/node-lib/generated/amaro.bin',
  'extras.bin': 'packages/runtime/node-lib/generated/extras.bin',
  'sqlite.bin': 'packages/runtime/node-lib/generated/sqlite.bin',
  'codecs.bin': 'packages/runtime/node-lib/generated/codecs.bin',
};

function packImage(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-image-'));
  try {
    const path = join(folder, 'base-image.bin');
    packBaseImage(path);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const data: Record<string, Buffer> = { 'base-image.bin': packImage(), 'postgres.bin': packPostgresImage() };
for (const [name, path] of Object.entries(dataFiles))
  if (existsSync(join(root, path))) data[name] = readFileSync(join(root, path));

const inKib = (bytes: number, width: number): string => `${String(Math.round(bytes / 1024)).padStart(width)} KiB`;
const sizes = await buildRuntime({ dist: join(import.meta.dirname, 'dist'), workers, data, compress: true });
for (const [name, raw, packed] of sizes)
  process.stdout.write(`${name.padEnd(20)} ${inKib(raw, 7)}  br ${inKib(packed, 6)}\n`);
