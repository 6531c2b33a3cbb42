import { createHash } from 'node:crypto';
import { type Db, type FoundBlob, readBlobPiece, readBlobs } from '@slipway/db';
import { eachOf } from '../objects/each-of.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { BlobRange, BlobRead } from './blob-store.ts';

/** Objects that are read at once for one `readMany`. */
const READS_AT_ONCE = 8;

/** What bytes are read with: the rows, and the object store if there is one. */
export interface ReadNeeds {
  db: Db;
  objects: ObjectStore | undefined;
  /** Read at most this many bytes at a time. */
  readBytes: number;
}

/**
 * The bytes of a blob, wherever its row says that they are. Each piece asks the row anew: bytes that move from one
 * place to the other in the middle of it (SV-21) are read on from there.
 */
export async function readStored(needs: ReadNeeds, sha256: string, range: BlobRange): Promise<BlobRead> {
  const { readBytes } = needs;
  const { start, end: asked = Infinity } = range;
  if (!Number.isSafeInteger(start) || start < 0 || asked < start)
    throw new RangeError(`Cannot read blob "${sha256}": ${start}-${asked} is no range`);
  const first = await readPiece(needs, sha256, { start, length: Math.min(readBytes, asked - start) });
  if (!first) return { outcome: 'missing' };
  const { size } = first;
  // A blob of no bytes has one range, which is all of it.
  if (start > size || (start === size && start > 0)) return { outcome: 'out-of-range', size };
  const end = Math.min(asked, size);
  let at = start + first.bytes.length;
  // Who gets all of it gets what was stored, or an error instead of the end.
  const hash = start === 0 && end === size ? createHash('sha256').update(first.bytes) : undefined;
  const finish = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (hash !== undefined && hash.digest('hex') !== sha256)
      throw new Error(`Cannot read blob "${sha256}": its bytes are not what was stored`);
    controller.close();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        if (first.bytes.length > 0) controller.enqueue(first.bytes);
        if (at >= end) finish(controller);
      },
      pull: async (controller) => {
        const piece = await readPiece(needs, sha256, { start: at, length: Math.min(readBytes, end - at) });
        // Swept between two pieces: what was sent is not the whole, and must not look like it.
        if (!piece || piece.bytes.length === 0)
          throw new Error(`Cannot go on reading blob "${sha256}" at byte ${at}: its bytes are gone`);
        hash?.update(piece.bytes);
        controller.enqueue(piece.bytes);
        at += piece.bytes.length;
        if (at >= end) finish(controller);
      },
    },
    // Nothing is read ahead: the next piece is asked for when the last one was taken.
    { highWaterMark: 0 },
  );
  return { outcome: 'found', size, stream };
}

/** The whole bytes of several small blobs, each checked. */
export async function readManyStored(
  { db, objects }: Omit<ReadNeeds, 'readBytes'>,
  hashes: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const read = new Map<string, Uint8Array>();
  // A blob that moved between question and answer is asked for once more.
  for (const asked of ['first', 'again'] as const) {
    const left = hashes.filter((sha256) => !read.has(sha256));
    const found = [...(await readBlobs(db, left))];
    const elsewhere: typeof found = [];
    for (const [sha256, blob] of found)
      if (blob.bytes) read.set(sha256, blob.bytes);
      else elsewhere.push([sha256, blob]);
    await eachOf(elsewhere, READS_AT_ONCE, async ([sha256, { objectKey, size }]) => {
      if (objectKey === null) return;
      const bytes = await needObjects(objects, sha256).read(objectKey, { start: 0, end: size });
      if (!bytes && asked === 'first') return;
      if (!bytes) throw new Error(`Cannot read blob "${sha256}": the object store has no "${objectKey}"`);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256)
        throw new Error(`Cannot read blob "${sha256}": its bytes are not what was stored`);
      read.set(sha256, bytes);
    });
    if (elsewhere.every(([sha256]) => read.has(sha256))) break;
  }
  return read;
}

async function readPiece(
  { db, objects }: ReadNeeds,
  sha256: string,
  { start, length }: { start: number; length: number },
): Promise<{ size: number; bytes: Uint8Array } | undefined> {
  let gone: string | undefined;
  for (;;) {
    const row: (FoundBlob & { size: number }) | undefined = await readBlobPiece(db, sha256, { start, length });
    if (!row) return undefined;
    const { size } = row;
    if (row.objectKey === null) return { size, bytes: row.bytes };
    // Twice the same key that has no object: it did not move, it is lost.
    if (row.objectKey === gone)
      throw new Error(`Cannot read blob "${sha256}": the object store has no "${row.objectKey}"`);
    const bytes = await needObjects(objects, sha256).read(row.objectKey, {
      start: Math.min(start, size),
      end: Math.min(start + length, size),
    });
    if (bytes) return { size, bytes };
    gone = row.objectKey;
  }
}

function needObjects(objects: ObjectStore | undefined, sha256: string): ObjectStore {
  if (objects) return objects;
  throw new Error(`Cannot read blob "${sha256}": it is in an object store, and no S3_ENDPOINT is configured`);
}
