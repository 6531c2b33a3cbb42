import { NAME_LIMIT, SIZE_LIMIT } from '../memory/layout.ts';

/** Content and names are records of their own. */
export interface KeptInode {
  readonly id: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** atime, mtime, ctime, birthtime. */
  readonly times: readonly [number, number, number, number];
}

/**
 * What a log is made of. Inodes have ids of the log’s own, which are never used again: a number of the memory’s depends
 * on when readers let go. Everything else is as the system calls say it, so that a log means the same to every build.
 */
export interface KeepVisitor {
  /** A new inode, or other metadata of one that is known. */
  inode(inode: KeptInode): boolean;
  /** `parent` has `id` by this name from now on, whatever had it before. */
  name(parent: number, id: number, timeMs: number, name: Uint8Array): boolean;
  unname(parent: number, timeMs: number, name: Uint8Array): boolean;
  data(id: number, position: number, bytes: Uint8Array): boolean;
  size(id: number, size: number): boolean;
  /** It is gone: it has no name, and nobody holds it. */
  drop(id: number): boolean;
}

const Type = { inode: 1, name: 2, unname: 3, data: 4, size: 5, drop: 6 } as const;

const INODE_BYTES = 1 + 4 * 4 + 4 * 8;
const NAME_BYTES = 1 + 4 + 4 + 8 + 1;
const UNNAME_BYTES = 1 + 4 + 8 + 1;
const DATA_BYTES = 1 + 4 + 8 + 4;
const SIZE_BYTES = 1 + 4 + 8;
const DROP_BYTES = 1 + 4;

/** The most bytes of a file in one record. */
export const DATA_LIMIT = 64 * 1024;
/** Ids are below; a log that has counted so far is made short, or ends. */
export const ID_LIMIT = 2 ** 32;

/** `room` has space for one whole record; `wrote` tells how much of it was used. */
export interface KeepSink {
  room(length: number): { readonly bytes: Uint8Array; readonly at: number };
  wrote(length: number): void;
}

/** A record is never split: the sink gives room for all of it at once. */
export class RecordWriter {
  readonly #sink: KeepSink;

  constructor(sink: KeepSink) {
    this.#sink = sink;
  }

  inode({ id, mode, uid, gid, times }: KeptInode): void {
    const view = this.#begin(Type.inode, INODE_BYTES);
    view.setUint32(1, id, true);
    view.setUint32(5, mode, true);
    view.setUint32(9, uid, true);
    view.setUint32(13, gid, true);
    for (const [at, time] of times.entries()) view.setFloat64(17 + at * 8, time, true);
    this.#sink.wrote(INODE_BYTES);
  }

  name(parent: number, id: number, timeMs: number, name: Uint8Array): void {
    const view = this.#begin(Type.name, NAME_BYTES + name.length);
    view.setUint32(1, parent, true);
    view.setUint32(5, id, true);
    view.setFloat64(9, timeMs, true);
    this.#text(view, NAME_BYTES, name);
  }

  unname(parent: number, timeMs: number, name: Uint8Array): void {
    const view = this.#begin(Type.unname, UNNAME_BYTES + name.length);
    view.setUint32(1, parent, true);
    view.setFloat64(5, timeMs, true);
    this.#text(view, UNNAME_BYTES, name);
  }

  /** `copy` puts the bytes, `DATA_LIMIT` at most, where it is told. */
  data(id: number, position: number, length: number, copy: (into: Uint8Array) => void): void {
    const view = this.#begin(Type.data, DATA_BYTES + length);
    view.setUint32(1, id, true);
    view.setFloat64(5, position, true);
    view.setUint32(13, length, true);
    copy(new Uint8Array(view.buffer, view.byteOffset + DATA_BYTES, length));
    this.#sink.wrote(DATA_BYTES + length);
  }

