import { Errno, FileMode } from '@slipway/posix';
import type { Dirent, Stat, VfsReader, VfsUsage } from '../protocol/contract.ts';
import { NameDecoder, climb, findEntry } from '../memory/directory.ts';
import { copyOut } from '../memory/extents.ts';
import {
  Entry,
  INODE_LIMIT,
  Inode,
  NAME_LIMIT,
  PATH_LIMIT,
  Permission,
  ROOT,
  SLOTS_AT,
  SLOT_WORDS,
  Slot,
  Super,
  UNIT_BYTES,
  generationOf,
  indexOf,
} from '../memory/layout.ts';
import { NameCache } from '../memory/names.ts';
import { readTarget, walkPath } from './path-walk.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';

/** Of each cache; reached, it starts anew. */
const PATH_CACHE_LIMIT = 50_000;
/** Tries before the first pause: most changes are shorter. */
const SPINS = 50;

/** How a reader passes the moment in which the writer is changing what it reads. */
export type Pause = () => void;

/**
 * Reads straight from shared memory. Two rules make that safe without a lock:
 * nothing a reader can reach is reused while its slot shows the epoch in which
 * it began, and what belongs together is copied between two looks at the
 * inode's sequence number and copied again when it moved.
 */
export class Reader implements VfsReader {
  readonly #memory: SharedMemory;
  readonly #names = new NameCache();
  readonly #decoder = new NameDecoder();
  readonly #pause: Pause;
  readonly #bound: boolean;
  readonly #search: number;
  readonly #epochAt: number;
  readonly #fenceAt: number;
  #depth = 0;
  /** Inode (or negative errno) by path, both valid for one generation of names. */
  readonly #followed = new Map<string, number>();
  readonly #unfollowed = new Map<string, number>();
  #cachedGeneration = 0;

  /** `bound`: permission bits count. */
  constructor(memory: SharedMemory, slot: number, pause: Pause, bound = false) {
    this.#memory = memory;
    this.#bound = bound;
    this.#search = bound ? Permission.search : 0;
    this.#pause = pause;
    this.#epochAt = SLOTS_AT + slot * SLOT_WORDS + Slot.epoch;
    this.#fenceAt = SLOTS_AT + slot * SLOT_WORDS + Slot.fence;
  }

  lookup(path: string, follow: boolean): number {
    this.#enter();
    const ino = this.#lookup(path, follow);
    this.#leave();
    return ino;
  }

