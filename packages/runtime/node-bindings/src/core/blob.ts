import { joinBytes } from '@slipway/posix';
import type { Foreign, Realm } from '../realm/realm.ts';
import { handleClone, handleRevive } from '../handles/message-value.ts';
import { plain } from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';

/** Reader::Pull's statuses; a negative one is an errno. */
const STATUS_END = 0;
const STATUS_CONTINUE = 1;

/** Bytes that one `pull` hands over at most; DataQueue's file reader reads by the same measure. */
const FILE_CHUNK = 64 * 1024;

/** One entry of the data queue. Its size never changes; what lies behind it may, and then reading fails. */
interface Part {
  readonly size: number;
  /** Bytes `[start, end)` in memory of their own, or a negative errno. */
  read(start: number, end: number): Uint8Array | number;
}

type PullCallback = (status: number, buffer?: ArrayBuffer) => void;

/**
 * internalBinding('blob'). Reference: src/node_blob.cc, src/dataqueue/queue.cc.
 *
 * A handle is a list of byte parts; a slice shares them. Parts of a file are
 * read when they are pulled, so a changed file fails instead of lying.
 */
export function createBlobBinding(realm: Realm): Foreign {
  // URL.createObjectURL's table, of this realm alone: a blob URL of another thread finds nothing.
  const stored = new Map<string, [handle: BlobHandle, length: number, type: string]>();
  return {
    createBlob: (sources: readonly (ArrayBufferLike | BlobHandle)[], _length: number) =>
      new BlobHandle(sources.flatMap(partsOf)),
    createBlobFromFilePath(path: string) {
      const part = filePart(realm, path);
      if (part === undefined) throw codedError(TypeError, 'ERR_INVALID_ARG_VALUE', 'Unable to open file as blob');
      return [new BlobHandle([part]), part.size];
    },
    concat(views: readonly (ArrayBufferView | ArrayBufferLike)[]) {
      return joinBytes(views.map(plain)).buffer;
    },
    storeDataObject(id: string, handle: BlobHandle, length: number, type: string) {
      stored.set(id, [handle, length, type]);
    },
    [handleRevive]: (parts: readonly Uint8Array[]) => new BlobHandle(parts.flatMap(partsOf)),
    getDataObject: (id: string) => stored.get(id),
    /** Blob::RevokeObjectURL; a URL that is none of ours is no error. */
    revokeObjectURL(url: string) {
      const id = /^blob:nodedata:(.+)$/.exec(url)?.[1];
      if (id !== undefined) stored.delete(id);
    },
  };
}

class BlobHandle {
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  static partsOf(handle: BlobHandle): readonly Part[] {
    return handle.#parts;
  }

  /** Blob::BlobTransferData: bytes are copied on the way; a file that changed since has none. */
  [handleClone](): { binding: string; data: Uint8Array[] } {
    return { binding: 'blob', data: this.#parts.map(({ size, read }) => mustBeBytes(read(0, size))) };
  }

  getReader(): BlobReader {
    return new BlobReader(this.#parts);
  }

  /** Bounds are within the blob: lib has clamped them. */
  slice(start: number, end: number): BlobHandle {
    const slices: Part[] = [];
    let at = 0;
    for (const part of this.#parts) {
      const from = Math.max(0, start - at);
      const to = Math.min(part.size, end - at);
      if (from < to) slices.push({ size: to - from, read: (first, last) => part.read(from + first, from + last) });
      at += part.size;
    }
    return new BlobHandle(slices);
  }
}

class BlobReader {
  readonly #parts: readonly Part[];
  #part = 0;
  #offset = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** Blob::Reader::Pull: one chunk, told before the call returns. After STATUS_END the reader is spent. */
  pull(callback: PullCallback): void {
    const part = this.#parts[this.#part];
    if (part === undefined) return callback(STATUS_END);
    const end = Math.min(part.size, this.#offset + FILE_CHUNK);
    const bytes = part.read(this.#offset, end);
    if (typeof bytes === 'number') return callback(bytes);
    // Before the callback, which may pull again at once.
    this.#offset = end;
    if (end === part.size) {
      this.#part++;
      this.#offset = 0;
    }
    callback(STATUS_CONTINUE, bytes.buffer as ArrayBuffer);
  }

  setWakeup(): void {
    // Every part answers at once: nobody ever has to be woken.
  }
}

function mustBeBytes(read: Uint8Array | number): Uint8Array {
  if (typeof read === 'number') throw new Error('Cannot clone a Blob: its file has changed');
  return read;
}

function partsOf(source: ArrayBufferLike | Uint8Array | BlobHandle): readonly Part[] {
  if (source instanceof BlobHandle) return BlobHandle.partsOf(source);
  // lib hands over copies: nobody else writes into them.
  const bytes = plain(source);
  return bytes.length === 0 ? [] : [{ size: bytes.length, read: (start, end) => bytes.slice(start, end) }];
}

function filePart(realm: Realm, path: string): Part | undefined {
  const { fs } = realm.sys;
  const ino = fs.lookup(realm.sys.absolute(path), true);
  const stat = ino < 0 ? ino : fs.stat(ino);
  if (typeof stat === 'number') return undefined;
  const generation = fs.contentGeneration(ino);
  return {
    size: stat.size,
    read(start, end) {
      // FdEntry: a file that changed since is not readable any more.
      if (fs.contentGeneration(ino) !== generation) return ERRNO_INVALID;
      const bytes = new Uint8Array(end - start);
      const count = fs.read(ino, start, bytes);
      // Its own memory: lib gives `bytes.buffer` away as an ArrayBuffer.
      return count < 0 ? count : bytes.subarray(0, count).slice();
    },
  };
}

const ERRNO_INVALID = -22;
