import { FileMode } from '@slipway/posix';
import { bucketOf } from '../memory/directory.ts';
import { extentTable } from '../memory/extents.ts';
import {
  BUCKETS_AT,
  BUCKET_COUNT,
  ENTRY_CHUNKS_AT,
  ENTRY_CHUNK_UNITS,
  ENTRY_LIMBO,
  Entry,
  FREE_MAP_AT,
  INLINE_EXTENTS,
  INODE_CHUNKS_AT,
  INODE_CHUNK_UNITS,
  Inode,
  InodeFlag,
  RETAINED_LIMIT,
  ROOT,
  SLOTS_AT,
  SLOT_COUNT,
  SLOT_WORDS,
  Slot,
  Super,
  firstDataUnit,
} from '../memory/layout.ts';
import { JournalReader } from './journal.ts';
import { SharedMemory } from '../memory/shared-memory.ts';

/**
 * fsck over the memory: everything reachable is consistent, everything not
 * reachable is free. To be run while the writer has nothing to do; answers the
 * problems found, none when all is well.
 */
export function checkMemory(buffer: SharedArrayBuffer): string[] {
  return new Checker(new SharedMemory(buffer)).run();
}

/** Each pass goes over another index of the same facts; what two of them disagree on is damage. */
class Checker {
  readonly #memory: SharedMemory;
  readonly #problems: string[] = [];
  /** Who claims each unit in use. */
  readonly #owner = new Map<number, string>();
  /** Entries seen in a directory's list, to be met again by hash and by inode. */
  readonly #listed = new Set<number>();

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  run(): string[] {
    this.#chunks();
    this.#inodes();
    this.#buckets();
    this.#entries();
    this.#freeMap();
    this.#journal();
    return this.#problems;
  }

  /** At most 100: one broken chain makes thousands. */
  #say(problem: string): void {
    if (this.#problems.length < 100) this.#problems.push(problem);
  }

