import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  type KeepFile,
  type KeepHeader,
  LAST_PIECE,
  PIECE_HEADER,
  PIECE_LIMIT,
} from './keep-format.ts';
import { PieceReader } from './piece-reader.ts';
import { pieceSum } from './piece-sum.ts';

/** So much is collected before it goes to the file, unless the pause comes first. */
const DRAIN_BYTES = 64 * 1024;
const BUFFER_BYTES = DRAIN_BYTES + PIECE_HEADER + PIECE_LIMIT;

/** The two files: the log is in one of them, the other is empty or the place of the next compaction. */
export type KeepFiles = readonly [KeepFile, KeepFile];

/** Why a log was not opened: another build’s is left alone. */
export type OpenedLog = { readonly log: KeepLog } | { readonly refused: 'format' };

/**
 * A log of groups of records that is opened, after whatever ended it, as it was after one of the groups: the last that
 * was flushed, or a later one. What comes first stands for everything before it; `compact` makes it short again.
 */
export class KeepLog {
  readonly #files: KeepFiles;
  #current: number;
  #generation: number;
  #out: PieceWriter;
  #unflushed = false;

  /** `end` and `sum`: of the last good group. */
  private constructor(files: KeepFiles, current: number, generation: number, end: number, sum: number) {
    this.#files = files;
    this.#current = current;
    this.#generation = generation;
    this.#out = new PieceWriter(files[current]!, end, sum);
  }

  /**
   * Finds the newest log of the two files and cuts off what its end left half-written; where there
   * is none, begins one.
   */
  static open(files: KeepFiles): OpenedLog {
    const headers = files.map(readHeader);
    if (headers.includes('format')) return { refused: 'format' };
    const found = headers.flatMap((header, at) => (typeof header === 'string' ? [] : [{ ...header, at }]));
    found.sort((one, other) => other.generation - one.generation);
    for (const { at, generation, baseEnd } of found) {
      const { end, sum } = scan(files[at]!, generation);
      if (end < baseEnd) continue;
      if (files[at]!.getSize() > end) {
        files[at]!.truncate(end);
        // Before anything is written there: what was cut off must not come back behind it.
        files[at]!.flush();
      }
      return { log: new KeepLog(files, at, generation, end, sum) };
    }
    const generation = (found[0]?.generation ?? 0) + 1;
    beginFile(files[0], { generation, baseEnd: HEADER_BYTES });
    files[1].truncate(0);
    files[1].flush();
    return { log: new KeepLog(files, 0, generation, HEADER_BYTES, generation) };
  }

  /** Nothing has ever been written to it. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Bytes of pieces, those included that are not in the file yet. */
  get size(): number {
    return this.#out.end - HEADER_BYTES;
  }

  /** Something is only in memory. */
  get buffered(): boolean {
    return this.#out.buffered > 0;
  }

