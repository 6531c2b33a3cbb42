import { Errno, FileMode, OpenFlags } from '@slipway/posix';
import { eachPiece } from '../memory/extents.ts';
import { PATH_LIMIT, Permission } from '../memory/layout.ts';
import type { WalkResult } from '../reading/path-walk.ts';
import { mayOpen } from '../reading/permissions.ts';
import { encodeText } from '../memory/text.ts';
import type { Store } from './store.ts';

/**
 * open(2) with O_CREAT or O_TRUNC, mkdir(2), symlink(2), link(2). Each answers 0, an inode index or a negative errno.
 */
export class CreateOperations {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What has to be made, emptied or decided by the writer: an inode index or a negative errno. */
  open(path: string, flags: number, mode: number): number {
    // O_EXCL alone is undefined in POSIX: it has no effect.
    const exclusive = (flags & OpenFlags.creat) !== 0 && (flags & OpenFlags.excl) !== 0;
    const follow = !exclusive && (flags & OpenFlags.nofollow) === 0;
    const creating = (flags & OpenFlags.creat) !== 0;
    const walk = this.#store.walk(
      path,
      creating ? (follow ? 'create' : 'create-nofollow') : follow ? 'follow' : 'nofollow',
    );
    if (walk.errno < 0) return walk.errno;
    if (walk.index === 0) {
      if (!creating) return Errno.ENOENT;
      // O_CREAT makes no directories; Linux says so since 6.4.
      if ((flags & OpenFlags.directory) !== 0) return Errno.EINVAL;
      if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
      return this.#newNode(walk, FileMode.file | (mode & FileMode.permissions));
    }
    if (exclusive) return Errno.EEXIST;
    const type = this.#store.type(walk.index);
    if (type === FileMode.link) return Errno.ELOOP;
    if (type === FileMode.directory) {
      const readOnly = (flags & (OpenFlags.accmode | OpenFlags.creat | OpenFlags.trunc)) === OpenFlags.rdonly;
      if (!readOnly) return Errno.EISDIR;
      return this.#store.may(walk.index, Permission.read) ? walk.index : Errno.EACCES;
    }
    if ((flags & OpenFlags.directory) !== 0) return Errno.ENOTDIR;
    if (this.#store.bound && !mayOpen(this.#store.mode(walk.index), flags)) return Errno.EACCES;
    // A FIFO or a socket has nothing behind it here.
    if (type !== FileMode.file) return Errno.ENXIO;
    if ((flags & OpenFlags.trunc) !== 0) {
      this.#store.content.truncate(walk.index, 0);
      this.#store.changed(walk.index, 'content');
    }
    return walk.index;
  }

  /** EEXIST whatever has the name, a link into nowhere too. */
  mkdir(path: string, mode: number): number {
    const walk = this.#store.walk(path, 'name');
    if (walk.errno < 0) return walk.errno;
    if (walk.index !== 0) return Errno.EEXIST;
    if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
    const index = this.#newNode(walk, FileMode.directory | (mode & FileMode.permissions));
    return index < 0 ? index : 0;
  }

  /** mknod(2) for what has no content of its own. */
  mknod(path: string, mode: number): number {
    const type = mode & FileMode.typeMask;
    if (type !== FileMode.fifo && type !== FileMode.socket) return Errno.EINVAL;
    const walk = this.#store.walk(path, 'name');
    if (walk.errno < 0) return walk.errno;
    if (walk.index !== 0) return Errno.EEXIST;
    if (walk.slash) return Errno.ENOENT;
    if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
    const index = this.#newNode(walk, type | (mode & FileMode.permissions));
    return index < 0 ? index : 0;
  }

  /** mkdir -p: the first directory made, '' when all were there, or a negative errno. */
  mkdirAll(path: string, mode: number): string | number {
    // It has no parent to be made first.
    if (path === '') return Errno.ENOENT;
    const missing: string[] = [];
    for (let current = path; ;) {
      const errno = this.mkdir(current, mode);
      if (errno === 0) {
        for (let made = missing.pop(); made !== undefined; made = missing.pop()) {
          const below = this.mkdir(made, mode);
          // A part that has become a directory by another name (`a/../b`) is no failure.
          if (below < 0 && below !== Errno.EEXIST) return below;
        }
        return current;
      }
      if (errno === Errno.EEXIST) {
        const walk = this.#store.walk(current, 'follow');
        const directory = walk.index !== 0 && this.#store.type(walk.index) === FileMode.directory;
        if (!directory) return missing.length === 0 ? Errno.EEXIST : Errno.ENOTDIR;
        const next = missing.pop();
        if (next === undefined) return '';
        current = next;
        continue;
      }
      const parent = dirname(current);
      if (errno !== Errno.ENOENT || parent === current) return errno;
      missing.push(current);
      current = parent;
    }
  }

  /** The target is not looked at: it need not exist. */
  symlink(target: string, path: string): number {
    const text = encodeText(target);
    if (text.length === 0) return Errno.ENOENT;
    if (text.length > PATH_LIMIT) return Errno.ENAMETOOLONG;
    const walk = this.#store.walk(path, 'name');
    if (walk.errno < 0) return walk.errno;
    if (walk.index !== 0) return Errno.EEXIST;
    if (walk.slash) return Errno.ENOENT;
    if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
    const store = this.#store;
    const index = store.create(FileMode.link | 0o777);
    if (index === 0) return Errno.ENOSPC;
    const room = store.content.preallocate(index, text.length);
    if (room < 0) {
      store.abandon(index);
      return room;
    }
    const at = store.memory.inode(index);
    // In pieces: on a disk without a longer run each block of the target lies elsewhere.
    eachPiece(store.memory, at, 0, text.length, (to, count, done) =>
      store.memory.bytes.set(text.subarray(done, done + count), to),
    );
    store.memory.setSize(at, text.length);
    return this.name(walk, index);
  }

  /** Not of directories (EPERM). A link at the end of `existing` gets the name itself, as on Linux. */
  link(existing: string, path: string): number {
    const from = this.#store.walk(existing, 'nofollow');
    if (from.errno < 0) return from.errno;
    if (from.index === 0) return Errno.ENOENT;
    const to = this.#store.walk(path, 'name');
    if (to.errno < 0) return to.errno;
    if (to.index !== 0) return Errno.EEXIST;
    if (to.slash) return Errno.ENOENT;
    if (!this.#store.may(to.parent, Permission.write)) return Errno.EACCES;
    if (this.#store.type(from.index) === FileMode.directory) return Errno.EPERM;
    if (!this.#store.attach(to.parent, to.name, from.index)) return Errno.ENOSPC;
    this.#store.linked(from.index);
    return 0;
  }

  #newNode(walk: WalkResult, mode: number): number {
    const index = this.#store.create(mode);
    if (index === 0) return Errno.ENOSPC;
    const errno = this.name(walk, index);
    return errno < 0 ? errno : index;
  }

  /** Puts a finished inode where the walk ended; without room the inode goes. */
  name(walk: WalkResult, index: number): number {
    if (this.#store.attach(walk.parent, walk.name, index)) return 0;
    this.#store.abandon(index);
    return Errno.ENOSPC;
  }
}

function dirname(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const cut = trimmed.lastIndexOf('/');
  return cut <= 0 ? '/' : trimmed.slice(0, cut);
}
