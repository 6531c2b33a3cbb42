import { Errno } from '@slipway/posix';
import {
  Inode,
  RETAINED_LIMIT,
  SLOTS_AT,
  SLOT_COUNT,
  SLOT_WORDS,
  Slot,
  SlotState,
  Super,
  inoOf,
} from '../memory/layout.ts';
import { encodeText } from '../memory/text.ts';
import type { Handlers, OperationName } from '../protocol/operations.ts';
import type { Request } from '../protocol/request.ts';
import { CreateOperations } from './create-operations.ts';
import { FileOperations } from './file-operations.ts';
import { ImportOperations } from './import-operations.ts';
import { RemoveOperations } from './remove-operations.ts';
import type { Kept } from './kept.ts';
import type { Store } from './store.ts';

/** How often, a millisecond apart, `quiesce` looks whether the readers have left. */
const QUIESCE_ATTEMPTS = 2000;

/** The handlers as the writer calls them: what `unpackRequest` made for a name is what its handler takes. */
export type HandlerByName = Readonly<Record<OperationName, (...args: Request['args']) => number>>;

/** What the writer does for each line of the table in `protocol/operations.ts`. */
export function createHandlers(store: Store, kept: Kept): HandlerByName {
  const creating = new CreateOperations(store);
  const removing = new RemoveOperations(store);
  const files = new FileOperations(store, creating);
  const importing = new ImportOperations(store, creating, removing, files);
  const slots = new SlotOperations(store, creating, importing);
  const handlers: Handlers = {
    open: (path, flags, mode, place, slot) => slots.open(path, flags, mode, place, slot),
    write: (index, position, { at, length }) =>
      position >= 0 ? files.write(index, position, at, length) : Errno.EINVAL,
    append: (index, { at, length }) => files.append(index, at, length),
    truncate: (index, size) => files.truncate(index, size),
    chmod: (index, mode) => files.chmod(index, mode),
    chown: (index, uid, gid) => files.chown(index, uid, gid),
    utimes: (index, atimeMs, mtimeMs) => files.utimes(index, atimeMs, mtimeMs),

    mkdir: (path, mode) => creating.mkdir(path, mode),
    mkdirAll: (path, mode, slot) => slots.mkdirAll(path, mode, slot),
    link: (existing, path) => creating.link(existing, path),
    symlink: (target, path) => creating.symlink(target, path),
    mknod: (path, mode) => creating.mknod(path, mode),

    rmdir: (path) => removing.rmdir(path),
    unlink: (path) => removing.unlink(path),
    removeTree: (path) => removing.removeTree(path),
    rename: (from, to) => removing.rename(from, to),

    writeFile: (path, mode, mtimeMs, { at, length }) => files.writeFile(path, mode, mtimeMs, at, length),
    copyFile: (from, to, exclusive) => files.copyFile(from, to, exclusive),
    stage: (position, total, { at, length }, slot) => importing.stage(slot, position, total, at, length),
    commit: (path, mode, mtimeMs, slot) => importing.commit(slot, path, mode, mtimeMs),
    importBatch: ({ at, length }) => importing.batch(at, length),

    releaseSlot: (slot) => slots.release(slot),
    restore: () => kept.restore(),
    persist: () => kept.persist(),
    letGo: () => kept.letGo(),

    quiesce: () => (store.reclaimAll(QUIESCE_ATTEMPTS) ? 0 : Errno.EBUSY),
  };
  return handlers as HandlerByName;
}

/** What changes a slot besides answering in it. */
class SlotOperations {
  readonly #store: Store;
  readonly #creating: CreateOperations;
  readonly #importing: ImportOperations;

  constructor(store: Store, creating: CreateOperations, importing: ImportOperations) {
    this.#store = store;
    this.#creating = creating;
    this.#importing = importing;
  }

  /** The reference is in the caller's table before anybody can remove the file again. */
  open(path: string, flags: number, mode: number, place: number, slot: number): number {
    if (!(place >= 0 && place < RETAINED_LIMIT)) return Errno.EMFILE;
    const index = this.#creating.open(path, flags, mode);
    if (index < 0) return index;
    const { memory } = this.#store;
    const at = SLOTS_AT + slot * SLOT_WORDS;
    Atomics.store(memory.words, at + Slot.retained + place, index);
    if (memory.words[at + Slot.retainedTop]! <= place) Atomics.store(memory.words, at + Slot.retainedTop, place + 1);
    return inoOf(memory.words[memory.inode(index) + Inode.generation]!, index);
  }

  /** 1 with the first directory made as text, 0 when all were there. */
  mkdirAll(path: string, mode: number, slot: number): number {
    const made = this.#creating.mkdirAll(path, mode);
    if (typeof made === 'number') return made;
    if (made === '') return 0;
    const { memory } = this.#store;
    const at = SLOTS_AT + slot * SLOT_WORDS;
    const text = encodeText(made);
    memory.bytes.set(text, (at + Slot.payload) * 4);
    memory.words[at + Slot.replyLength] = text.length;
    return 1;
  }

  /**
   * Its worker is gone, so what it held is dropped
   * here. Slot 0 is the kernel's and never released.
   */
  release(slot: number): number {
    if (!(slot > 0 && slot < SLOT_COUNT)) return Errno.EINVAL;
    const at = SLOTS_AT + slot * SLOT_WORDS;
    const { words } = this.#store.memory;
    // First of all: from here on nothing of the old owner's is answered.
    Atomics.add(words, at + Slot.generation, 1);
    Atomics.store(words, at + Slot.state, SlotState.idle);
    Atomics.store(words, at + Slot.epoch, 0);
    words.fill(0, at + Slot.retained, at + Slot.retained + RETAINED_LIMIT);
    Atomics.store(words, at + Slot.retainedTop, 0);
    this.#importing.discard(slot);
    // What only this worker held open can go.
    Atomics.store(words, Super.sweep, 1);
    return 0;
  }
}
