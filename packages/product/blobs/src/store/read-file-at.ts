import { type DbOrTx, getObjectHeads, ProjectObjects } from '@slipway/db';
import { findEntry, type SnapshotTrees } from '@slipway/history';
import type { BlobStore } from './blob-store.ts';
import { readBlob } from './read-blob.ts';

/**
 * The bytes of one file of trees that the caller found through an owner-scoped row; undefined where there is no file.
 */
export async function readFileAt(
  store: BlobStore,
  db: DbOrTx,
  projectId: string,
  trees: SnapshotTrees,
  path: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const objects = new ProjectObjects(db, projectId);
  const found = await findEntry(objects.store, trees, path);
  if (found?.entry.kind !== 'file') return undefined;
  const [head] = await getObjectHeads(db, projectId, [found.entry.oid]);
  if (head?.sha256) return await readBlob(store, head.sha256);
  return new Uint8Array(await objects.store.read(found.entry.oid));
}
