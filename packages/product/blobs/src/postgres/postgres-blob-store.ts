import { createHash } from 'node:crypto';
import { type Db, findBlobs, listBlobs, storeBlob, storeBlobs } from '@slipway/db';
import { deleteStored, sweepLeftovers } from '../objects/leftovers.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { BlobBody, BlobStore } from '../store/blob-store.ts';
import { readManyStored, readStored } from '../store/read-stored.ts';

/**
 * A parameter of the protocol holds 1 GiB, and the driver writes bytes in hex. Other stores have the same limit, so
 * that blobs can move back.
 */
export const LIMIT_OF_PROTOCOL_BYTES = 500 * 1024 ** 2;
/** Most files are read in one question, and a slow reader of a large one holds no more than this (ST-13). */
export const PIECE_BYTES = 1024 ** 2;

/** What a store can be made with, so that tests reach its limits. */
export interface StoreOptions {
  limitBytes?: number;
  readBytes?: number;
  /** Where blobs may be that were stored while another store was configured. */
  objects?: ObjectStore | undefined;
}

/**
 * The default store: a row of `blobs` for each. It needs no disk that server and
 * workers share, and its rows are what the foreign keys of rights and trees point at.
 */
export function createPostgresBlobStore(db: Db, options: StoreOptions = {}): BlobStore {
  const { limitBytes = LIMIT_OF_PROTOCOL_BYTES, readBytes = PIECE_BYTES, objects } = options;
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
    readMany: (hashes) => readManyStored({ db, objects }, hashes),
    get: (sha256, range = { start: 0 }) => readStored({ db, objects, readBytes }, sha256, range),
    has: async (hashes) => new Set(await findBlobs(db, hashes)),
    delete: (hashes) => deleteStored({ db, objects }, hashes),
    list: ({ after = '', limit }) => listBlobs(db, { after, limit }),
    ...(objects ? { tidy: async () => void (await sweepLeftovers(db, objects)) } : {}),
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
