import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POSTGRES_HOME } from '../src/postgres-service.ts';
import { bundleGuest, encodeImage } from './base-image.ts';

const here = import.meta.dirname;
/** Clusters that were made, by what they were made of. */
const MADE = join(here, '../generated');

/**
 * PostgreSQL for containers (PGlite) as an image like the base image: the program that answers port 5432, the engine,
 * and an empty cluster. Fetched when somebody first connects.
 */
export function packPostgresImage(): Buffer {
  const engine = dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite')));
  const files: readonly (readonly [name: string, bytes: Buffer])[] = [
    ['postgres.cjs', bundleGuest('postgres.ts')],
    ['pglite.wasm', readFileSync(join(engine, 'pglite.wasm'))],
    ['pglite.data', readFileSync(join(engine, 'pglite.data'))],
    ['cluster.bin', readFileSync(makeCluster(engine))],
    ['LICENSE', readFileSync(join(engine, '../LICENSE'))],
  ];
  let offset = 0;
  const index = files.map(([name, bytes]) => {
    const entry = [`${POSTGRES_HOME}/${name}`, name.endsWith('.cjs') ? 0o755 : 0o644, offset, bytes.length];
    offset += bytes.length;
    return entry;
  });
  return encodeImage(
    index,
    files.map(([, bytes]) => bytes),
  );
}

/** initdb takes seconds: once for each version of the engine and of what is asked of it. */
function makeCluster(engine: string): string {
  const hash = createHash('sha256');
  for (const path of [join(here, 'make-cluster.ts'), join(engine, 'pglite.wasm'), join(engine, 'initdb.wasm')])
    hash.update(readFileSync(path));
  const output = join(MADE, `cluster-${hash.digest('hex').slice(0, 12)}.bin`);
  if (existsSync(output)) return output;
  mkdirSync(MADE, { recursive: true });
  const part = `${output}.${process.pid}`;
  const made = spawnSync(process.execPath, ['--import', 'tsx', join(here, 'make-cluster.ts'), part], {
    cwd: here,
    encoding: 'utf8',
  });
  if (made.status !== 0) {
    rmSync(part, { force: true });
    throw new Error(`Cannot make an empty database: ${made.stderr}`);
  }
  renameSync(part, output);
  return output;
}
