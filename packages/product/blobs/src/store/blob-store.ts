/**
 * Where bytes are kept, by their SHA-256. It knows no owner: who may name or read a
 * blob is a row of the database (`owner_blobs`), and every caller asks there first.
 * `testing/describe-blob-store.ts` is the contract in full: whatever passes it can
 * stand in for Postgres.
 */
export interface BlobStore {
  /** What the operator calls it; for the log. */
  readonly kind: string;
  /**
   * Keeps the bytes if they have the named hash. Storing what is there already changes
   * nothing, also when two do it at once. A body that is refused leaves nothing behind;
   * a stream that fails rejects with its own error.
   */
  put(sha256: string, body: BlobBody): Promise<BlobPut>;
  /** `put` for many small blobs at once, whose hashes the caller made from the bytes. */
  putMany(blobs: readonly NewBlob[]): Promise<void>;
  /** The whole bytes of several small blobs; those that are missing are left out. */
  readMany(hashes: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** The bytes, or those of a range, as a stream that reads on only as it is read. */
  get(sha256: string, range?: BlobRange): Promise<BlobRead>;
  has(hashes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deletes those that nothing references. Returns which are gone; a missing one is none of them. */
  delete(hashes: readonly string[]): Promise<readonly string[]>;
  /** One page of what is kept, in the order of the hashes. */
  list(page: BlobPage): Promise<readonly StoredBlob[]>;
  /** Removes what was left behind where a process died: a chore, a bounded piece of it each time. */
  tidy?(): Promise<void>;
}

/** Bytes under the hash they have and the id that git gives them. */
export interface NewBlob {
  sha256: string;
  oid: string;
  bytes: Uint8Array;
}

/** What can be stored: bytes at hand, or a stream of them. */
export type BlobBody = Uint8Array | ReadableStream<Uint8Array>;

/** `mismatch` says which hash the bytes have; `too-large`, how many bytes this store takes. */
export type BlobPut =
  | { outcome: 'stored'; size: number }
  | { outcome: 'mismatch'; sha256: string }
  | { outcome: 'too-large'; limitBytes: number };

/** From `start` up to, and without, `end`; without `end`, to the end of the blob. */
export interface BlobRange {
  start: number;
  end?: number;
}

/** `size` is that of the whole blob. A range must begin within it; an `end` behind it is cut to it. */
export type BlobRead =
  | { outcome: 'found'; size: number; stream: ReadableStream<Uint8Array> }
  | { outcome: 'out-of-range'; size: number }
  | { outcome: 'missing' };

/** At most `limit` blobs, whose hashes come behind `after`. */
export interface BlobPage {
  after?: string;
  limit: number;
}

/** A page of these is small, whatever the blobs' size. */
export interface StoredBlob {
  sha256: string;
  size: number;
}
