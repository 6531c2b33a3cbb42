import { FileMode } from '@slipway/posix';
import { JournalType } from '../reading/journal.ts';
import { Entry, Inode, Permission, Super } from '../memory/layout.ts';
import { NameCache } from '../memory/names.ts';
import { type LastRule, type WalkResult, walkPath } from '../reading/path-walk.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import { EntryStore } from './entry-store.ts';
import { FileContent } from './file-content.ts';
import { InodeStore } from './inode-store.ts';
import { JournalWriter } from './journal-writer.ts';
import type { Keeper } from './keeper.ts';
import { Limbo, LimboKind } from './limbo.ts';
import { Orphans } from './orphans.ts';
import { UnitAllocator } from './unit-allocator.ts';

/** The steps all changes are made of: names, times, the journal, and the end of a request. */
export class Store {
  readonly memory: SharedMemory;
  readonly units: UnitAllocator;
  readonly inodes: InodeStore;
  readonly entries: EntryStore;
  readonly content: FileContent;
  readonly orphans: Orphans;
  readonly names = new NameCache();
  readonly #clock: () => number;
  #keeper: Keeper | undefined;
  /** Permission bits bind whoever sent the current request. */
  bound = false;
  readonly #limbo: Limbo;
  readonly #journal: JournalWriter;
  #namesChanged = false;
  #time: number | undefined;

