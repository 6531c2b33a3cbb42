import { randomUUID } from 'node:crypto';
import { type Db, deleteBlobs, forgetObjects, type Leftover, takeLeftovers } from '@slipway/db';
import { eachOf } from './each-of.ts';
import type { ObjectStore } from './object-store.ts';

/** Objects deleted at once. */
const DELETES_AT_ONCE = 8;
/** Of one look: the next chore goes on. */
const LEFTOVERS_AT_ONCE = 1000;
const DAY_US = 86_400_000_000;

/** A key that was never used: the two letters spread a folder of millions, where a store has folders. */
export function makeObjectKey(objects: ObjectStore, sha256: string): string {
  return `${objects.prefix}${sha256.slice(0, 2)}/${sha256}.${randomUUID().slice(0, 8)}`;
}

/** Deletes objects that no blob has. What fails stays a leftover, which `sweepLeftovers` tries again. */
export async function discard(db: Db, objects: ObjectStore, leftovers: readonly Leftover[]): Promise<void> {
  const gone: string[] = [];
  try {
    await eachOf(leftovers, DELETES_AT_ONCE, async ({ objectKey, uploadId }) => {
      if (uploadId !== null) await objects.abortUpload(objectKey, uploadId);
      await objects.delete(objectKey);
      gone.push(objectKey);
    });
  } finally {
    if (gone.length > 0) await forgetObjects(db, gone);
  }
}

/**
 * `BlobStore.delete` of every store: the rows first, in one statement, and then their objects. Those are the
 * leftovers' from that moment on, so it matters to nobody whether the second step happens here.
 */
export async function deleteStored(
  { db, objects }: { db: Db; objects: ObjectStore | undefined },
  hashes: readonly string[],
): Promise<string[]> {
  const deleted = await deleteBlobs(db, hashes);
  const left = deleted.flatMap(({ objectKey }) => (objectKey === null ? [] : [{ objectKey, uploadId: null }]));
  if (objects && left.length > 0) await discard(db, objects, left);
  return deleted.map(({ sha256 }) => sha256);
}

/** Deletes objects that no blob has, and uploads that nobody finished within a day. Gives how many it found. */
export async function sweepLeftovers(
  db: Db,
  objects: ObjectStore,
  { keepUs = DAY_US, limit = LEFTOVERS_AT_ONCE }: { keepUs?: number; limit?: number } = {},
): Promise<number> {
  const leftovers = await takeLeftovers(db, { keepUs, limit });
  await discard(db, objects, leftovers);
  return leftovers.length;
}