  stat(ino: number): Stat | number {
    return this.#consistent(ino, (at) => {
      const { words, floats } = this.#memory;
      const times = (at + Inode.times) / 2;
      const mode = words[at + Inode.mode]!;
      const directory = (mode & FileMode.typeMask) === FileMode.directory;
      return {
        ino,
        mode,
        nlink: words[at + Inode.nlink]!,
        uid: words[at + Inode.uid]!,
        gid: words[at + Inode.gid]!,
        rdev: words[at + Inode.rdev]!,
        // As ext4 shows a small folder.
        size: directory ? 4096 : this.#memory.size(at),
        blocks: directory ? 8 : words[at + Inode.units]! * (UNIT_BYTES / 512),
        atimeMs: floats[times]!,
        mtimeMs: floats[times + 1]!,
        ctimeMs: floats[times + 2]!,
        birthtimeMs: floats[times + 3]!,
      };
    });
  }

  statPath(path: string, follow: boolean): Stat | number {
    return this.#named(path, follow, (ino) => this.stat(ino));
  }

  read(ino: number, position: number, into: Uint8Array): number {
    return this.#consistent(ino, (at) => {
      if ((this.#memory.words[at + Inode.mode]! & FileMode.typeMask) === FileMode.directory) return Errno.EISDIR;
      const count = Math.max(0, Math.min(into.length, this.#memory.size(at) - position));
      return count === 0 || copyOut(this.#memory, at, position, into, count) ? count : undefined;
    });
  }

  readFile(path: string): Uint8Array<ArrayBuffer> | number {
    return this.#named(path, true, (ino) => this.#readAll(ino));
  }

  /** In the order in which entries came; `.` and `..` are the caller's to add. */
  readdir(ino: number): readonly Dirent[] | number {
    return this.#consistent(ino, (at) => {
      const { words } = this.#memory;
      if ((words[at + Inode.mode]! & FileMode.typeMask) !== FileMode.directory) return Errno.ENOTDIR;
      if (!this.#mayRead(at)) return Errno.EACCES;
      const expected = words[at + Inode.entryCount]!;
      const list: Dirent[] = [];
      for (let id = words[at + Inode.firstEntry]!; id !== 0;) {
        // More than there are: the chain changed under us.
        if (list.length > expected) return undefined;
        const entryAt = this.#memory.entry(id);
        const index = this.#memory.words[entryAt + Entry.inode]!;
        const mode = this.#memory.words[this.#memory.inode(index) + Inode.mode]!;
        list.push({
          name: this.#decoder.decode(this.#memory, entryAt),
          ino: this.#memory.ino(index),
          type: direntType(mode),
        });
        id = this.#memory.words[entryAt + Entry.nextSibling]!;
      }
      return list;
    });
  }

  /** EINVAL of what is no link, as readlink(2). */
  readlink(ino: number): string | number {
    return this.#consistent(ino, (at) => {
      if ((this.#memory.words[at + Inode.mode]! & FileMode.typeMask) !== FileMode.link) return Errno.EINVAL;
      return readTarget(this.#memory, at);
    });
  }

  realpath(path: string): string | number {
    this.#enter();
    const walk = walkPath(this.#memory, this.#names, path, 'realpath', this.#search);
    let answer: string | number;
    if (walk.errno < 0) answer = walk.errno;
    else if (walk.index === 0) answer = Errno.ENOENT;
    // A path that ends in `.`, `..` or `/`: only the inode says where it is.
    else if (walk.kind !== 'name') answer = climb(this.#memory, walk.index, ROOT, this.#decoder) ?? Errno.ENOENT;
    else {
      const parent = climb(this.#memory, walk.parent, ROOT, this.#decoder);
      answer = parent === undefined ? Errno.ENOENT : parent === '/' ? '/' + walk.name : parent + '/' + walk.name;
    }
    this.#leave();
    return answer;
  }

  namesGeneration(): number {
    return Atomics.load(this.#memory.words, Super.namesGeneration);
  }

  contentGeneration(ino: number): number {
    const at = this.#memory.live(ino);
    // Without the lowest bit, so that a change counts once
    // it is done; without the sign, which is an errno's.
    return at === 0 ? Errno.ESTALE : Atomics.load(this.#memory.words, at + Inode.sequence) & 0x7ffffffe;
  }

  pathOf(ino: number): string | number {
    return this.#consistent(ino, () => climb(this.#memory, indexOf(ino), ROOT, this.#decoder) ?? Errno.ENOENT);
  }

  /** statfs(2); without a lock, since nobody decides by it. */
  usage(): VfsUsage {
    const { words } = this.#memory;
    const max = words[Super.maxUnits]!;
    return {
      blockSize: UNIT_BYTES,
      blocks: max,
      // What is in limbo counts as free: the writer waits for it before it says ENOSPC.
      freeBlocks: max - words[Super.usedUnits]! + words[Super.limboUnits]!,
      inodes: INODE_LIMIT,
      freeInodes: INODE_LIMIT - words[Super.inodesUsed]!,
    };
  }

  /**
   * What `read` finds behind a name. Removed between the two steps, the name is asked again: it may lead elsewhere by
   * now. It still leads to what is gone while the writer is between the inode and the generation of names, which takes
   * as long as its thread is off the core: so tries pause as those of `#consistent` do.
   */
  #named<T>(path: string, follow: boolean, read: (ino: number) => T | number): T | number {
    for (let attempt = 0; ; attempt++) {
      this.#enter();
      const ino = this.#lookup(path, follow);
      const value = ino < 0 ? ino : read(ino);
      this.#leave();
      if (value !== Errno.ESTALE) return value;
      if (attempt > SPINS) this.#pause();
    }
  }

  #readAll(ino: number): Uint8Array<ArrayBuffer> | number {
    return this.#consistent(ino, (at) => {
      const type = this.#memory.words[at + Inode.mode]! & FileMode.typeMask;
      if (type === FileMode.directory) return Errno.EISDIR;
      if (!this.#mayRead(at)) return Errno.EACCES;
      const size = this.#memory.size(at);
      // A size can only be this wrong for the moment in which its two words are being written.
      if (size > this.#memory.words[Super.maxUnits]! * UNIT_BYTES) {
        if ((Atomics.load(this.#memory.words, at + Inode.sequence) & 1) !== 0) return undefined;
        return Errno.EFBIG;
      }
      const bytes = new Uint8Array(new ArrayBuffer(size));
      return copyOut(this.#memory, at, 0, bytes, size) ? bytes : undefined;
    });
  }

  #lookup(path: string, follow: boolean): number {
    if (path.length > PATH_LIMIT) return Errno.ENAMETOOLONG;
    // Read before the walk: a walk that overlaps a change is filed under the generation that change ends.
    const generation = Atomics.load(this.#memory.words, Super.namesGeneration);
    if (generation !== this.#cachedGeneration) {
      this.#followed.clear();
      this.#unfollowed.clear();
      this.#cachedGeneration = generation;
    }
    const cache = follow ? this.#followed : this.#unfollowed;
    const known = cache.get(path);
    if (known !== undefined) return known;
    const found = this.#findBelow(path, follow) ?? this.#walk(path, follow);
    if (cache.size >= PATH_CACHE_LIMIT) cache.clear();
    cache.set(path, found);
    return found;
  }

  /** Most paths share their directory with the one before: one step from there, unless something is special. */
  #findBelow(path: string, follow: boolean): number | undefined {
    const cut = path.lastIndexOf('/');
    // The root and a slash at the end are the walk's.
    if (cut <= 0 || cut === path.length - 1) return undefined;
    const last = path.slice(cut + 1);
    if (last === '.' || last === '..') return undefined;
    const parent = this.#lookup(path.slice(0, cut), true);
    if (parent < 0) return parent;
    const memory = this.#memory;
    const name = this.#names.encode(last);
    if (name.length > NAME_LIMIT) return Errno.ENAMETOOLONG;
    const container = memory.words[memory.inode(indexOf(parent)) + Inode.mode]!;
    if ((container & FileMode.typeMask) !== FileMode.directory) return container === 0 ? Errno.ENOENT : Errno.ENOTDIR;
    if ((container & this.#search) !== this.#search) return Errno.EACCES;
    const entry = findEntry(memory, indexOf(parent), name);
    if (entry === 0) return Errno.ENOENT;
    const index = memory.words[memory.entry(entry) + Entry.inode]!;
    const mode = memory.words[memory.inode(index) + Inode.mode]! & FileMode.typeMask;
    if (follow && mode === FileMode.link) return undefined;
    return this.#inoOf(index);
  }

  #walk(path: string, follow: boolean): number {
    const walk = walkPath(this.#memory, this.#names, path, follow ? 'follow' : 'nofollow', this.#search);
    if (walk.errno < 0) return walk.errno;
    return walk.index === 0 ? Errno.ENOENT : this.#inoOf(walk.index);
  }

  /** The owner's bit: everything belongs to the one user. */
  #mayRead(at: number): boolean {
    return !this.#bound || (this.#memory.words[at + Inode.mode]! & Permission.read) !== 0;
  }

  /**
   * The ino of an index just found. Generation before mode: the writer clears the mode before it moves the generation
   * on.
   */
  #inoOf(index: number): number {
    const ino = this.#memory.ino(index);
    return Atomics.load(this.#memory.words, this.#memory.inode(index) + Inode.mode) === 0 ? Errno.ENOENT : ino;
  }

  /**
   * Runs `copy` until no change of the inode fell into it. `undefined` from `copy` means: this made no sense, again.
   */
  #consistent<T>(ino: number, copy: (at: number) => T | undefined): T | number {
    const memory = this.#memory;
    this.#enter();
    try {
      for (let attempt = 0; ; attempt++) {
        const at = memory.live(ino);
        if (at === 0) return Errno.ESTALE;
        const before = Atomics.load(memory.words, at + Inode.sequence);
        if ((before & 1) === 0) {
          const value = copy(at);
          // A store keeps the copy above it and the next load below it.
          Atomics.store(memory.words, this.#fenceAt, attempt);
          if (Atomics.load(memory.words, at + Inode.sequence) === before) {
            if (value !== undefined)
              return Atomics.load(memory.words, at + Inode.generation) === generationOf(ino) ? value : Errno.ESTALE;
            if (attempt > SPINS * 100) throw new Error(`Cannot read inode ${ino}: its table of contents is damaged`);
          }
        }
        if (attempt > SPINS) this.#pause();
      }
    } finally {
      this.#leave();
    }
  }

  /** Reads nest (`statPath`, `readFile`): the outermost shows its epoch. */
  #enter(): void {
    if (this.#depth++ > 0) return;
    const { words } = this.#memory;
    Atomics.store(words, this.#epochAt, Atomics.load(words, Super.epoch));
  }

  /** 0: this slot reads nothing, so nothing in limbo waits for it. */
  #leave(): void {
    if (--this.#depth === 0) Atomics.store(this.#memory.words, this.#epochAt, 0);
  }
}

/** UV_DIRENT_* of libuv, which are not d_type of dirent.h. */
function direntType(mode: number): number {
  switch (mode & FileMode.typeMask) {
    case FileMode.directory:
      return 2;
    case FileMode.link:
      return 3;
    case FileMode.file:
      return 1;
    case FileMode.fifo:
      return 4;
    case FileMode.socket:
      return 5;
    default:
      return 0;
  }
}
