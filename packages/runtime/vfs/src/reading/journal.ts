import type { VfsChange, VfsJournal } from '../protocol/contract.ts';
import { NameDecoder } from '../memory/directory.ts';
import { JOURNAL_AT, JOURNAL_WORDS, Super, inoOf } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';

/**
 * A ring of records (words): length and type, parent index and generation,
 * inode index and generation, name length, name. Positions count words ever
 * written, modulo 2^32.
 */
export const JournalRecord = {
  header: 0,
  parent: 1,
  parentGeneration: 2,
  inode: 3,
  inodeGeneration: 4,
  nameLength: 5,
  name: 6,
} as const;
/** `JournalRecord.header`, lower byte. */
export const JournalType = { create: 1, remove: 2, change: 3 } as const;

const TYPES: Readonly<Record<number, VfsChange['type']>> = { 1: 'create', 2: 'remove', 3: 'change' };

/** Reads the ring; a reader that was lapped is told so. */
export class JournalReader implements VfsJournal {
  readonly #memory: SharedMemory;
  readonly #names = new NameDecoder();

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  sequence(): number {
    return Atomics.load(this.#memory.words, Super.journalHead) >>> 0;
  }

  changed(sequence: number): Promise<unknown> | undefined {
    const wait = Atomics.waitAsync(this.#memory.words, Super.journalHead, sequence | 0);
    // As it is: in a process `then` may be the program's.
    return wait.async ? wait.value : undefined;
  }

  since(sequence: number): { sequence: number; changes: readonly VfsChange[]; overflow: boolean } {
    const { words } = this.#memory;
    const head = this.sequence();
    const count = (head - sequence) >>> 0;
    if (count === 0) return { sequence: head, changes: [], overflow: false };
    if (count > JOURNAL_WORDS) return { sequence: head, changes: [], overflow: true };
    // Copied before it is decoded: the writer may come round meanwhile.
    const copy = new Int32Array(count);
    const start = sequence % JOURNAL_WORDS;
    const first = Math.min(count, JOURNAL_WORDS - start);
    copy.set(words.subarray(JOURNAL_AT + start, JOURNAL_AT + start + first));
    copy.set(words.subarray(JOURNAL_AT, JOURNAL_AT + count - first), first);
    // The writer announces what it is about to overwrite; this read also orders the copy before it.
    const reserved = Atomics.or(this.#memory.words, Super.journalReserved, 0);
    if ((reserved - sequence) >>> 0 > JOURNAL_WORDS) return { sequence: head, changes: [], overflow: true };
    return { sequence: head, changes: this.#decode(copy), overflow: false };
  }

  #decode(copy: Int32Array): VfsChange[] {
    const changes: VfsChange[] = [];
    for (let at = 0; at < copy.length;) {
      const header = copy[at + JournalRecord.header]!;
      const type = TYPES[header & 0xff];
      const length = header >>> 8;
      if (type === undefined || length === 0)
        throw new Error(`Cannot read the change journal: record header ${header} makes no sense`);
      const parent = copy[at + JournalRecord.parent]!;
      changes.push({
        type,
        parent: parent === 0 ? 0 : inoOf(copy[at + JournalRecord.parentGeneration]!, parent),
        ino: inoOf(copy[at + JournalRecord.inodeGeneration]!, copy[at + JournalRecord.inode]!),
        name: this.#names.decodeWords(copy, at + JournalRecord.name, copy[at + JournalRecord.nameLength]!),
      });
      at += length;
    }
    return changes;
  }
}
