/**
 * Builds the runtime into `apps/runtime/dist`; needs `packages/node-lib/generated`:
 *
 *   npx tsx apps/runtime/build.ts
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packBaseImage } from '../../packages/container/build/base-image.ts';
import { buildRuntime } from './build/build-runtime.ts';

const root = join(import.meta.dirname, '../..');

/** Workers by the name under which `KernelBoot.assets` has them. One line for each. */
const workers: Readonly<Record<string, string>> = {
  'kernel.worker': 'packages/container/src/kernel.worker.ts',
  'vfs-writer.worker': 'packages/container/src/vfs-writer.worker.ts',
  'process.worker': 'packages/container/src/process.worker.ts',
  'shell.worker': 'packages/container/src/shell.worker.ts',
  'search.worker': 'packages/container/src/search.worker.ts',
  'broker.worker': 'apps/runtime/src/workers/broker.worker.ts',
};

/** Files that workers fetch, by the same kind of name, as they lie there. Absent ones are left out; the kernel says so when it wants one. */
const dataFiles: Readonly<Record<string, string>> = {
  'lazy.bin': 'packages/node-lib/generated/lazy.bin',
  'amaro.bin': 'packages/node-lib/generated/amaro.bin',
  'extras.bin': 'packages/node-lib/generated/extras.bin',
  'sqlite.bin': 'packages/node-lib/generated/sqlite.bin',
  'codecs.bin': 'packages/node-lib/generated/codecs.bin',
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

const data: Record<string, Buffer> = { 'base-image.bin': packImage() };
for (const [name, path] of Object.entries(dataFiles)) if (existsSync(join(root, path))) data[name] = readFileSync(join(root, path));

const sizes = await buildRuntime({ dist: join(import.meta.dirname, 'dist'), workers, data, compress: true });
for (const [name, raw, packed] of sizes) process.stdout.write(`${name.padEnd(20)} ${String(Math.round(raw / 1024)).padStart(7)} KiB  br ${String(Math.round(packed / 1024)).padStart(6)} KiB\n`);
