import { Errno, FileMode } from '@slipway/posix';
import { Inode, InodeFlag, PAYLOAD_BYTES } from '../memory/layout.ts';
import { ImportRecord, ImportType } from '../protocol/operations.ts';
import { decodeText } from '../memory/text.ts';
import type { CreateOperations } from './create-operations.ts';
import type { FileOperations } from './file-operations.ts';
import type { RemoveOperations } from './remove-operations.ts';
import type { Store } from './store.ts';

/** Many entries in one request, and large files in several. */
export class ImportOperations {
  readonly #store: Store;
  readonly #creating: CreateOperations;
  readonly #removing: RemoveOperations;
  readonly #files: FileOperations;
  /** Content under way, by slot: an inode without a name. */
  readonly #staged = new Map<number, number>();

  constructor(store: Store, creating: CreateOperations, removing: RemoveOperations, files: FileOperations) {
    this.#store = store;
    this.#creating = creating;
    this.#removing = removing;
    this.#files = files;
  }

  /** `position` 0 begins a new file of `total` bytes and forgets an unfinished one. */
  stage(slot: number, position: number, total: number, from: number, length: number): number {
    if (position === 0) {
      this.discard(slot);
      const index = this.#store.create(FileMode.file);
      if (index === 0) return Errno.ENOSPC;
      const { memory } = this.#store;
      memory.words[memory.inode(index) + Inode.flags] = InodeFlag.staged;
      this.#staged.set(slot, index);
      const room = this.#store.content.preallocate(index, total);
      if (room < 0) {
        this.discard(slot);
        return room;
      }
    }
    const index = this.#staged.get(slot);
    if (index === undefined) return Errno.EINVAL;
    return this.#store.content.write(index, position, from, length);
  }

  /** Afterwards nothing is staged, whether it went well or not. */
  commit(slot: number, path: string, mode: number, mtimeMs: number): number {
    const index = this.#staged.get(slot);
    if (index === undefined) return Errno.EINVAL;
    const errno = this.#files.commit(path, mode, mtimeMs, index);
    this.discard(slot);
    return errno;
  }

  /** The caller is dead, done, or begins anew. */
  discard(slot: number): void {
    const index = this.#staged.get(slot);
    if (index === undefined) return;
    this.#staged.delete(slot);
    const { memory } = this.#store;
    memory.words[memory.inode(index) + Inode.flags] = 0;
    this.#store.abandon(index);
  }

  /** Stops at the first entry that fails; what came before it stays. */
  batch(from: number, length: number): number {
    // A private copy of the records: the slot belongs to the caller.
    const { memory } = this.#store;
    if (length > PAYLOAD_BYTES) return Errno.EINVAL;
    const copy = memory.bytes.slice(from, from + length);
    const view = new DataView(copy.buffer);
    for (let at = 0; at + ImportRecord.words * 4 <= length;) {
      const word = (index: number): number => view.getInt32(at + index * 4, true);
      const pathLength = word(ImportRecord.pathLength);
      const dataLength = word(ImportRecord.dataLength);
      const pathAt = at + ImportRecord.words * 4;
      const dataAt = pathAt + ((pathLength + 3) & ~3);
      const next = dataAt + ((dataLength + 3) & ~3);
      // The lengths are the caller's word.
      if (pathLength < 0 || dataLength < 0 || next > length) return Errno.EINVAL;
      const path = decodeText(copy.subarray(pathAt, pathAt + pathLength));
      const mtimeMs = view.getFloat64(at + ImportRecord.mtimeMs * 4, true);
      // The content is taken from the slot: what the caller
      // does to it meanwhile is in its own file only.
      const data = {
        from: from + dataAt,
        length: dataLength,
        text: () => decodeText(copy.subarray(dataAt, dataAt + dataLength)),
      };
      const errno = this.#entry(word(ImportRecord.type), path, word(ImportRecord.mode), mtimeMs, data);
      if (errno < 0) return errno;
      at = next;
    }
    return 0;
  }

  #entry(
    type: number,
    path: string,
    mode: number,
    mtimeMs: number,
    data: { from: number; length: number; text: () => string },
  ): number {
    if (type === ImportType.directory) return this.#directory(path, mode);
    if (type === ImportType.file)
      return this.#files.writeFile(path, mode < 0 ? 0o644 : mode, mtimeMs, data.from, data.length);
    // A link has no content to be replaced: for a moment the name is gone.
    const removed = this.#removing.unlink(path);
    return removed < 0 && removed !== Errno.ENOENT ? removed : this.#creating.symlink(data.text(), path);
  }

  /** What is a directory already is fine, also through a link. */
  #directory(path: string, mode: number): number {
    const errno = this.#creating.mkdir(path, mode < 0 ? 0o755 : mode);
    if (errno !== Errno.EEXIST) return errno;
    const walk = this.#store.walk(path, 'follow');
    return walk.index !== 0 && this.#store.type(walk.index) === FileMode.directory ? 0 : Errno.EEXIST;
  }
}
