import { HEADER_BYTES, type KeepFile, LAST_PIECE, PIECE_HEADER, PIECE_LIMIT } from './keep-format.ts';
import { pieceSum } from './piece-sum.ts';

/** A log is read in pieces of so much, never as a whole: fresh memory costs more than the disk. */
const READ_BYTES = 1024 * 1024;

/** The pieces of a file from its header to the first that does not fit, or to `limit`. */
export class PieceReader {
  readonly #file: KeepFile;
  readonly #limit: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #from = HEADER_BYTES;
  #held = 0;
  /** Behind the last piece that was read. */
  end = HEADER_BYTES;
  sum: number;

  constructor(file: KeepFile, generation: number, limit: number) {
    this.#file = file;
    this.#limit = limit;
    this.#bytes = new Uint8Array(Math.max(0, Math.min(READ_BYTES, limit - HEADER_BYTES)));
    this.#view = new DataView(this.#bytes.buffer);
    this.sum = generation;
  }

  /** `undefined` behind the last good piece. `records` is good until the next call. */
  next(): { readonly records: Uint8Array; readonly last: boolean } | undefined {
    if (!this.#hold(PIECE_HEADER)) return undefined;
    let at = this.end - this.#from;
    const length = this.#view.getUint32(at, true);
    const flags = this.#view.getUint32(at + 4, true);
    if (length > PIECE_LIMIT || flags > LAST_PIECE || !this.#hold(PIECE_HEADER + length)) return undefined;
    at = this.end - this.#from;
    const end = at + PIECE_HEADER + length;
    const sum = pieceSum(this.#bytes, at, end, this.sum);
    if (sum !== this.#view.getUint32(at + 8, true)) return undefined;
    this.sum = sum;
    this.end += PIECE_HEADER + length;
    return { records: this.#bytes.subarray(at + PIECE_HEADER, end), last: flags === LAST_PIECE };
  }

  /** Has the next `length` bytes in the buffer; false where the file ends before. */
  #hold(length: number): boolean {
    if (this.end + length > this.#limit) return false;
    if (this.end + length <= this.#from + this.#held) return true;
    const wanted = Math.min(READ_BYTES, this.#limit - this.end);
    this.#from = this.end;
    this.#held = this.#file.read(this.#bytes.subarray(0, wanted), { at: this.end });
    return this.#held >= length;
  }
}
