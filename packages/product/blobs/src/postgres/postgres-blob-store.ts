import { createHash } from 'node:crypto';
import {
  type Db,
  deleteBlobs,
  findBlobs,
  listBlobs,
  readBlobPiece,
  readBlobs,
  storeBlob,
  storeBlobs,
} from '@slipway/db';
import type { BlobBody, BlobRange, BlobRead, BlobStore } from '../store/blob-store.ts';

/** A parameter of the protocol holds 1 GiB, and the driver writes bytes in hex. */
const LIMIT_OF_PROTOCOL_BYTES = 500 * 1024 ** 2;
/** Most files are read in one question, and a slow reader of a large one holds no more than this (ST-13). */
const PIECE_BYTES = 1024 ** 2;

/**
 * The default store: a row of `blobs` for each. It needs no disk that server and
 * workers share, and its rows are what the foreign keys of rights and trees point at.
 */
export function createPostgresBlobStore(
  db: Db,
  { limitBytes = LIMIT_OF_PROTOCOL_BYTES, readBytes = PIECE_BYTES }: { limitBytes?: number; readBytes?: number } = {},
): BlobStore {
  return {
    kind: 'postgres',
    put: async (named, body) => {
      const bytes = await collect(body, limitBytes);
      if (!bytes) return { outcome: 'too-large', limitBytes };
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (sha256 !== named) return { outcome: 'mismatch', sha256 };
      await storeBlob(db, { sha256, bytes });
      return { outcome: 'stored', size: bytes.length };
    },
    putMany: (blobs) => storeBlobs(db, blobs),
    readMany: (hashes) => readBlobs(db, hashes),
    get: (sha256, range = { start: 0 }) => read(db, sha256, range, readBytes),
    has: async (hashes) => new Set(await findBlobs(db, hashes)),
    delete: (hashes) => deleteBlobs(db, hashes),
    list: ({ after = '', limit }) => listBlobs(db, { after, limit }),
  };
}

/** All of a body, or undefined as soon as it is longer than the limit. */
async function collect(body: BlobBody, limitBytes: number): Promise<Uint8Array | undefined> {
  if (body instanceof Uint8Array) return body.length > limitBytes ? undefined : body;
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const piece of body) {
    size += piece.length;
    if (size > limitBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

async function read(db: Db, sha256: string, range: BlobRange, readBytes: number): Promise<BlobRead> {
  const { start, end: asked = Infinity } = range;
  if (!Number.isSafeInteger(start) || start < 0 || asked < start)
    throw new RangeError(`Cannot read blob "${sha256}": ${start}-${asked} is no range`);
  const first = await readBlobPiece(db, sha256, { start, length: Math.min(readBytes, asked - start) });
  if (!first) return { outcome: 'missing' };
  const { size } = first;
  // A blob of no bytes has one range, which is all of it.
  if (start > size || (start === size && start > 0)) return { outcome: 'out-of-range', size };
  const end = Math.min(asked, size);
  let at = start + first.bytes.length;
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        if (first.bytes.length > 0) controller.enqueue(first.bytes);
        if (at >= end) controller.close();
      },
      pull: async (controller) => {
        const piece = await readBlobPiece(db, sha256, { start: at, length: Math.min(readBytes, end - at) });
        // Swept between two pieces: what was sent is not the whole, and must not look like it.
        if (!piece || piece.bytes.length === 0)
          throw new Error(`Cannot go on reading blob "${sha256}" at byte ${at}: its bytes are gone`);
        controller.enqueue(piece.bytes);
        at += piece.bytes.length;
        if (at >= end) controller.close();
      },
    },
    // Nothing is read ahead: the next piece is asked for when the last one was taken.
    { highWaterMark: 0 },
  );
  return { outcome: 'found', size, stream };
}
