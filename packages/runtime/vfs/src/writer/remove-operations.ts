import { Errno, FileMode } from '@slipway/posix';
import { Entry, Inode, Permission, ROOT } from '../memory/layout.ts';
import type { WalkResult } from '../reading/path-walk.ts';
import type { Store } from './store.ts';

/** unlink(2), rmdir(2), rename(2) and rm -rf. Each answers 0 or a negative errno. */
export class RemoveOperations {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The name itself, also of a link. EISDIR for a directory: Linux's answer, POSIX says EPERM. */
  unlink(path: string): number {
    const walk = this.#store.walk(path, 'name');
    if (walk.errno < 0) return walk.errno;
    if (walk.kind !== 'name') return Errno.EISDIR;
    if (walk.index === 0) return Errno.ENOENT;
    const directory = this.#store.type(walk.index) === FileMode.directory;
    if (walk.slash) return directory ? Errno.EISDIR : Errno.ENOTDIR;
    if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
    if (directory) return Errno.EISDIR;
    this.#store.detach(walk.entry, 'removed');
    return 0;
  }

  rmdir(path: string): number {
    const walk = this.#store.walk(path, 'name');
    if (walk.errno < 0) return walk.errno;
    // rmdir(2) wants EINVAL for `.`; what `..` names holds at least the directory itself.
    if (walk.kind === 'dot') return Errno.EINVAL;
    if (walk.kind === 'dotdot') return Errno.ENOTEMPTY;
    if (walk.kind === 'root') return Errno.EBUSY;
    if (walk.index === 0) return Errno.ENOENT;
    if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
    if (this.#store.type(walk.index) !== FileMode.directory) return Errno.ENOTDIR;
    if (!this.#isEmpty(walk.index)) return Errno.ENOTEMPTY;
    this.#store.detach(walk.entry, 'removed');
    return 0;
  }

  /** A link at `path` goes itself; what it leads to stays. */
  removeTree(path: string): number {
    const walk = this.#store.walk(path, 'name');
    if (walk.errno === Errno.ENOENT || (walk.errno === 0 && walk.index === 0)) return 0;
    if (walk.errno < 0) return walk.errno;
    if (walk.kind !== 'name') return walk.kind === 'root' ? Errno.EBUSY : Errno.EINVAL;
    if (!this.#store.may(walk.parent, Permission.write)) return Errno.EACCES;
    if (this.#store.type(walk.index) !== FileMode.directory) {
      if (walk.slash) return Errno.ENOTDIR;
      this.#store.detach(walk.entry, 'removed');
      return 0;
    }
    // Depth first without recursion: a directory comes back to the top of the stack when it is empty.
    const stack = [walk.entry];
    for (let entry = stack.at(-1); entry !== undefined; entry = stack.at(-1)) {
      const { words } = this.#store.memory;
      const index = words[this.#store.memory.entry(entry) + Entry.inode]!;
      const first =
        this.#store.type(index) === FileMode.directory ? words[this.#store.memory.inode(index) + Inode.firstEntry]! : 0;
      if (first !== 0) {
        // What went before it stays removed, as with rm.
        if (!this.#store.may(index, Permission.read | Permission.write | Permission.search)) return Errno.EACCES;
        stack.push(first);
        continue;
      }
      stack.pop();
      this.#store.detach(entry, 'removed');
    }
    return 0;
  }

  /** The checks in the order Linux makes them (fs/namei.c, do_renameat2). */
  rename(from: string, to: string): number {
    const source = this.#store.walk(from, 'name');
    if (source.errno < 0) return source.errno;
    const target = this.#store.walk(to, 'name');
    if (target.errno < 0) return target.errno;
    // `.` and `..` and the root cannot be moved, nor replaced.
    if (source.kind !== 'name' || target.kind !== 'name') return Errno.EBUSY;
    if (source.index === 0) return Errno.ENOENT;
    const directory = this.#store.type(source.index) === FileMode.directory;
    if (!directory && (source.slash || target.slash)) return Errno.ENOTDIR;
    // Into itself, or somewhere below.
    if (directory && this.#contains(source.index, target.parent)) return Errno.EINVAL;
    // Onto a directory that it lies in.
    if (target.index !== 0 && this.#contains(target.index, source.parent)) return Errno.ENOTEMPTY;
    // Two names of one file: POSIX wants nothing done, and both stay.
    if (target.index === source.index) return 0;
    const errno = this.#mayMove(directory, source, target);
    return errno < 0 ? errno : this.#move(source, target);
  }

  /** The second half of the checks: vfs_rename, then the file system. */
  #mayMove(directory: boolean, source: WalkResult, target: WalkResult): number {
    const { write } = Permission;
    if (!this.#store.may(source.parent, write) || !this.#store.may(target.parent, write)) return Errno.EACCES;
    const onDirectory = target.index !== 0 && this.#store.type(target.index) === FileMode.directory;
    if (directory && target.index !== 0 && !onDirectory) return Errno.ENOTDIR;
    if (!directory && onDirectory) return Errno.EISDIR;
    // A directory that gets another parent is written to itself: its ".." changes.
    if (directory && source.parent !== target.parent && !this.#store.may(source.index, write)) return Errno.EACCES;
    return onDirectory && !this.#isEmpty(target.index) ? Errno.ENOTEMPTY : 0;
  }

  /** The new name appears before the old one goes: no reader ever finds neither. */
  #move(source: WalkResult, target: WalkResult): number {
    if (target.index !== 0) this.#store.retarget(target.entry, source.index, source.entry);
    else if (!this.#store.attach(target.parent, target.name, source.index, source.entry)) return Errno.ENOSPC;
    this.#store.detach(source.entry, 'moved');
    return 0;
  }

  #isEmpty(index: number): boolean {
    return this.#store.memory.words[this.#store.memory.inode(index) + Inode.entryCount] === 0;
  }

  /** Is `index` at or above `directory`? */
  #contains(index: number, directory: number): boolean {
    for (
      let current = directory;
      ;
      current = this.#store.memory.words[this.#store.memory.inode(current) + Inode.parent]!
    ) {
      if (current === index) return true;
      if (current === ROOT) return false;
    }
  }
}
