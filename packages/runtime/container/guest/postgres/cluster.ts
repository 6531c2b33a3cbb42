import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Of PostgreSQL (BLCKSZ); files are packed in pages, each different one once. */
export const PAGE_BYTES = 8192;

/** Head of the packed cluster (build/make-cluster.ts). Pages follow by number; a file goes on in zeros to its size. */
export interface ClusterIndex {
  readonly folders: readonly string[];
  readonly files: readonly (readonly [path: string, size: number, pages: readonly number[]])[];
}

/**
 * Lays an empty cluster out at `folder` unless there is one. It gets its name when it is whole: a tab that is closed
 * meanwhile leaves nothing that looks like a database.
 */
export function layOutCluster(packed: string, folder: string): void {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  mkdirSync(dirname(folder), { recursive: true });
  const aside = mkdtempSync(`${folder}-`);
  try {
    const bytes = readFileSync(packed);
    const head = bytes.readUInt32LE(0);
    const { folders, files } = JSON.parse(bytes.toString('utf8', 4, 4 + head)) as ClusterIndex;
    // The engine refuses a folder that others may read (checkDataDir).
    for (const name of folders) mkdirSync(join(aside, name), { recursive: true, mode: 0o700 });
    for (const [name, size, pages] of files) {
      const path = join(aside, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const start = 4 + head;
      const parts = pages.map((page) => bytes.subarray(start + page * PAGE_BYTES, start + (page + 1) * PAGE_BYTES));
      writeFileSync(path, Buffer.concat(parts), { mode: 0o600 });
      truncateSync(path, size);
    }
    renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
