import {
  CELL_WORDS,
  CHUNK_BITS,
  CHUNK_MASK,
  ENTRY_CHUNKS_AT,
  INODE_CHUNKS_AT,
  INODE_LIMIT,
  INODE_WORDS,
  Inode,
  MAGIC,
  Super,
  UNIT_WORDS,
  VERSION,
  generationOf,
  indexOf,
  inoOf,
} from './layout.ts';

/**
 * The typed views on the shared buffer, taken anew when it has grown.
 *
 * Each view has an explicit length: a length-tracking view on a growable
 * buffer measured 20 times slower per element.
 */
export class SharedMemory {
  readonly buffer: SharedArrayBuffer;
  words!: Int32Array;
  bytes!: Uint8Array;
  /** The Float64 at word `at` is `floats[at / 2]`: such words are even. */
  floats!: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.retake();
    if (this.words[Super.magic] !== MAGIC || this.words[Super.version] !== VERSION) {
      throw new Error('Cannot open the file system: the buffer was not made by this version of createVfsMemory');
    }
  }

  /** Takes the views again; called when something lies past their end. */
  retake(): void {
    const length = this.buffer.byteLength;
    this.words = new Int32Array(this.buffer, 0, length / 4);
    this.bytes = new Uint8Array(this.buffer, 0, length);
    this.floats = new Float64Array(this.buffer, 0, length / 8);
  }

  /** True when `endByte` can be read, after retaking the views if that is what it needs. */
  reaches(endByte: number): boolean {
    if (endByte <= this.bytes.length) return true;
    this.retake();
    return endByte <= this.bytes.length;
  }

  /** First word of inode `index`, which must exist. */
  inode(index: number): number {
    const at = this.words[INODE_CHUNKS_AT + (index >>> CHUNK_BITS)]! * UNIT_WORDS + (index & CHUNK_MASK) * INODE_WORDS;
    // The chunk may lie in what has been added since the views were taken.
    if (at >= this.words.length) this.retake();
    return at;
  }

  /** First word of directory entry `id`, which must exist. */
  entry(id: number): number {
    const at = this.words[ENTRY_CHUNKS_AT + (id >>> CHUNK_BITS)]! * UNIT_WORDS + (id & CHUNK_MASK) * CELL_WORDS;
    if (at >= this.words.length) this.retake();
    return at;
  }

  /** First word of the inode that `ino` names, or 0 when it is gone or never was. */
  live(ino: number): number {
    const index = indexOf(ino);
    if (!(ino > 0) || index >= INODE_LIMIT || Atomics.load(this.words, INODE_CHUNKS_AT + (index >>> CHUNK_BITS)) === 0)
      return 0;
    const at = this.inode(index);
    // Generation first: with another one the mode is somebody else's.
    if (Atomics.load(this.words, at + Inode.generation) !== generationOf(ino)) return 0;
    return this.words[at + Inode.mode] === 0 ? 0 : at;
  }

  ino(index: number): number {
    return inoOf(this.words[this.inode(index) + Inode.generation]!, index);
  }

  /** Two words, as sizes go beyond 2^32. */
  size(at: number): number {
    return this.words[at + Inode.sizeHigh]! * 2 ** 32 + (this.words[at + Inode.sizeLow]! >>> 0);
  }

  setSize(at: number, size: number): void {
    this.words[at + Inode.sizeLow] = (size % 2 ** 32) | 0;
    this.words[at + Inode.sizeHigh] = Math.floor(size / 2 ** 32);
  }
}
