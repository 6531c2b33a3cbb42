import { bucketOf } from '../memory/directory.ts';
import {
  CELL_WORDS,
  CHUNK_BITS,
  CHUNK_ITEMS,
  CHUNK_MASK,
  ENTRY_CHUNKS_AT,
  ENTRY_CHUNK_UNITS,
  ENTRY_LIMBO,
  ENTRY_LIMIT,
  Entry,
  Inode,
  Super,
  UNIT_WORDS,
} from '../memory/layout.ts';
import type { EncodedName } from '../memory/names.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import { type Limbo, LimboKind } from './limbo.ts';
import type { UnitAllocator } from './unit-allocator.ts';

/** Puts directory entries into their three chains (hash, siblings, names of one inode) and takes them out. */
export class EntryStore {
  readonly #memory: SharedMemory;
  readonly #units: UnitAllocator;
  readonly #limbo: Limbo;
  readonly #free: number[][] = [[], [], [], [], [], []];

  constructor(memory: SharedMemory, units: UnitAllocator, limbo: Limbo) {
    this.#memory = memory;
    this.#units = units;
    this.#limbo = limbo;
    for (let id = 1; id < memory.words[Super.entryTop]!;) {
      const state = memory.words[memory.entry(id) + Entry.state]!;
      if (state < 0) this.#free[-state]!.push(id);
      // What a writer before this one left in limbo is passed over: nobody knows who is still reading it.
      id += Math.max(1, Math.abs(state) & ~ENTRY_LIMBO);
    }
  }

  /** Room for an entry called `name`, or 0. Belongs to nobody until `add`; `giveBack` returns it. */
  reserve(name: EncodedName): number {
    // A name of 255 bytes takes five cells: so many lists there are.
    const cells = Math.ceil((Entry.name + name.words.length) / CELL_WORDS);
    const id = this.#free[cells]!.pop() ?? this.#fresh(cells);
    if (id !== 0) this.#memory.words[this.#memory.entry(id) + Entry.state] = cells;
    return id;
  }

  /** Fills the entry in and publishes it with the last store: before that no reader finds the name. */
  add(id: number, parent: number, name: EncodedName, inode: number): void {
    const at = this.#memory.entry(id);
    const parentAt = this.#memory.inode(parent);
    const inodeAt = this.#memory.inode(inode);
    const { words } = this.#memory;
    const bucket = bucketOf(parent, name.hash);
    const last = words[parentAt + Inode.lastEntry]!;
    words[at + Entry.hash] = name.hash;
    words[at + Entry.parent] = parent;
    words[at + Entry.inode] = inode;
    words[at + Entry.nextSibling] = 0;
    words[at + Entry.previousSibling] = last;
    words[at + Entry.nextAlias] = words[inodeAt + Inode.entry]!;
    words[at + Entry.nameLength] = name.length;
    words.set(name.words, at + Entry.name);
    words[at + Entry.nextHash] = words[bucket]!;
    words[inodeAt + Inode.entry] = id;
    if (last === 0) words[parentAt + Inode.firstEntry] = id;
    else words[this.#memory.entry(last) + Entry.nextSibling] = id;
    words[parentAt + Inode.lastEntry] = id;
    words[parentAt + Inode.entryCount]!++;
    Atomics.store(words, bucket, id);
  }

  /** Takes the entry out of its chains. Its own links stay, as a reader may be standing on it. */
  remove(id: number): void {
    const at = this.#memory.entry(id);
    const { words } = this.#memory;
    const parentAt = this.#memory.inode(words[at + Entry.parent]!);
    this.#leaveHash(id, at);
    const previous = words[at + Entry.previousSibling]!;
    const next = words[at + Entry.nextSibling]!;
    if (previous === 0) words[parentAt + Inode.firstEntry] = next;
    else words[this.#memory.entry(previous) + Entry.nextSibling] = next;
    if (next === 0) words[parentAt + Inode.lastEntry] = previous;
    else words[this.#memory.entry(next) + Entry.previousSibling] = previous;
    words[parentAt + Inode.entryCount]!--;
    this.#leaveAliases(id, at);
    words[at + Entry.state]! |= ENTRY_LIMBO;
    this.#limbo.put(LimboKind.entry, id);
  }

  /** The same name, another inode: one store, so no reader ever misses the name. */
  retarget(id: number, inode: number): void {
    const at = this.#memory.entry(id);
    const { words } = this.#memory;
    this.#leaveAliases(id, at);
    const inodeAt = this.#memory.inode(inode);
    words[at + Entry.nextAlias] = words[inodeAt + Inode.entry]!;
    words[inodeAt + Inode.entry] = id;
    Atomics.store(words, at + Entry.inode, inode);
  }

  /** For what was reserved in vain, and for what comes out of limbo. */
  giveBack(id: number): void {
    const at = this.#memory.entry(id);
    const cells = this.#memory.words[at + Entry.state]! & ~ENTRY_LIMBO;
    this.#memory.words[at + Entry.state] = -cells;
    this.#free[cells]!.push(id);
  }

  /** One store takes it out; a reader that stands on it goes on by its own link. */
  #leaveHash(id: number, at: number): void {
    const { words } = this.#memory;
    let link = bucketOf(words[at + Entry.parent]!, words[at + Entry.hash]!);
    while (words[link] !== id) {
      if (words[link] === 0) throw new Error(`Cannot remove entry ${id}: it is not in its hash chain`);
      link = this.#memory.entry(words[link]!) + Entry.nextHash;
    }
    Atomics.store(words, link, words[at + Entry.nextHash]!);
  }

  /** Only the writer walks the names of an inode, so this needs no order. */
  #leaveAliases(id: number, at: number): void {
    const { words } = this.#memory;
    let link = this.#memory.inode(words[at + Entry.inode]!) + Inode.entry;
    while (words[link] !== id) {
      if (words[link] === 0) throw new Error(`Cannot remove entry ${id}: its inode does not know it`);
      link = this.#memory.entry(words[link]!) + Entry.nextAlias;
    }
    words[link] = words[at + Entry.nextAlias]!;
  }

  /** 0 where there is no room: ENOSPC, and nothing has changed. */
  #fresh(cells: number): number {
    let id = this.#memory.words[Super.entryTop]!;
    // An entry never spans two chunks; the cells skipped become entries of their own.
    while ((id & CHUNK_MASK) + cells > CHUNK_ITEMS) {
      this.#memory.words[this.#memory.entry(id) + Entry.state] = -1;
      this.#free[1]!.push(id++);
    }
    if (id + cells > ENTRY_LIMIT) return 0;
    if (this.#memory.words[ENTRY_CHUNKS_AT + (id >>> CHUNK_BITS)] === 0) {
      const unit = this.#units.take(ENTRY_CHUNK_UNITS);
      if (unit === 0) {
        this.#memory.words[Super.entryTop] = id;
        return 0;
      }
      const { words } = this.#memory;
      words.fill(0, unit * UNIT_WORDS, (unit + ENTRY_CHUNK_UNITS) * UNIT_WORDS);
      Atomics.store(words, ENTRY_CHUNKS_AT + (id >>> CHUNK_BITS), unit);
      words[Super.entryChunks]!++;
    }
    this.#memory.words[Super.entryTop] = id + cells;
    return id;
  }
}