  /** Each unit has one owner at most; `#freeMap` then compares all claims with the map. */
  #claim(start: number, count: number, by: string): void {
    const { words } = this.#memory;
    for (let unit = start; unit < start + count; unit++) {
      const other = this.#owner.get(unit);
      if (other !== undefined) this.#say(`Unit ${unit} belongs to ${other} and to ${by}`);
      this.#owner.set(unit, by);
    }
    if (start < firstDataUnit(words[Super.maxUnits]!) || start + count > words[Super.committedUnits]!)
      this.#say(`Units ${start}+${count} of ${by} are outside the buffer`);
  }

  /** The blocks in which inodes and entries live claim their own units. */
  #chunks(): void {
    const { words } = this.#memory;
    for (let chunk = 0; chunk < words[Super.inodeChunks]!; chunk++)
      this.#claim(words[INODE_CHUNKS_AT + chunk]!, INODE_CHUNK_UNITS, `inode chunk ${chunk}`);
    for (let chunk = 0; chunk < words[Super.entryChunks]!; chunk++)
      this.#claim(words[ENTRY_CHUNKS_AT + chunk]!, ENTRY_CHUNK_UNITS, `entry chunk ${chunk}`);
  }

  /** All inodes: none half changed (an odd sequence), none without a name that nobody has open. */
  #inodes(): void {
    const { words } = this.#memory;
    const retained = this.#retained();
    let used = 0;
    for (let index = ROOT; index < words[Super.inodeTop]!; index++) {
      const at = this.#memory.inode(index);
      if ((words[at + Inode.sequence]! & 1) !== 0) this.#say(`Inode ${index} is being changed by nobody`);
      const mode = words[at + Inode.mode]!;
      if (mode === 0) continue;
      used++;
      if ((mode & FileMode.typeMask) === FileMode.directory) this.#directory(index, at);
      else this.#file(index, at);
      const flags = words[at + Inode.flags]!;
      if ((flags & InodeFlag.dying) !== 0) this.#say(`Inode ${index} is marked as dying`);
      if (words[at + Inode.nlink] === 0 && (flags & InodeFlag.staged) === 0 && !retained.has(index))
        this.#say(`Inode ${index} has no name and nobody holds it`);
    }
    if (used !== words[Super.inodesUsed])
      this.#say(`${used} inodes are used, the superblock says ${words[Super.inodesUsed]}`);
  }

  /** Inodes that processes hold open: they may live without a name, as in unlink(2). */
  #retained(): Set<number> {
    const { words } = this.#memory;
    const retained = new Set<number>();
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = SLOTS_AT + slot * SLOT_WORDS;
      const first = at + Slot.retained;
      const end = first + RETAINED_LIMIT;
      for (let place = first; place < end; place++) {
        const index = words[place]!;
        if (index === 0) continue;
        if (place - first >= words[at + Slot.retainedTop]!)
          this.#say(`Slot ${slot} retains inode ${index} above its top`);
        retained.add(index);
      }
    }
    return retained;
  }

  /** Extents, their table where they are many, and the link count. */
  #file(index: number, at: number): void {
    const { words } = this.#memory;
    const names = this.#aliases(index, at);
    if (names !== words[at + Inode.nlink])
      this.#say(`Inode ${index} has ${names} names and a link count of ${words[at + Inode.nlink]}`);
    const { at: table, count } = extentTable(this.#memory, at);
    let units = 0;
    for (let extent = 0; extent < count; extent++) {
      const start = words[table + extent * 2]!;
      const length = words[table + extent * 2 + 1]!;
      // A hole: no units, zeros when read.
      if (start === 0) continue;
      units += length;
      this.#claim(start, length, `inode ${index}`);
    }
    if (count > INLINE_EXTENTS)
      this.#claim(words[at + Inode.extents]!, words[at + Inode.extents + 1]!, `extent table of inode ${index}`);
    if (units !== words[at + Inode.units])
      this.#say(`Inode ${index} has ${units} units and says ${words[at + Inode.units]}`);
  }

  /** The list of its entries, both ways, and the counts that depend on it. */
  #directory(index: number, at: number): void {
    const { words } = this.#memory;
    let count = 0;
    let subdirectories = 0;
    let previous = 0;
    for (let id = words[at + Inode.firstEntry]!; id !== 0; id = words[this.#memory.entry(id) + Entry.nextSibling]!) {
      const entryAt = this.#memory.entry(id);
      if (this.#listed.has(id)) {
        this.#say(`Entry ${id} is listed twice`);
        break;
      }
      this.#listed.add(id);
      count++;
      if (words[entryAt + Entry.parent] !== index)
        this.#say(`Entry ${id} in directory ${index} says its parent is ${words[entryAt + Entry.parent]}`);
      if (words[entryAt + Entry.previousSibling] !== previous)
        this.#say(`Entry ${id} does not point back to entry ${previous}`);
      previous = id;
      const child = words[entryAt + Entry.inode]!;
      const childAt = this.#memory.inode(child);
      if (words[childAt + Inode.mode] === 0) this.#say(`Entry ${id} names the free inode ${child}`);
      if ((words[childAt + Inode.mode]! & FileMode.typeMask) !== FileMode.directory) continue;
      subdirectories++;
      if (words[childAt + Inode.parent] !== index)
        this.#say(`Directory ${child} in ${index} says its parent is ${words[childAt + Inode.parent]}`);
    }
    if (words[at + Inode.lastEntry] !== previous)
      this.#say(`Directory ${index} ends with entry ${previous}, not ${words[at + Inode.lastEntry]}`);
    if (words[at + Inode.entryCount] !== count)
      this.#say(`Directory ${index} has ${count} entries and says ${words[at + Inode.entryCount]}`);
    const names = this.#aliases(index, at);
    const own = index === ROOT ? 1 : names;
    if (names > 1) this.#say(`Directory ${index} has ${names} names`);
    // Its name and its `.`, and the `..` of each directory in it.
    const links = own === 0 ? 0 : 2 + subdirectories;
    if (words[at + Inode.nlink] !== links)
      this.#say(`Directory ${index} has a link count of ${words[at + Inode.nlink]} instead of ${links}`);
  }

  /** How many names an inode has, by the chain that hangs on it. */
  #aliases(index: number, at: number): number {
    const { words } = this.#memory;
    let names = 0;
    for (let id = words[at + Inode.entry]!; id !== 0; id = words[this.#memory.entry(id) + Entry.nextAlias]!) {
      names++;
      if (words[this.#memory.entry(id) + Entry.inode] !== index)
        this.#say(`Entry ${id} hangs on inode ${index} but names another`);
      if (names > 1_000_000) {
        this.#say(`The names of inode ${index} run in a circle`);
        break;
      }
    }
    return names;
  }

  /** The hash table by which names are found: exactly the entries that directories list. */
  #buckets(): void {
    const { words } = this.#memory;
    const hashed = new Set<number>();
    const end = BUCKETS_AT + BUCKET_COUNT;
    for (let bucket = BUCKETS_AT; bucket < end; bucket++) {
      // Nearly all are empty, and there is a quarter of a million of them.
      if (words[bucket] === 0) continue;
      for (let id = words[bucket]!; id !== 0; id = words[this.#memory.entry(id) + Entry.nextHash]!) {
        const at = this.#memory.entry(id);
        if (hashed.has(id)) {
          this.#say(`Entry ${id} is hashed twice`);
          break;
        }
        hashed.add(id);
        if (bucketOf(words[at + Entry.parent]!, words[at + Entry.hash]!) !== bucket)
          this.#say(`Entry ${id} is in the wrong bucket`);
        if (!this.#listed.has(id)) this.#say(`Entry ${id} is hashed but in no directory`);
      }
    }
    for (const id of this.#listed) if (!hashed.has(id)) this.#say(`Entry ${id} is listed but cannot be found by name`);
  }

  /** All cells of entries in a row: each is used and listed, or free, or waits for readers to pass. */
  #entries(): void {
    const { words } = this.#memory;
    for (let id = 1; id < words[Super.entryTop]!;) {
      const state = words[this.#memory.entry(id) + Entry.state]!;
      if (state === 0) this.#say(`Entry ${id} is neither used nor free`);
      if (state > 0 && (state & ENTRY_LIMBO) === 0 && !this.#listed.has(id))
        this.#say(`Entry ${id} is used but in no directory`);
      if (state <= 0 && this.#listed.has(id)) this.#say(`Entry ${id} is listed but free`);
      // A free entry's state is minus its cells.
      id += Math.max(1, Math.abs(state) & ~ENTRY_LIMBO);
    }
  }

  /** The map against the claims; what is taken and claimed by nobody must be in limbo. */
  #freeMap(): void {
    const { words } = this.#memory;
    const first = firstDataUnit(words[Super.maxUnits]!);
    let used = first;
    let lost = 0;
    for (let unit = first; unit < words[Super.committedUnits]!; unit++) {
      const taken = (words[FREE_MAP_AT + (unit >>> 5)]! & (1 << (unit & 31))) !== 0;
      if (taken) used++;
      const owner = this.#owner.get(unit);
      if (taken && owner === undefined) lost++;
      if (!taken && owner !== undefined) this.#say(`Unit ${unit} of ${owner} is marked free`);
    }
    if (lost !== words[Super.limboUnits])
      this.#say(`${lost} units belong to nobody, ${words[Super.limboUnits]} are waiting for readers`);
    if (used !== words[Super.usedUnits])
      this.#say(`${used} units are used, the superblock says ${words[Super.usedUnits]}`);
  }

  /** No record may be reserved and unwritten while the writer rests. */
  #journal(): void {
    const head = this.#memory.words[Super.journalHead]!;
    if (head !== this.#memory.words[Super.journalReserved])
      this.#say(`The journal's head ${head} is not where it reserved to`);
    // Decoding from a record boundary would throw on damage; from the start is one as long as the ring has not lapped.
    new JournalReader(this.#memory).since(0);
  }
}
