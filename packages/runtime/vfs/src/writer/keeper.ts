import { FileMode } from '@slipway/posix';
import { DATA_LIMIT, ID_LIMIT, type KeepSink, RecordWriter } from '../keep/keep-records.ts';
import type { KeepLog } from '../keep/keep-log.ts';
import { climb, NameDecoder } from '../memory/directory.ts';
import { eachPiece } from '../memory/extents.ts';
import { Entry, Inode, ROOT, Super, UNIT_BYTES } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import type { ContentListener } from './file-content.ts';

/** What is kept: a folder, without some that lie in it. */
export interface KeepPlace {
  /** A directory that is there when `restore` is asked for. */
  readonly root: string;
  readonly without: readonly string[];
}

/** Less than the store, so that the keeper cannot change what it writes down. */
export interface KeptStore {
  readonly memory: SharedMemory;
  now(): number;
}

/** So long after the last change what is collected goes to the file. */
const DRAIN_AFTER_MS = 50;
/** So long after the first change that is not on the disk, it goes there. */
const FLUSH_AFTER_MS = 1000;
/** So long after the last change a log that is too long is made short. */
const COMPACT_AFTER_MS = 10_000;
/** What an inode with its name takes in the log, about. */
const INODE_COST = 120;

/** The kept folder's own id in the log, whatever its inode is. */
export const ROOT_ID = 1;

/**
 * Writes down what changes below one folder, a group of records for each request. An inode gets
 * an id in the log when it
 * first has a name there and keeps it until it is gone: one that is moved out and back is the same one still. What has
 * no name in the end is not there after a replay.
 */
export class Keeper implements ContentListener {
  readonly #store: KeptStore;
  readonly #memory: SharedMemory;
  readonly #log: KeepLog;
  readonly #without: readonly { readonly folder: string; readonly name: string }[];
  readonly #onFailed: (error: unknown) => void;
  readonly #clock: () => number;
  readonly #names = new NameDecoder();
  #records: RecordWriter;
  readonly #root: number;
  readonly #compactBeyond: number;
  #next: number;
  #stopped = false;
  /** Something was written since the last `endRequest`. */
  #touched = false;
  #lastChange = 0;
  #lastDrain = 0;
  /** Something is not on the disk, */
  #dirty = false;
  #firstUnflushed = 0;
  #looked = true;

