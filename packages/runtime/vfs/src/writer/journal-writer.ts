import { JournalRecord } from '../reading/journal.ts';
import { Entry, INODE_INDEX_MASK, Inode, JOURNAL_AT, JOURNAL_WORDS, Super } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';

/** Appends to the change journal; readers see the records when `publish` moves the head. */
export class JournalWriter {
  readonly #memory: SharedMemory;
  #head: number;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#head = memory.words[Super.journalHead]!;
  }

  /** `entry` names what changed, 0 for an inode without a name. */
  append(type: number, entry: number, inode: number): void {
    const { words } = this.#memory;
    const entryAt = entry === 0 ? 0 : this.#memory.entry(entry);
    const parent = entry === 0 ? 0 : words[entryAt + Entry.parent]!;
    const nameLength = entry === 0 ? 0 : words[entryAt + Entry.nameLength]!;
    const nameWords = (nameLength + 3) >> 2;
    const length = JournalRecord.name + nameWords;
    // Announced before it is written: see `JournalReader.since`.
    Atomics.store(words, Super.journalReserved, (this.#head + length) | 0);
    this.#put(JournalRecord.header, (length << 8) | type);
    this.#put(JournalRecord.parent, parent);
    this.#put(JournalRecord.parentGeneration, parent === 0 ? 0 : this.#generation(parent));
    this.#put(JournalRecord.inode, inode & INODE_INDEX_MASK);
    this.#put(JournalRecord.inodeGeneration, this.#generation(inode));
    this.#put(JournalRecord.nameLength, nameLength);
    for (let index = 0; index < nameWords; index++)
      this.#put(JournalRecord.name + index, words[entryAt + Entry.name + index]!);
    this.#head = (this.#head + length) | 0;
  }

  /** Once for each request, so whoever wakes sees all of it. */
  publish(): void {
    const { words } = this.#memory;
    if (words[Super.journalHead] === this.#head) return;
    Atomics.store(words, Super.journalHead, this.#head);
    Atomics.notify(words, Super.journalHead);
  }

  #generation(inode: number): number {
    return this.#memory.words[this.#memory.inode(inode) + Inode.generation]!;
  }

  #put(offset: number, value: number): void {
    this.#memory.words[JOURNAL_AT + (((this.#head + offset) >>> 0) % JOURNAL_WORDS)] = value;
  }
}