  /** Calls `visit` with the records of each piece, `last` with the last of a group. */
  read(visit: (records: Uint8Array, last: boolean) => boolean): boolean {
    this.drain();
    const reader = new PieceReader(this.#files[this.#current]!, this.#generation, this.#out.end);
    for (let piece = reader.next(); piece !== undefined; piece = reader.next())
      if (!visit(piece.records, piece.last)) return false;
    return true;
  }

  /** Room for a record of `length` bytes at most, in one piece; it is written by who asks, and counted by `wrote`. */
  room(length: number): { readonly bytes: Uint8Array; readonly at: number } {
    return this.#out.room(length);
  }

  wrote(length: number): void {
    this.#out.wrote(length);
  }

  /** The records since the last call are one group. */
  endGroup(): void {
    this.#out.endGroup();
    if (this.#out.buffered >= DRAIN_BYTES) this.drain();
  }

  /** To the file, which survives the end of the tab. */
  drain(): void {
    if (!this.buffered) return;
    this.#unflushed = true;
    this.#out.drain();
  }

  flush(): void {
    this.drain();
    if (!this.#unflushed) return;
    this.#files[this.#current]!.flush();
    this.#unflushed = false;
  }

  /**
   * Writes, by `write`, everything that counts as one group into the other file and goes on there.
   * When that fails, this
   * log is as it was.
   */
  compact(write: (log: Pick<KeepLog, 'room' | 'wrote'>) => void): void {
    this.flush();
    const place = 1 - this.#current;
    const file = this.#files[place]!;
    const generation = (this.#generation + 1) >>> 0;
    try {
      file.truncate(0);
      file.flush();
      const out = new PieceWriter(file, HEADER_BYTES, generation);
      write(out);
      out.endGroup();
      out.drain();
      file.flush();
      writeHeader(file, { generation, baseEnd: out.end });
      this.#files[this.#current]!.truncate(0);
      this.#out = out;
    } catch (error) {
      // A full disk: give back what was taken. The header is not there, or not whole.
      file.truncate(0);
      file.flush();
      throw error;
    }
    this.#current = place;
    this.#generation = generation;
  }

  /** Another log from here on, with nothing in it. */
  reset(): void {
    this.compact(() => undefined);
  }

  /** Both files are free for others. What was not flushed may be lost. */
  release(): void {
    for (const file of this.#files) file.close();
  }
}

/** The browser gives no room; by the name of what it throws where it throws. */
class KeepFullError extends Error {
  override readonly name = 'QuotaExceededError';

  constructor() {
    super('Cannot write: the file took fewer bytes than it was given');
  }
}

class PieceWriter {
  readonly #file: KeepFile;
  readonly #bytes = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  /** Where the buffer begins in the file. */
  #position: number;
  #sum: number;
  /** Of complete pieces in the buffer. */
  #sealed = 0;
  /** Payload of the piece that is open, or -1. */
  #open = -1;
  #inGroup = false;

  constructor(file: KeepFile, end: number, sum: number) {
    this.#file = file;
    this.#position = end;
    this.#sum = sum;
  }

  get end(): number {
    return this.#position + this.buffered;
  }

  get buffered(): number {
    return this.#sealed + (this.#open < 0 ? 0 : PIECE_HEADER + this.#open);
  }

  room(length: number): { readonly bytes: Uint8Array; readonly at: number } {
    if (length > PIECE_LIMIT) throw new Error(`Cannot keep a record of ${length} bytes: ${PIECE_LIMIT} is the most`);
    if (this.#open >= 0 && this.#open + length > PIECE_LIMIT) this.#seal(0);
    if (this.#open < 0) {
      // The rest of the buffer must hold a whole piece.
      if (this.#sealed > DRAIN_BYTES) this.#drainSealed();
      this.#open = 0;
    }
    return { bytes: this.#bytes, at: this.#sealed + PIECE_HEADER + this.#open };
  }

  wrote(length: number): void {
    this.#open += length;
  }

  endGroup(): void {
    if (this.#open < 0 && !this.#inGroup) return;
    if (this.#open < 0) this.room(0);
    this.#seal(LAST_PIECE);
  }

  /** An open piece stays: it is of a request that has not ended. */
  drain(): void {
    if (this.#open < 0) this.#drainSealed();
  }

  #seal(flags: number): void {
    const at = this.#sealed;
    const end = at + PIECE_HEADER + this.#open;
    this.#view.setUint32(at, this.#open, true);
    this.#view.setUint32(at + 4, flags, true);
    this.#sum = pieceSum(this.#bytes, at, end, this.#sum);
    this.#view.setUint32(at + 8, this.#sum, true);
    this.#sealed = end;
    this.#open = -1;
    this.#inGroup = flags === 0;
  }

  #drainSealed(): void {
    const bytes = this.#bytes.subarray(0, this.#sealed);
    // Chromium takes what there is room for, and throws nothing.
    if (this.#file.write(bytes, { at: this.#position }) !== bytes.length) throw new KeepFullError();
    this.#position += this.#sealed;
    this.#sealed = 0;
  }
}

function readHeader(file: KeepFile): KeepHeader | 'none' | 'format' {
  const bytes = new Uint8Array(HEADER_BYTES);
  return decodeHeader(bytes.subarray(0, Math.max(0, file.read(bytes, { at: 0 }))));
}

function beginFile(file: KeepFile, header: KeepHeader): void {
  file.truncate(0);
  file.flush();
  writeHeader(file, header);
}

function writeHeader(file: KeepFile, header: KeepHeader): void {
  if (file.write(encodeHeader(header), { at: 0 }) !== HEADER_BYTES) throw new KeepFullError();
  file.flush();
}

/** The end of the last whole group, and the sum with which the next piece goes on. */
function scan(file: KeepFile, generation: number): { end: number; sum: number } {
  const reader = new PieceReader(file, generation, file.getSize());
  let good = { end: HEADER_BYTES, sum: generation };
  for (let piece = reader.next(); piece !== undefined; piece = reader.next())
    if (piece.last) good = { end: reader.end, sum: reader.sum };
  return good;
}
