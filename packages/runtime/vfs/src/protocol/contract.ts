/**
 * The file system as its callers see it.
 *
 * Every result that can fail is a number: zero or more is success, a negative
 * value is a Linux errno (`Errno` of @slipway/posix), as from a raw system call. Nothing
 * here throws for a condition of the file system; an exception is a bug.
 *
 * Paths are absolute, `/`-separated, not normalised: `..` is resolved by the
 * walk, after symbolic links, as POSIX path resolution demands.
 */
import type { DirectCalls } from './operations.ts';

/** st_mode, sizes and times of an inode. Times in milliseconds since the epoch, fractions allowed. */
export interface Stat {
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Always 0: there are no device files. */
  readonly rdev: number;
  /** Bytes; of a link the length of its target, of a directory always 4096. */
  readonly size: number;
  /** Of 512 bytes, as st_blocks. */
  readonly blocks: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly birthtimeMs: number;
}

/** d_type of dirent(3): the values libuv uses. */
export const DirentType = {
  unknown: 0,
  file: 1,
  directory: 2,
  link: 3,
  fifo: 4,
  socket: 5,
  char: 6,
  block: 7,
} as const;

/** With the type, so that a listing needs no stat for each name. */
export interface Dirent {
  readonly name: string;
  readonly ino: number;
  /** One of `DirentType`. */
  readonly type: number;
}

/** Reading: straight from shared memory, without a message and without waiting. */
export interface VfsReader {
  /** Inode of `path`, or a negative errno. `follow` decides for the last component only. */
  lookup(path: string, follow: boolean): number;
  stat(ino: number): Stat | number;
  /** `lookup` and `stat` in one step, with nothing in between. */
  statPath(path: string, follow: boolean): Stat | number;
  /** Bytes read (0 at the end), or a negative errno. */
  read(ino: number, position: number, into: Uint8Array): number;
  /** The whole content as a fresh, unshared array, or a negative errno. */
  readFile(path: string): Uint8Array | number;
  /** Without `.` and `..`, in the order in which the names were made. */
  readdir(ino: number): readonly Dirent[] | number;
  /** The target as it was written; EINVAL for what is no link. */
  readlink(ino: number): string | number;
  /** The path without links, `.` and `..`, or a negative errno. */
  realpath(path: string): string | number;
  /**
   * Changes whenever a name anywhere appears, disappears or moves. A caller may
   * cache what it derived from names as long as this number stays the same.
   */
  namesGeneration(): number;
  /** Changes whenever the content or metadata of this inode changes. */
  contentGeneration(ino: number): number;
  /** A path of this inode without links (one of them, for hard links), or a negative errno when it has no name. */
  pathOf(ino: number): string | number;
  usage(): VfsUsage;
}

/** What statfs(2) reports. */
export interface VfsUsage {
  /** Bytes. */
  readonly blockSize: number;
  /** Of the size to which the buffer may grow, not of what it has now. */
  readonly blocks: number;
  readonly freeBlocks: number;
  readonly inodes: number;
  readonly freeInodes: number;
}

/**
 * What changes the file system. Each is one request to the writer; atomic also when the caller is terminated in it.
 * The calls that pack one request and no more are the lines of `directOperations`; these have more to them.
 */
export interface VfsMutations<R extends 'sync' | 'async'> extends DirectCalls<R> {
  /** Follows O_CREAT, O_EXCL, O_TRUNC, O_NOFOLLOW, O_DIRECTORY; returns a retained inode. */
  open(path: string, flags: number, mode: number): Ret<R, number>;
  /** Bytes written. ENOSPC also when the browser gives no more memory. */
  write(ino: number, position: number, bytes: Uint8Array): Ret<R, number>;
  /** O_APPEND: position is the end at the time the writer acts. Returns bytes written. */
  append(ino: number, bytes: Uint8Array): Ret<R, number>;
  /** Creates many entries in few requests; parents come before children; existing files are replaced. */
  importEntries(base: string, entries: Iterable<ImportEntry>): Ret<R, number>;
  /** Creates or replaces a file in one atomic step (mode only for a new one). */
  writeFile(path: string, bytes: Uint8Array, mode: number): Ret<R, number>;
}

/** `T` for a caller that waits, a promise of it for one that must not. */
export type Ret<R, T> = R extends 'sync' ? T : Promise<T>;

/** What holds an entry comes before it. */
export type ImportEntry =
  | { readonly type: 'directory'; readonly path: string; readonly mode?: number }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly bytes: Uint8Array;
      readonly mode?: number;
      readonly mtimeMs?: number;
    }
  | { readonly type: 'link'; readonly path: string; readonly target: string };

/** References that keep an unlinked inode alive. They belong to the slot and are dropped with it. */
export interface VfsReferences {
  /** Takes a reference, lock-free: 0, or -ESTALE when the inode is already gone. */
  retain(ino: number): number;
  /** Once for each `retain` and each `open`. Throws for what is not held: a bug of the caller. */
  release(ino: number): void;
}

/**
 * One entry of the change journal. A file with several names yields one `change`
 * for each of them; a rename is a `remove` followed by a `create`; a link made
 * or taken away is followed by a `change` of the inode alone.
 */
export interface VfsChange {
  readonly type: 'create' | 'remove' | 'change';
  /**
   * Directory in which the name is, appeared or vanished; 0 for a `change` of the inode alone: its link count, or
   * content without a name.
   */
  readonly parent: number;
  readonly ino: number;
  readonly name: string;
}

/** Following the change journal; several cursors may exist side by side. */
export interface VfsJournal {
  /** Resolves when something changed after `sequence` (no busy wait: Atomics.waitAsync). */
  changed(sequence: number): Promise<unknown> | undefined;
  /** A cursor for what comes from now on. */
  sequence(): number;
  /** Changes since `sequence`; `overflow` when the ring has lapped the reader. */
  since(sequence: number): { sequence: number; changes: readonly VfsChange[]; overflow: boolean };
}

/** What a process holds: synchronous calls over its own slot. */
export interface Vfs extends VfsReader, VfsMutations<'sync'>, VfsReferences, VfsJournal {}

/** What the kernel holds: the same, but it never waits. */
export interface AsyncVfs extends VfsReader, VfsMutations<'async'>, VfsReferences, VfsJournal {
  /**
   * Drops everything a worker held: its unfinished request, its references, its
   * half-written files. To be called after `terminate()`. `terminate` may return
   * before the worker has stopped, so the kernel hands slots out round-robin:
   * the longest unused one first.
   */
  releaseSlot(slot: number): Promise<number>;
  /** Waits until everything freed has been taken back (nobody reads), then verifies the whole memory. */
  check(): Promise<readonly string[]>;
}