  constructor(memory: SharedMemory, now: () => number) {
    this.memory = memory;
    this.#clock = now;
    this.#limbo = new Limbo(memory);
    this.units = new UnitAllocator(memory);
    this.inodes = new InodeStore(memory, this.units, this.#limbo);
    this.entries = new EntryStore(memory, this.units, this.#limbo);
    this.content = new FileContent(memory, this.units, this.inodes, this.#limbo);
    this.orphans = new Orphans(memory, this.inodes, this.content);
    this.#journal = new JournalWriter(memory);
  }

  /** Milliseconds since the epoch: one time for all that a request changes. */
  now(): number {
    return (this.#time ??= this.#clock());
  }

  /** What the current request does was done then. */
  setTime(timeMs: number): void {
    this.#time = timeMs;
  }

  /** From now on `keeper` hears of every change. */
  keepWith(keeper: Keeper | undefined): void {
    this.#keeper = keeper;
    this.content.listener = keeper;
    this.inodes.onFree = keeper && ((index) => keeper.freed(index));
  }

  walk(path: string, rule: LastRule): WalkResult {
    return walkPath(this.memory, this.names, path, rule, this.bound ? Permission.search : 0);
  }

  /** Does the mode of `index` have all of these bits, as far as they count? */
  may(index: number, bits: number): boolean {
    return !this.bound || (this.mode(index) & bits) === bits;
  }

  /** A path cache holds for one generation of names; who may look into a directory is part of what it holds. */
  searchChanged(): void {
    this.#namesChanged = true;
  }

  mode(index: number): number {
    return this.memory.words[this.memory.inode(index) + Inode.mode]!;
  }

  type(index: number): number {
    return this.mode(index) & FileMode.typeMask;
  }

  isFolder(index: number): boolean {
    return this.type(index) === FileMode.directory;
  }

  /** A folder with something in it. */
  isFilled(index: number): boolean {
    return this.isFolder(index) && this.memory.words[this.memory.inode(index) + Inode.firstEntry] !== 0;
  }

  empty(folder: number): void {
    const { memory } = this;
    const stack = [folder];
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      if (!this.isFilled(at)) {
        stack.pop();
        continue;
      }
      const entry = memory.words[memory.inode(at) + Inode.firstEntry]!;
      const child = memory.words[memory.entry(entry) + Entry.inode]!;
      if (this.isFilled(child)) stack.push(child);
      else this.detach(entry, 'removed');
    }
  }

  /**
   * Gives `index` the name `name` in `parent`; the move of another name, if this is one. False when there is no room.
   */
  attach(parent: number, name: string, index: number, movedFrom = 0): boolean {
    const encoded = this.names.encode(name);
    const entry = this.entries.reserve(encoded);
    if (entry === 0) return false;
    if (movedFrom !== 0) this.#journal.append(JournalType.remove, movedFrom, index);
    const directory = this.type(index) === FileMode.directory;
    this.#changeLinks(index, directory ? 2 : 1);
    this.inodes.begin(parent);
    this.entries.add(entry, parent, encoded, index);
    if (directory) this.#adopt(parent, index);
    this.#touchDirectory(parent);
    this.inodes.end(parent);
    this.#namesChanged = true;
    this.#journal.append(JournalType.create, entry, index);
    this.#keeper?.named(entry);
    return true;
  }

  /** Takes a name away; what has none left dies when nobody holds it. A move has been told by what it moved to. */
  detach(entry: number, why: 'removed' | 'moved'): void {
    const at = this.memory.entry(entry);
    const index = this.memory.words[at + Entry.inode]!;
    const parent = this.memory.words[at + Entry.parent]!;
    if (why === 'removed') this.#journal.append(JournalType.remove, entry, index);
    this.#keeper?.unnamed(entry);
    this.inodes.begin(parent);
    this.entries.remove(entry);
    if (this.type(index) === FileMode.directory) this.#dismiss(parent);
    this.#touchDirectory(parent);
    this.inodes.end(parent);
    this.#namesChanged = true;
    this.#unlinked(index, why === 'removed');
  }

  /** rename(2) onto an existing name: the entry changes its inode, so the name is there at every moment. */
  retarget(entry: number, index: number, movedFrom: number): void {
    this.#journal.append(JournalType.remove, movedFrom, index);
    const at = this.memory.entry(entry);
    const parent = this.memory.words[at + Entry.parent]!;
    const old = this.memory.words[at + Entry.inode]!;
    const directory = this.type(index) === FileMode.directory;
    this.#changeLinks(index, directory ? 2 : 1);
    this.inodes.begin(parent);
    this.entries.retarget(entry, index);
    if (this.type(old) === FileMode.directory) this.#dismiss(parent);
    if (directory) this.#adopt(parent, index);
    this.#touchDirectory(parent);
    this.inodes.end(parent);
    this.#namesChanged = true;
    this.#journal.append(JournalType.create, entry, index);
    this.#keeper?.named(entry);
    this.#unlinked(old, true);
  }

  /** Content or metadata changed: moves the times and tells whoever watches. */
  changed(index: number, times: 'content' | 'metadata'): void {
    const at = this.memory.inode(index);
    const clock = (at + Inode.times) / 2;
    const now = this.now();
    this.inodes.begin(index);
    if (times === 'content') this.memory.floats[clock + 1] = now;
    this.memory.floats[clock + 2] = now;
    this.inodes.end(index);
    this.#keeper?.changed(index);
    this.announce(index);
  }

  /** A further name for a file that has one already. */
  linked(index: number): void {
    this.#journal.append(JournalType.change, 0, index);
  }

  /** A record for each of its names, one without a name where it has none. */
  announce(index: number): void {
    let entry = this.memory.words[this.memory.inode(index) + Inode.entry]!;
    do {
      this.#journal.append(JournalType.change, entry, index);
      if (entry !== 0) entry = this.memory.words[this.memory.entry(entry) + Entry.nextAlias]!;
    } while (entry !== 0);
  }

  /** A fresh inode that holds nothing and has no name, or 0. */
  create(mode: number): number {
    return this.inodes.create(mode, this.now());
  }

  /** Undoes `create` for an inode that never got a name. */
  abandon(index: number): void {
    this.orphans.add(index);
  }

  /** Ends a request, before its answer. The order matters. */
  finish(): void {
    this.orphans.sweep();
    // Names before the epoch: whoever enters the new epoch must find old cached paths invalid,
    // for what they led to may be reused while that reader is under way.
    if (this.#namesChanged) Atomics.add(this.memory.words, Super.namesGeneration, 1);
    this.#namesChanged = false;
    this.#limbo.closeEpoch();
    this.#journal.publish();
    this.#time = undefined;
    this.#keeper?.endRequest();
  }

  /** Takes back what readers have left behind. */
  reclaim(): void {
    this.#limbo.reclaim((kind, first, second) => {
      if (kind === LimboKind.units) this.units.free(first, second);
      else if (kind === LimboKind.entry) this.entries.giveBack(first);
      else this.inodes.reuse(first);
    });
  }

  /** Waits for readers until nothing is left to take back; false when one does not come out. */
  reclaimAll(attempts: number): boolean {
    this.finish();
    for (let attempt = 0; attempt < attempts; attempt++) {
      this.reclaim();
      if (this.#limbo.empty) return true;
      Atomics.wait(this.memory.words, Super.pause, 0, 1);
    }
    return false;
  }

  #changeLinks(index: number, by: number): void {
    const at = this.memory.inode(index);
    this.inodes.begin(index);
    this.memory.words[at + Inode.nlink]! += by;
    this.memory.floats[(at + Inode.times) / 2 + 2] = this.now();
    this.inodes.end(index);
  }

  #unlinked(index: number, tell: boolean): void {
    const at = this.memory.inode(index);
    this.#changeLinks(index, this.type(index) === FileMode.directory ? -2 : -1);
    if (this.memory.words[at + Inode.nlink] === 0) this.orphans.add(index);
    // inotify tells a changed link count to who watches the file, not to who watches a directory.
    if (tell && this.type(index) !== FileMode.directory) this.#journal.append(JournalType.change, 0, index);
  }

  /** `..` of a directory counts as a link to its parent. */
  #adopt(parent: number, directory: number): void {
    this.memory.words[this.memory.inode(directory) + Inode.parent] = parent;
    this.memory.words[this.memory.inode(parent) + Inode.nlink]!++;
  }

  #dismiss(parent: number): void {
    this.memory.words[this.memory.inode(parent) + Inode.nlink]!--;
  }

  #touchDirectory(index: number): void {
    const clock = (this.memory.inode(index) + Inode.times) / 2;
    const now = this.now();
    this.memory.floats[clock + 1] = now;
    this.memory.floats[clock + 2] = now;
  }
}