  size(id: number, size: number): void {
    const view = this.#begin(Type.size, SIZE_BYTES);
    view.setUint32(1, id, true);
    view.setFloat64(5, size, true);
    this.#sink.wrote(SIZE_BYTES);
  }

  drop(id: number): void {
    this.#begin(Type.drop, DROP_BYTES).setUint32(1, id, true);
    this.#sink.wrote(DROP_BYTES);
  }

  #begin(type: number, length: number): DataView {
    const { bytes, at } = this.#sink.room(length);
    bytes[at] = type;
    return new DataView(bytes.buffer, bytes.byteOffset + at, length);
  }

  #text(view: DataView, at: number, name: Uint8Array): void {
    view.setUint8(at - 1, name.length);
    new Uint8Array(view.buffer, view.byteOffset + at, name.length).set(name);
    this.#sink.wrote(at + name.length);
  }
}

/**
 * Hands the records of a piece to `visitor`. False when one makes no sense, by itself or to the visitor: every length,
 * position and id is looked at before it is used.
 */
export function readRecords(bytes: Uint8Array, visitor: KeepVisitor): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length;) {
    const length = recordLength(view, at);
    if (length === 0 || at + length > bytes.length) return false;
    if (!readRecord(new DataView(view.buffer, view.byteOffset + at, length), visitor)) return false;
    at += length;
  }
  return true;
}

/** 0 for no record. */
function recordLength(view: DataView, at: number): number {
  const left = view.byteLength - at;
  switch (view.getUint8(at)) {
    case Type.inode:
      return INODE_BYTES;
    case Type.name:
      return left < NAME_BYTES ? 0 : NAME_BYTES + view.getUint8(at + NAME_BYTES - 1);
    case Type.unname:
      return left < UNNAME_BYTES ? 0 : UNNAME_BYTES + view.getUint8(at + UNNAME_BYTES - 1);
    case Type.data:
      return left < DATA_BYTES ? 0 : DATA_BYTES + view.getUint32(at + 13, true);
    case Type.size:
      return SIZE_BYTES;
    case Type.drop:
      return DROP_BYTES;
    default:
      return 0;
  }
}

function readRecord(view: DataView, visitor: KeepVisitor): boolean {
  const rest = (from: number): Uint8Array =>
    new Uint8Array(view.buffer, view.byteOffset + from, view.byteLength - from);
  const id = view.getUint32(1, true);
  switch (view.getUint8(0)) {
    case Type.inode: {
      const [mode, uid, gid] = [view.getUint32(5, true), view.getUint32(9, true), view.getUint32(13, true)];
      const times = [17, 25, 33, 41].map((at) => view.getFloat64(at, true));
      if (!times.every(Number.isFinite)) return false;
      return visitor.inode({ id, mode, uid, gid, times: times as unknown as KeptInode['times'] });
    }
    case Type.name: {
      const name = rest(NAME_BYTES);
      return isName(name) && visitor.name(id, view.getUint32(5, true), view.getFloat64(9, true), name);
    }
    case Type.unname: {
      const name = rest(UNNAME_BYTES);
      return isName(name) && visitor.unname(id, view.getFloat64(5, true), name);
    }
    case Type.data: {
      const bytes = rest(DATA_BYTES);
      const position = view.getFloat64(5, true);
      return bytes.length <= DATA_LIMIT && isSize(position + bytes.length) && visitor.data(id, position, bytes);
    }
    case Type.size: {
      const size = view.getFloat64(5, true);
      return isSize(size) && visitor.size(id, size);
    }
    default:
      return visitor.drop(id);
  }
}

/** So written that NaN is none. */
const isSize = (size: number): boolean => Number.isInteger(size) && size >= 0 && size <= SIZE_LIMIT;

const SLASH = 0x2f;

function isName(name: Uint8Array): boolean {
  if (name.length === 0 || name.length > NAME_LIMIT) return false;
  return !name.includes(SLASH) && !name.includes(0);
}
