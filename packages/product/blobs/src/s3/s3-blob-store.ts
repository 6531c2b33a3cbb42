import { createHash } from 'node:crypto';
import { type Db, findBlobs, listBlobs, noteUpload, type PlacedBlob, placeBlobs, reserveObjects } from '@slipway/db';
import { LIMIT_OF_PROTOCOL_BYTES, PIECE_BYTES, type StoreOptions } from '../postgres/postgres-blob-store.ts';
import type { BlobBody, BlobPut, BlobStore, NewBlob } from '../store/blob-store.ts';
import { eachOf } from '../objects/each-of.ts';
import { readManyStored, readStored } from '../store/read-stored.ts';
import { deleteStored, discard, makeObjectKey, sweepLeftovers } from '../objects/leftovers.ts';
import type { ObjectStore, UploadedPart } from '../objects/object-store.ts';

/** What is longer is sent in parts of this, the only bytes of an upload that are in memory. S3 wants 5 MiB at least. */
const PART_BYTES = 8 * 1024 ** 2;
/** Short objects sent at once for one `putMany`. */
const PUTS_AT_ONCE = 8;

/**
 * The store whose bytes are objects of S3. The row of `blobs` stays the record of what exists: it is written when the
 * object is whole, and deleted before it. What was stored in rows before is read, and deleted, there.
 */
export function createS3BlobStore(
  db: Db,
  objects: ObjectStore,
  options: Omit<StoreOptions, 'objects'> & { partBytes?: number } = {},
): BlobStore {
  // What goes into a row goes out, and back in again.
  const { limitBytes = LIMIT_OF_PROTOCOL_BYTES, readBytes = PIECE_BYTES, partBytes = PART_BYTES } = options;
  const upload: UploadNeeds = { db, objects, partBytes, readBytes, limitBytes };
  return {
    kind: 's3',
    put: (named, body) => put(upload, named, body),
    putMany: (blobs) => putMany(upload, blobs),
    readMany: (hashes) => readManyStored({ db, objects }, hashes),
    get: (sha256, range = { start: 0 }) => readStored({ db, objects, readBytes }, sha256, range),
    has: async (hashes) => new Set(await findBlobs(db, hashes)),
    delete: (hashes) => deleteStored({ db, objects }, hashes),
    list: ({ after = '', limit }) => listBlobs(db, { after, limit }),
    tidy: async () => void (await sweepLeftovers(db, objects)),
  };
}

/** A body below `partBytes` goes up whole; one above `limitBytes` is `too-large`. */
export interface UploadNeeds {
  db: Db;
  objects: ObjectStore;
  partBytes: number;
  readBytes: number;
  limitBytes: number;
}

async function put(needs: UploadNeeds, named: string, body: BlobBody): Promise<BlobPut> {
  const { db, objects, partBytes, limitBytes } = needs;
  if (body instanceof Uint8Array && body.length > limitBytes) return { outcome: 'too-large', limitBytes };
  const parts = inParts(body, partBytes);
  const first = await parts.next();
  const bytes = first.value ?? new Uint8Array();
  if (bytes.length < partBytes) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (bytes.length > limitBytes) return { outcome: 'too-large', limitBytes };
    if (sha256 !== named) return { outcome: 'mismatch', sha256 };
    await putMany(needs, [{ sha256, oid: gitIdOf(bytes), bytes }]);
    return { outcome: 'stored', size: bytes.length };
  }
  const objectKey = makeObjectKey(objects, named);
  await reserveObjects(db, [objectKey]);
  // What fails from here on is a leftover, and swept: a request that was given up may still do its work.
  const uploadId = await objects.startUpload(objectKey);
  await noteUpload(db, { objectKey, uploadId });
  const sent = await sendParts(needs, { objectKey, uploadId, first: bytes, rest: parts });
  if (sent.outcome === 'too-large' || sent.sha256 !== named) {
    await discard(db, objects, [{ objectKey, uploadId }]);
    return sent.outcome === 'sent'
      ? { outcome: 'mismatch', sha256: sent.sha256 }
      : { outcome: 'too-large', limitBytes };
  }
  const { size, sha256 } = sent;
  await objects.finishUpload(objectKey, uploadId, sent.parts);
  const oid = await checkObject(needs, { sha256, size, objectKey });
  const placed = await placeBlobs(db, [{ sha256, oid, size, objectKey }]);
  // Another one has stored the same bytes meanwhile.
  if (!placed.has(objectKey)) await discard(db, objects, [{ objectKey, uploadId: null }]);
  return { outcome: 'stored', size };
}

