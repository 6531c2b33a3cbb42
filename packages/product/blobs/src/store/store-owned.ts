import { createHash } from 'node:crypto';
import { type DbOrTx, grantBlob, grantBlobs } from '@slipway/db';
import type { BlobBody, BlobPut, BlobStore, NewBlob } from './blob-store.ts';

/** A sweep may take bytes between storing and naming them, but hardly twice. */
const ATTEMPTS = 3;

/** Stores bytes and gives the owner the right to name them. A refused body gives no right. */
export async function storeOwned(
  store: BlobStore,
  db: DbOrTx,
  ownerId: string,
  blob: { sha256: string; body: BlobBody },
): Promise<BlobPut> {
  for (let attempt = 1; ; attempt++) {
    const put = await store.put(blob.sha256, blob.body);
    if (put.outcome !== 'stored') return put;
    if ((await grantBlob(db, ownerId, blob.sha256)).outcome === 'granted') return put;
    // A stream was used up by the first attempt.
    if (attempt === ATTEMPTS || !(blob.body instanceof Uint8Array))
      throw new Error(`Cannot give a right to blob "${blob.sha256}": it was swept while it was stored`);
  }
}

/** `storeOwned` for many small blobs at once. */
export async function storeManyOwned(
  store: BlobStore,
  db: DbOrTx,
  ownerId: string,
  blobs: readonly NewBlob[],
): Promise<void> {
  let left = blobs;
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > ATTEMPTS) throw new Error('Cannot give a right to blobs: they were swept while they were stored');
    await store.putMany(left);
    const swept = new Set(
      await grantBlobs(
        db,
        ownerId,
        left.map(({ sha256 }) => sha256),
      ),
    );
    left = left.filter(({ sha256 }) => swept.has(sha256));
  }
}

/** `storeOwned` for bytes of our own making, under the hash they have. */
export async function storeBytes(
  store: BlobStore,
  db: DbOrTx,
  ownerId: string,
  bytes: Uint8Array,
): Promise<{ sha256: string; size: number }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const put = await storeOwned(store, db, ownerId, { sha256, body: bytes });
  switch (put.outcome) {
    case 'stored':
      return { sha256, size: put.size };
    case 'too-large':
      throw new Error(`Cannot store ${bytes.length} bytes: the ${store.kind} store takes ${put.limitBytes}`);
    case 'mismatch':
      throw new Error(`Cannot store blob "${sha256}": the ${store.kind} store counts hash "${put.sha256}"`);
  }
}
