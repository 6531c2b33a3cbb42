import { Errno, FileMode } from '@slipway/posix';
import { Inode, Permission } from '../memory/layout.ts';
import type { WalkResult } from '../reading/path-walk.ts';
import type { CreateOperations } from './create-operations.ts';
import type { Store } from './store.ts';

/** Content and metadata of one file. Sources of bytes are positions in the shared buffer. */
export class FileOperations {
  readonly #store: Store;
  readonly #creating: CreateOperations;

  constructor(store: Store, creating: CreateOperations) {
    this.#store = store;
    this.#creating = creating;
  }

  write(index: number, position: number, from: number, length: number): number {
    if (this.#store.type(index) !== FileMode.file) return Errno.EINVAL;
    const written = this.#store.content.write(index, position, from, length);
    if (written > 0) this.#store.changed(index, 'content');
    return written;
  }

  /** Nobody else writes while the end is read: that makes O_APPEND atomic. */
  append(index: number, from: number, length: number): number {
    return this.write(index, this.#store.memory.size(this.#store.memory.inode(index)), from, length);
  }

  truncate(index: number, size: number): number {
    if (this.#store.type(index) === FileMode.directory) return Errno.EISDIR;
    // So written that NaN is refused.
    if (this.#store.type(index) !== FileMode.file || !(size >= 0)) return Errno.EINVAL;
    const errno = this.#store.content.truncate(index, size);
    if (errno === 0) this.#store.changed(index, 'content');
    return errno;
  }

  /** The type bits stay, whatever `mode` says. */
  chmod(index: number, mode: number): number {
    const { memory, inodes } = this.#store;
    const at = memory.inode(index) + Inode.mode;
    if (this.#store.type(index) === FileMode.directory && ((memory.words[at]! ^ mode) & Permission.search) !== 0)
      this.#store.searchChanged();
    inodes.begin(index);
    memory.words[at] = (memory.words[at]! & FileMode.typeMask) | (mode & FileMode.permissions);
    inodes.end(index);
    this.#store.changed(index, 'metadata');
    return 0;
  }

  /** As chown(2), -1 leaves a side as it is. Only root gives anything away. */
  chown(index: number, uid: number, gid: number): number {
    const { memory, inodes } = this.#store;
    const at = memory.inode(index);
    const same = (wanted: number, word: number): boolean =>
      wanted === -1 || wanted === 0xffffffff || wanted === memory.words[at + word];
    if (this.#store.bound && !(same(uid, Inode.uid) && same(gid, Inode.gid))) return Errno.EPERM;
    inodes.begin(index);
    if (uid !== -1 && uid !== 0xffffffff) memory.words[at + Inode.uid] = uid;
    if (gid !== -1 && gid !== 0xffffffff) memory.words[at + Inode.gid] = gid;
    inodes.end(index);
    this.#store.changed(index, 'metadata');
    return 0;
  }

  utimes(index: number, atimeMs: number, mtimeMs: number): number {
    this.#setTimes(index, atimeMs, mtimeMs);
    this.#store.changed(index, 'metadata');
    return 0;
  }

  /** The whole content in one step. `mode` counts for a new file only; a negative `mtimeMs` leaves the clock's. */
  writeFile(path: string, mode: number, mtimeMs: number, from: number, length: number): number {
    return this.#replace(path, mode, mtimeMs, (index) => this.#store.content.replace(index, from, length), length > 0);
  }

  /** Gives `path` the content that was handed over in pieces. */
  commit(path: string, mode: number, mtimeMs: number, staged: number): number {
    return this.#replace(
      path,
      mode,
      mtimeMs,
      (index) => {
        this.#store.content.adopt(index, staged);
        return 0;
      },
      true,
    );
  }

  /** As uv_fs_copyfile, by way of a copy without a name: nobody sees the target half done. */
  copyFile(from: string, to: string, exclusive: boolean): number {
    const source = this.#store.walk(from, 'follow');
    if (source.errno < 0) return source.errno;
    if (source.index === 0) return Errno.ENOENT;
    if (this.#store.type(source.index) !== FileMode.file) return notAFile(this.#store.type(source.index));
    if (!this.#store.may(source.index, Permission.read)) return Errno.EACCES;
    const target = this.#store.walk(to, 'create');
    if (target.errno < 0) return target.errno;
    if (target.index !== 0 && exclusive) return Errno.EEXIST;
    // The file itself by another name: there is nothing to do.
    if (target.index === source.index) return 0;
    if (!this.#mayReplace(target)) return Errno.EACCES;
    const copy = this.#store.create(FileMode.file);
    if (copy === 0) return Errno.ENOSPC;
    const errno = this.#store.content.copy(copy, source.index);
    const done = errno < 0 ? errno : this.commit(to, this.#store.mode(source.index), -1, copy);
    // It has given its content away, or never had a name: it goes in both cases.
    this.#store.abandon(copy);
    if (done === 0) this.#copyMode(source.index, to);
    return done;
  }

  /** uv_fs_copyfile gives an existing target the permissions of the source, too. */
  #copyMode(source: number, to: string): void {
    const { index } = this.#store.walk(to, 'follow');
    const permissions = this.#store.mode(source) & FileMode.permissions;
    if ((this.#store.mode(index) & FileMode.permissions) !== permissions) this.chmod(index, permissions);
  }

  /** `filled`: whoever watches is told of content, and not of the new name alone. */
  #replace(path: string, mode: number, mtimeMs: number, fill: (index: number) => number, filled: boolean): number {
    const walk = this.#store.walk(path, 'create');
    if (walk.errno < 0) return walk.errno;
    const type = walk.index === 0 ? FileMode.file : this.#store.type(walk.index);
    if (type === FileMode.directory) return Errno.EISDIR;
    if (!this.#mayReplace(walk)) return Errno.EACCES;
    if (walk.index === 0) return this.#fillNew(walk, mode, mtimeMs, fill, filled);
    if (type !== FileMode.file) return notAFile(type);
    const errno = fill(walk.index);
    if (errno < 0) return errno;
    if (mtimeMs >= 0) this.#setTimes(walk.index, mtimeMs, mtimeMs);
    this.#store.changed(walk.index, mtimeMs >= 0 ? 'metadata' : 'content');
    return 0;
  }

  #mayReplace(walk: WalkResult): boolean {
    return this.#store.may(walk.index === 0 ? walk.parent : walk.index, Permission.write);
  }

  /** Content first, name last: nobody finds the file empty. */
  #fillNew(walk: WalkResult, mode: number, mtimeMs: number, fill: (index: number) => number, filled: boolean): number {
    const index = this.#store.create(FileMode.file | (mode & FileMode.permissions));
    if (index === 0) return Errno.ENOSPC;
    const errno = fill(index);
    if (errno < 0) {
      this.#store.abandon(index);
      return errno;
    }
    if (mtimeMs >= 0) this.#setTimes(index, mtimeMs, mtimeMs);
    const named = this.#creating.name(walk, index);
    if (named === 0 && filled) this.#store.announce(index);
    return named;
  }

  #setTimes(index: number, atimeMs: number, mtimeMs: number): void {
    const { memory, inodes } = this.#store;
    const clock = (memory.inode(index) + Inode.times) / 2;
    inodes.begin(index);
    memory.floats[clock] = atimeMs;
    memory.floats[clock + 1] = mtimeMs;
    inodes.end(index);
  }
}

/** Why something that is no file cannot be opened to be read or written as a whole. */
function notAFile(type: number): number {
  return type === FileMode.directory ? Errno.EISDIR : Errno.ENXIO;
}