/** Sends a body's parts one after the other, and counts. */
async function sendParts(
  { objects, limitBytes }: UploadNeeds,
  at: { objectKey: string; uploadId: string; first: Uint8Array; rest: AsyncIterator<Uint8Array, undefined> },
): Promise<{ outcome: 'too-large' } | { outcome: 'sent'; sha256: string; size: number; parts: UploadedPart[] }> {
  const hash = createHash('sha256');
  const parts: UploadedPart[] = [];
  let size = 0;
  for (let part: Uint8Array | undefined = at.first; part; part = (await at.rest.next()).value) {
    size += part.length;
    if (size > limitBytes) {
      await at.rest.return?.();
      return { outcome: 'too-large' };
    }
    hash.update(part);
    parts.push(await objects.sendPart(at.objectKey, at.uploadId, parts.length + 1, part));
  }
  return { outcome: 'sent', sha256: hash.digest('hex'), size, parts };
}

/**
 * Reads an object back, piece by piece: what parts became is checked before a row says that it is there, and git's id
 * of a blob begins with its size, which a stream tells only at its end.
 */
export async function checkObject(
  { objects, partBytes }: Pick<UploadNeeds, 'objects' | 'partBytes'>,
  { sha256, size, objectKey }: { sha256: string; size: number; objectKey: string },
): Promise<string> {
  const id = createHash('sha1').update(`blob ${size}\0`);
  const hash = createHash('sha256');
  for (let start = 0; start < size; start += partBytes) {
    const piece = await objects.read(objectKey, { start, end: Math.min(size, start + partBytes) });
    if (!piece) throw new Error(`Cannot store blob "${sha256}": the object store has lost "${objectKey}"`);
    id.update(piece);
    hash.update(piece);
  }
  if (hash.digest('hex') !== sha256)
    throw new Error(`Cannot store blob "${sha256}": the object store gives back other bytes`);
  return id.digest('hex');
}

/** Short blobs: those that are new are sent, some at once, and become blobs together. */
async function putMany({ db, objects }: UploadNeeds, blobs: readonly NewBlob[]): Promise<void> {
  const known = new Set(
    await findBlobs(
      db,
      blobs.map(({ sha256 }) => sha256),
    ),
  );
  const fresh = new Map<string, NewBlob & { objectKey: string }>();
  for (const blob of blobs)
    if (!known.has(blob.sha256)) fresh.set(blob.sha256, { ...blob, objectKey: makeObjectKey(objects, blob.sha256) });
  if (fresh.size === 0) return;
  const sent = [...fresh.values()];
  const keys = sent.map(({ objectKey }) => objectKey);
  await reserveObjects(db, keys);
  await eachOf(sent, PUTS_AT_ONCE, ({ objectKey, bytes }) => objects.put(objectKey, bytes));
  const rows = sent.map(({ sha256, oid, objectKey, bytes }): PlacedBlob => ({
    sha256,
    oid,
    objectKey,
    size: bytes.length,
  }));
  const placed = await placeBlobs(db, rows);
  const doubled = keys.flatMap((objectKey) => (placed.has(objectKey) ? [] : [{ objectKey, uploadId: null }]));
  if (doubled.length > 0) await discard(db, objects, doubled);
}

/** A body in parts of the same length; the last one may be shorter. Leaving it early cancels the stream. */
async function* inParts(body: BlobBody, partBytes: number): AsyncGenerator<Uint8Array, undefined> {
  if (body instanceof Uint8Array) {
    for (let at = 0; at < body.length; at += partBytes) yield body.subarray(at, at + partBytes);
    return undefined;
  }
  let part = new Uint8Array(partBytes);
  let length = 0;
  for await (const piece of body)
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + partBytes - length);
      part.set(taken, length);
      at += taken.length;
      length += taken.length;
      if (length < partBytes) continue;
      yield part;
      // Not the same again: who was given it may still be sending it.
      part = new Uint8Array(partBytes);
      length = 0;
    }
  if (length > 0) yield part.subarray(0, length);
  return undefined;
}

function gitIdOf(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
