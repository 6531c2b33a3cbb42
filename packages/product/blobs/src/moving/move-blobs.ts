import { createHash } from 'node:crypto';
import {
  type BlobPlace,
  type Db,
  listPlacedBlobs,
  moveBlobIn,
  moveBlobOut,
  noteUpload,
  reserveObjects,
} from '@slipway/db';
import { PIECE_BYTES } from '../postgres/postgres-blob-store.ts';
import { discard, makeObjectKey } from '../objects/leftovers.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { checkObject } from '../s3/s3-blob-store.ts';
import { eachOf } from '../objects/each-of.ts';
import { readStored } from '../store/read-stored.ts';

const PAGE_BLOBS = 500;
/** Blobs under way at once; each has at most one part, or one row, in memory. */
const MOVES_AT_ONCE = 4;
const PART_BYTES = 8 * 1024 ** 2;

/** Of this run alone; what an earlier one moved is not in it. */
export interface Moved {
  blobs: number;
  bytes: number;
}

/**
 * Moves every blob to the other place, while servers and workers go on, each of which has both places configured and
 * stores new ones in that other place.
 *
 * One blob after the other: its bytes are written and read back first, then its row changes in one statement, and only
 * then the old bytes go. Killed at any moment, every blob is whole in one of the two places, the next run goes on with
 * those that are left, and what was half written is a leftover.
 */
export async function moveBlobs(
  { db, objects }: { db: Db; objects: ObjectStore },
  to: BlobPlace,
  { signal, onMoved = () => undefined }: { signal?: AbortSignal; onMoved?: (moved: Moved) => void } = {},
): Promise<Moved> {
  const moved: Moved = { blobs: 0, bytes: 0 };
  const place: BlobPlace = to === 'objects' ? 'rows' : 'objects';
  const move = to === 'objects' ? moveOut : moveIn;
  for (let after = ''; ;) {
    signal?.throwIfAborted();
    const page = await listPlacedBlobs(db, { place, after, limit: PAGE_BLOBS });
    await eachOf(page, MOVES_AT_ONCE, async ({ sha256, size, objectKey }) => {
      signal?.throwIfAborted();
      if (!(await move({ db, objects }, { sha256, size, objectKey: objectKey ?? '' }))) return;
      moved.blobs++;
      moved.bytes += size;
      onMoved(moved);
    });
    const last = page.at(-1);
    if (last === undefined) return moved;
    after = last.sha256;
  }
}

interface Places {
  db: Db;
  objects: ObjectStore;
}

interface Movable {
  sha256: string;
  size: number;
  objectKey: string;
}

async function moveOut({ db, objects }: Places, { sha256, size }: Movable): Promise<boolean> {
  const objectKey = makeObjectKey(objects, sha256);
  const read = await readStored({ db, objects, readBytes: PART_BYTES }, sha256, { start: 0 });
  // Swept since it was listed.
  if (read.outcome !== 'found') return false;
  await reserveObjects(db, [objectKey]);
  if (size <= PART_BYTES) {
    const pieces: Uint8Array[] = [];
    for await (const piece of read.stream) pieces.push(piece);
    await objects.put(objectKey, Buffer.concat(pieces));
  } else {
    const uploadId = await objects.startUpload(objectKey);
    await noteUpload(db, { objectKey, uploadId });
    const parts = [];
    for await (const piece of read.stream)
      parts.push(await objects.sendPart(objectKey, uploadId, parts.length + 1, piece));
    await objects.finishUpload(objectKey, uploadId, parts);
  }
  await checkObject({ objects, partBytes: PART_BYTES }, { sha256, size, objectKey });
  const done = await moveBlobOut(db, { sha256, objectKey });
  // Swept, or moved by another run.
  if (!done) await discard(db, objects, [{ objectKey, uploadId: null }]);
  return done;
}

async function moveIn({ db, objects }: Places, { sha256, size, objectKey }: Movable): Promise<boolean> {
  const bytes = new Uint8Array(size);
  for (let start = 0; start < size; start += PIECE_BYTES) {
    const piece = await objects.read(objectKey, { start, end: Math.min(size, start + PIECE_BYTES) });
    // Swept, or moved by another run: a blob that is lost is found by `checkBlobs`.
    if (!piece) return false;
    bytes.set(piece, start);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new Error(`Cannot move blob "${sha256}": the object store gives back other bytes`);
  const done = await moveBlobIn(db, { sha256, objectKey, bytes });
  if (done) await discard(db, objects, [{ objectKey, uploadId: null }]);
  return done;
}
