import { type DbOrTx, getSnapshotHead } from '@slipway/db';
import type { SnapshotTrees } from '@slipway/history';
import type { BlobStore } from './blob-store.ts';
import { readBlob } from './read-blob.ts';
import { type ReadableEntry, readTreeEntries } from './read-snapshot-entries.ts';

/** All of a file's bytes are in memory. */
export type SnapshotFile =
  | { kind: 'file'; path: string; mode: number; bytes: Uint8Array }
  | { kind: 'dir'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string };

/** Reads at once; a caller's pool of connections has room for these and for other work. */
const READERS = 4;

/** The whole snapshot with its bytes, by (project, snapshot, owner). Undefined when there is none such (P-07). */
export async function readSnapshotFiles(
  store: BlobStore,
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  snapshotId: string,
): Promise<SnapshotFile[] | undefined> {
  const head = await getSnapshotHead(db, ownerId, projectId, snapshotId);
  return head && (await readTreeFiles(store, db, projectId, head));
}

/** The files of trees that the caller already found through an owner-scoped row. */
export async function readTreeFiles(
  store: BlobStore,
  db: DbOrTx,
  projectId: string,
  trees: SnapshotTrees,
): Promise<SnapshotFile[]> {
  const entries = await readTreeEntries(store, db, projectId, trees);
  const files: SnapshotFile[] = [];
  const queue = entries.entries();
  const readOn = async (): Promise<void> => {
    // One iterator for all readers: each takes the next entry.
    for (const [at, entry] of queue) files[at] = await readEntry(store, entry);
  };
  await Promise.all(Array.from({ length: READERS }, readOn));
  return files;
}

async function readEntry(store: BlobStore, { entry, bytes: short }: ReadableEntry): Promise<SnapshotFile> {
  switch (entry.kind) {
    case 'dir':
      return { kind: 'dir', path: entry.path, mode: entry.mode };
    case 'link':
      return { kind: 'link', path: entry.path, target: entry.target };
    case 'file': {
      const bytes = short ?? (await readBlob(store, entry.sha256));
      if (!bytes) throw new Error(`Cannot read "${entry.path}" of a snapshot: blob "${entry.sha256}" is not stored`);
      return { kind: 'file', path: entry.path, mode: entry.mode, bytes };
    }
  }
}