  /** `next`: the first id that is free. `clock`: milliseconds that only grow. */
  constructor(
    store: KeptStore,
    log: KeepLog,
    parts: {
      readonly place: KeepPlace;
      readonly root: number;
      readonly next: number;
      readonly clock: () => number;
      readonly compactBeyondBytes: number;
      readonly onFailed: (error: unknown) => void;
    },
  ) {
    this.#store = store;
    this.#memory = store.memory;
    this.#log = log;
    this.#records = new RecordWriter(log);
    this.#without = parts.place.without.map((path) => {
      const slash = path.lastIndexOf('/');
      return { folder: path.slice(0, slash), name: path.slice(slash + 1) };
    });
    this.#root = parts.root;
    this.#next = parts.next;
    this.#clock = parts.clock;
    this.#compactBeyond = parts.compactBeyondBytes;
    this.#onFailed = parts.onFailed;
    this.#setId(parts.root, ROOT_ID);
  }

  /** An entry is there, or names another inode than before. */
  named(entry: number): void {
    const at = this.#memory.entry(entry);
    const { words } = this.#memory;
    const parent = words[at + Entry.parent]!;
    const parentId = this.#id(parent);
    if (parentId === 0) return;
    const index = words[at + Entry.inode]!;
    this.#write(() => {
      // Whatever had the name has it no more.
      if (!this.#keeps(at)) return this.#records.unname(parentId, this.#store.now(), this.#nameAt(at));
      if (this.#id(index) === 0) this.#tree(index, 'new');
      this.#records.name(parentId, this.#id(index), this.#store.now(), this.#nameAt(at));
    });
  }

  unnamed(entry: number): void {
    const at = this.#memory.entry(entry);
    const { words } = this.#memory;
    const parentId = this.#id(words[at + Entry.parent]!);
    if (parentId === 0 || this.#id(words[at + Entry.inode]!) === 0) return;
    this.#write(() => this.#records.unname(parentId, this.#store.now(), this.#nameAt(at)));
  }

  changed(index: number): void {
    if (this.#id(index) !== 0) this.#write(() => this.#inode(index));
  }

  written(index: number, position: number, length: number): void {
    if (this.#id(index) !== 0) this.#write(() => this.#data(index, position, length));
  }

  sized(index: number): void {
    const id = this.#id(index);
    if (id !== 0) this.#write(() => this.#records.size(id, this.#memory.size(this.#memory.inode(index))));
  }

  replaced(index: number): void {
    const id = this.#id(index);
    if (id === 0) return;
    this.#write(() => {
      this.#records.size(id, 0);
      this.#content(index);
    });
  }

  /** Nobody has it open any more and it has no name: its id is not used again. */
  freed(index: number): void {
    const id = this.#id(index);
    if (id !== 0) this.#write(() => this.#records.drop(id));
  }

  /** Before the answer: what the request did counts from here on, whole. */
  endRequest(): void {
    if (!this.#touched || this.#stopped) return;
    this.#touched = false;
    this.#looked = false;
    this.#guard(() => {
      this.#log.endGroup();
      this.#lastChange = this.#clock();
      // The bound counts from the first change that could be lost, not from the last.
      if (!this.#dirty) this.#firstUnflushed = this.#lastChange;
      this.#dirty = true;
      // While it never rests, too.
      if (this.#lastChange - this.#lastDrain >= DRAIN_AFTER_MS) this.#drain();
      if (this.#lastChange - this.#firstUnflushed >= FLUSH_AFTER_MS) this.#flush();
    });
  }

  /** Nobody asks for anything: does what is due, and says after how many milliseconds something will be. */
  rest(): number {
    if (this.#stopped) return Infinity;
    const now = this.#clock();
    const quiet = now - this.#lastChange;
    this.#guard(() => {
      if (this.#log.buffered && quiet >= DRAIN_AFTER_MS) this.#drain();
      if (this.#dirty && now - this.#firstUnflushed >= FLUSH_AFTER_MS) this.#flush();
      if (!this.#looked && quiet >= COMPACT_AFTER_MS) {
        this.#looked = true;
        if (this.isLong()) this.compact();
      }
    });
    if (this.#stopped) return Infinity;
    if (this.#log.buffered) return Math.max(1, DRAIN_AFTER_MS - quiet);
    if (this.#dirty) return Math.max(1, FLUSH_AFTER_MS - (now - this.#firstUnflushed));
    return this.#looked ? Infinity : Math.max(1, COMPACT_AFTER_MS - quiet);
  }

  /** Everything is on the disk when this returns; false when it is not, and never will be. */
  persist(): boolean {
    this.#guard(() => {
      if (this.#touched) this.#log.endGroup();
      this.#touched = false;
      this.#flush();
    });
    return !this.#stopped;
  }

  /** Ends it: both files are free for another writer. */
  close(): void {
    this.persist();
    if (this.#stopped) return;
    this.#stopped = true;
    this.#log.release();
  }

  /** Whether much of the log is about what is no more. */
  isLong(): boolean {
    if (this.#log.size <= this.#compactBeyond) return false;
    let live = 0;
    for (let index = this.#memory.words[Super.inodeTop]! - 1; index > 0; index--)
      if (this.#id(index) !== 0)
        live += INODE_COST + this.#memory.words[this.#memory.inode(index) + Inode.units]! * UNIT_BYTES;
    return this.#log.size > 2 * live + this.#compactBeyond;
  }

  /** Writes a log that holds what is there and nothing else. When there is no room for it, the long one goes on. */
  compact(): void {
    const reached = new Set<number>();
    try {
      this.#log.compact((sink: KeepSink) => {
        this.#records = new RecordWriter(sink);
        this.#tree(this.#root, 'known', reached);
      });
    } catch (error) {
      if (!isFull(error)) throw error;
      return;
    } finally {
      this.#records = new RecordWriter(this.#log);
    }
    this.#dirty = false;
    // What has no name there is not in the new log: where it gets one again, it is new to it.
    for (let index = this.#memory.words[Super.inodeTop]! - 1; index > 0; index--)
      if (this.#id(index) !== 0 && !reached.has(index)) this.#setId(index, 0);
  }

  /** Bytes of the log. */
  get size(): number {
    return this.#log.size;
  }

  /** A new log begins with what is there. */
  begin(): void {
    this.#write(() => this.#tree(this.#root, 'new'));
    this.endRequest();
  }

  /** From this worker's memory into the file. */
  #drain(): void {
    this.#log.drain();
    this.#lastDrain = this.#lastChange;
  }

  /** To the disk itself, which takes long: see FLUSH_AFTER_MS. */
  #flush(): void {
    this.#log.flush();
    this.#dirty = false;
  }

  /** 0: not in the log. Kept in the inode, so that it lives exactly as long. */
  #id(index: number): number {
    return this.#memory.words[this.#memory.inode(index) + Inode.keep]! >>> 0;
  }

  #setId(index: number, id: number): void {
    this.#memory.words[this.#memory.inode(index) + Inode.keep] = id | 0;
  }

  /** Whether what this entry names belongs into the log; its folder does. */
  #keeps(entryAt: number): boolean {
    const { words } = this.#memory;
    const index = words[entryAt + Entry.inode]!;
    const type = words[this.#memory.inode(index) + Inode.mode]! & FileMode.typeMask;
    if (type !== FileMode.file && type !== FileMode.directory && type !== FileMode.link) return false;
    const name = this.#names.decode(this.#memory, entryAt);
    // The name first: to find the folder's path is a climb.
    if (!this.#without.some((left) => left.name === name)) return true;
    const folder = climb(this.#memory, words[entryAt + Entry.parent]!, ROOT, this.#names);
    return !this.#without.some((left) => left.name === name && left.folder === folder);
  }

  /** An inode with all that is below it: `new` to the log, or as it is in it. The one above it names it. */
  #tree(top: number, which: 'new' | 'known', reached = new Set<number>()): void {
    const { words } = this.#memory;
    const begin = (index: number): void => {
      reached.add(index);
      if (which === 'new' && index !== this.#root) {
        if (this.#next >= ID_LIMIT) throw new Error('Cannot keep more: the log has no ids left');
        this.#setId(index, this.#next++);
      }
      this.#inode(index);
      if ((words[this.#memory.inode(index) + Inode.mode]! & FileMode.typeMask) !== FileMode.directory)
        this.#content(index);
    };
    begin(top);
    // Folders are walked without recursion, each when its own name is there.
    const folders = [top];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const at = this.#memory.inode(folder);
      if ((words[at + Inode.mode]! & FileMode.typeMask) !== FileMode.directory) continue;
      for (let entry = words[at + Inode.firstEntry]!; entry !== 0;) {
        const entryAt = this.#memory.entry(entry);
        entry = words[entryAt + Entry.nextSibling]!;
        const index = words[entryAt + Entry.inode]!;
        if (!this.#keeps(entryAt) || (which === 'known' && this.#id(index) === 0)) continue;
        const isNew = which === 'new' ? this.#id(index) === 0 : !reached.has(index);
        if (isNew) {
          begin(index);
          folders.push(index);
        }
        this.#records.name(this.#id(folder), this.#id(index), this.#store.now(), this.#nameAt(entryAt));
      }
    }
    // Names have moved times.
    for (const index of reached) this.#inode(index);
  }

  #inode(index: number): void {
    const at = this.#memory.inode(index);
    const { words, floats } = this.#memory;
    const clock = (at + Inode.times) / 2;
    this.#records.inode({
      id: this.#id(index),
      mode: words[at + Inode.mode]!,
      uid: words[at + Inode.uid]!,
      gid: words[at + Inode.gid]!,
      times: [floats[clock]!, floats[clock + 1]!, floats[clock + 2]!, floats[clock + 3]!],
    });
  }

  /** All bytes of a file or link, of which the log had none. */
  #content(index: number): void {
    const size = this.#memory.size(this.#memory.inode(index));
    if (size === 0) return;
    this.#records.size(this.#id(index), size);
    this.#data(index, 0, size);
  }

  /** Holes are left out. */
  #data(index: number, position: number, length: number): void {
    const id = this.#id(index);
    const { bytes } = this.#memory;
    eachPiece(this.#memory, this.#memory.inode(index), position, length, (from, count, done) => {
      for (let at = 0; at < count; at += DATA_LIMIT) {
        const part = Math.min(DATA_LIMIT, count - at);
        this.#records.data(id, position + done + at, part, (into) =>
          into.set(bytes.subarray(from + at, from + at + part)),
        );
      }
    });
  }

  #nameAt(entryAt: number): Uint8Array {
    const at = (entryAt + Entry.name) * 4;
    return this.#memory.bytes.slice(at, at + this.#memory.words[entryAt + Entry.nameLength]!);
  }

  /** Part of the request that is under way; `endRequest` makes it count. */
  #write(work: () => void): void {
    if (this.#stopped) return;
    this.#touched = true;
    this.#guard(work);
  }

  /** The file system goes on whatever becomes of the log: what is in the file stays as it was at some moment. */
  #guard(work: () => void): void {
    if (this.#stopped) return;
    try {
      work();
    } catch (error) {
      this.#stopped = true;
      this.#log.release();
      this.#onFailed(error);
    }
  }
}

/** A used-up quota is known by this name alone. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
