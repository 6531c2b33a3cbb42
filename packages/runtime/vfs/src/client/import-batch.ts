import type { ImportEntry } from '../protocol/contract.ts';
import { PATH_LIMIT, PAYLOAD_BYTES } from '../memory/layout.ts';
import { ImportRecord, ImportType, UNSET } from '../protocol/operations.ts';
import { encodeText } from '../memory/text.ts';

/** Records begin on whole words. */
const padded = (length: number): number => (length + 3) & ~3;

/** Full at PAYLOAD_BYTES: what is left goes into a next request. */
export class ImportBatch {
  readonly #bytes = new Uint8Array(PAYLOAD_BYTES);
  readonly #view = new DataView(this.#bytes.buffer, 0, PAYLOAD_BYTES);
  #length = 0;

  /** Bytes so far. An empty batch is not sent. */
  get length(): number {
    return this.#length;
  }

  /** Not a copy: valid until the next `add`. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /**
   * `full` leaves the batch as it was: send it and add
   * the entry to a new one. `too-long` is ENAMETOOLONG.
   */
  add(entry: ImportEntry, path: string): 'added' | 'full' | 'too-long' {
    const name = encodeText(path);
    if (name.length > PATH_LIMIT) return 'too-long';
    const data = entry.type === 'file' ? entry.bytes : encodeText(entry.type === 'link' ? entry.target : '');
    const size = ImportRecord.words * 4 + padded(name.length) + padded(data.length);
    if (this.#length + size > PAYLOAD_BYTES) return 'full';
    this.#word(ImportRecord.type, ImportType[entry.type]);
    this.#word(ImportRecord.mode, entry.type === 'link' ? UNSET : (entry.mode ?? UNSET));
    this.#word(ImportRecord.pathLength, name.length);
    this.#word(ImportRecord.dataLength, data.length);
    this.#view.setFloat64(
      this.#length + ImportRecord.mtimeMs * 4,
      entry.type === 'file' ? (entry.mtimeMs ?? UNSET) : UNSET,
      true,
    );
    const at = this.#length + ImportRecord.words * 4;
    this.#bytes.set(name, at);
    this.#bytes.set(data, at + padded(name.length));
    this.#length += size;
    return 'added';
  }

  #word(index: number, value: number): void {
    this.#view.setInt32(this.#length + index * 4, value, true);
  }
}
