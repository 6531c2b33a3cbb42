import { Errno } from '../errno.ts';
import { PATH_LIMIT, PAYLOAD_BYTES, SLOTS_AT, SLOT_COUNT, SLOT_WORDS, Slot, SlotState, Super, indexOf, inoOf } from '../layout.ts';
import { Inode, RETAINED_LIMIT } from '../layout.ts';
import { Op } from '../operations.ts';
import { SharedMemory } from '../shared-memory.ts';
import { decodeText, encodeText } from '../text.ts';
import { CreateOperations } from './create-operations.ts';
import { FileOperations } from './file-operations.ts';
import { ImportOperations } from './import-operations.ts';
import { RemoveOperations } from './remove-operations.ts';
import { Store } from './store.ts';

export interface VfsWriterOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** A request ended in an exception: a bug. Its caller got EIO. */
  readonly onFault?: (error: unknown) => void;
}

/** A request as copied out of its slot: the caller may be gone or overwrite it at any time. */
interface Request {
  readonly slot: number;
  readonly op: number;
  readonly numbers: Float64Array;
  readonly first: string;
  readonly second: string;
  /** Where its bytes lie in the shared buffer. */
  readonly data: number;
  readonly length: number;
}

/** How long a full disk waits for readers before it says so. */
const RECLAIM_ATTEMPTS = 50;
const QUIESCE_ATTEMPTS = 2000;

/**
 * The only one who changes the file system. Runs in a worker of its own that
 * is never killed and runs no user code; takes requests from the slots one at a
 * time, so each is atomic, also towards a caller that dies while it waits.
 */
export class VfsWriter {
  readonly #memory: SharedMemory;
  readonly #store: Store;
  readonly #creating: CreateOperations;
  readonly #removing: RemoveOperations;
  readonly #files: FileOperations;
  readonly #importing: ImportOperations;
  readonly #onFault: (error: unknown) => void;

  constructor(buffer: SharedArrayBuffer, options: VfsWriterOptions = {}) {
    this.#memory = new SharedMemory(buffer);
    this.#store = new Store(this.#memory, options.now ?? Date.now);
    this.#creating = new CreateOperations(this.#store);
    this.#removing = new RemoveOperations(this.#store);
    this.#files = new FileOperations(this.#store, this.#creating);
    this.#importing = new ImportOperations(this.#store, this.#creating, this.#removing, this.#files);
    this.#onFault = options.onFault ?? (() => undefined);
  }

  /** Never returns. */
  serve(): never {
    for (;;) {
      const { words } = this.#memory;
      const bell = Atomics.load(words, Super.doorbell);
      if (!this.turn()) Atomics.wait(words, Super.doorbell, bell);
    }
  }

  /** Does what is pending; false when there was nothing. */
  turn(): boolean {
    let worked = false;
    this.#store.reclaim();
    for (let group = 0; group < SLOT_COUNT / 32; group++) {
      let bits = Atomics.exchange(this.#memory.words, Super.pending + group, 0);
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits);
        bits &= ~(1 << bit);
        this.#answer(group * 32 + bit);
        worked = true;
      }
    }
    if (!worked && Atomics.load(this.#memory.words, Super.sweep) !== 0) {
      this.#store.finish();
      worked = true;
    }
    return worked;
  }

  #answer(slot: number): void {
    const at = SLOTS_AT + slot * SLOT_WORDS;
    const { words } = this.#memory;
    if (Atomics.load(words, at + Slot.state) !== SlotState.requested) return;
    // The slot has a new owner since this was sent: nobody waits for it.
    if (words[at + Slot.requestGeneration] !== words[at + Slot.generation]) return;
    words[at + Slot.replyLength] = 0;
    const request = this.#read(slot, at);
    this.#store.bound = words[at + Slot.bound] !== 0;
    let result = request === undefined ? -Errno.EINVAL : this.#try(request);
    // Room may be there but under the eyes of a reader.
    if (request !== undefined && result === -Errno.ENOSPC && this.#store.reclaimAll(RECLAIM_ATTEMPTS)) result = this.#try(request);
    this.#store.finish();
    this.#memory.floats[(at + Slot.result) / 2] = result;
    Atomics.store(this.#memory.words, at + Slot.state, SlotState.done);
    Atomics.notify(this.#memory.words, at + Slot.state);
  }

  #read(slot: number, at: number): Request | undefined {
    const { words, bytes, floats } = this.#memory;
    const firstLength = words[at + Slot.firstLength]!;
    const secondLength = words[at + Slot.secondLength]!;
    const length = words[at + Slot.dataLength]!;
    if (firstLength < 0 || firstLength > PATH_LIMIT || secondLength < 0 || secondLength > PATH_LIMIT) return undefined;
    if (length < 0 || firstLength + secondLength + length > PAYLOAD_BYTES) return undefined;
    const payload = (at + Slot.payload) * 4;
    const second = payload + firstLength;
    return {
      slot,
      op: words[at + Slot.op]!,
      numbers: floats.slice((at + Slot.numbers) / 2, (at + Slot.numbers) / 2 + 3),
      first: firstLength === 0 ? '' : decodeText(bytes.slice(payload, second)),
      second: secondLength === 0 ? '' : decodeText(bytes.slice(second, second + secondLength)),
      data: second + secondLength,
      length,
    };
  }

  #try(request: Request): number {
    try {
      return this.#execute(request);
    } catch (error) {
      // Everybody would hang without an answer, for good.
      this.#onFault(error);
      return -Errno.EIO;
    }
  }

  #execute(request: Request): number {
    const { slot, first, second, data, length } = request;
    const a = request.numbers[0]!;
    const b = request.numbers[1]!;
    const c = request.numbers[2]!;
    switch (request.op) {
      case Op.open: return this.#open(slot, first, a, b, c);
      case Op.write: return this.#onInode(a, (index) => (b >= 0 ? this.#files.write(index, b, data, length) : -Errno.EINVAL));
      case Op.append: return this.#onInode(a, (index) => this.#files.append(index, data, length));
      case Op.truncate: return this.#onInode(a, (index) => this.#files.truncate(index, b));
      case Op.mkdir: return this.#creating.mkdir(first, a);
      case Op.mkdirAll: return this.#mkdirAll(slot, first, a);
      case Op.rmdir: return this.#removing.rmdir(first);
      case Op.unlink: return this.#removing.unlink(first);
      case Op.removeTree: return this.#removing.removeTree(first);
      case Op.rename: return this.#removing.rename(first, second);
      case Op.link: return this.#creating.link(first, second);
      case Op.symlink: return this.#creating.symlink(first, second);
      case Op.mknod: return this.#creating.mknod(first, a);
      case Op.chmod: return this.#onInode(a, (index) => this.#files.chmod(index, b));
      case Op.chown: return this.#onInode(a, (index) => this.#files.chown(index, b, c));
      case Op.utimes: return this.#onInode(a, (index) => this.#files.utimes(index, b, c));
      case Op.writeFile: return this.#files.writeFile(first, a, b, data, length);
      case Op.stage: return this.#importing.stage(slot, a, b, data, length);
      case Op.commit: return this.#importing.commit(slot, first, a, b);
      case Op.importBatch: return this.#importing.batch(data, length);
      case Op.copyFile: return this.#files.copyFile(first, second, a !== 0);
      case Op.releaseSlot: return this.#releaseSlot(a);
      case Op.quiesce: return this.#store.reclaimAll(QUIESCE_ATTEMPTS) ? 0 : -Errno.EBUSY;
      default: return -Errno.ENOSYS;
    }
  }

  #onInode(ino: number, act: (index: number) => number): number {
    return this.#memory.live(ino) === 0 ? -Errno.ESTALE : act(indexOf(ino));
  }

  /** The reference is in the caller's table before anybody can remove the file again. */
  #open(slot: number, path: string, flags: number, mode: number, place: number): number {
    if (!(place >= 0 && place < RETAINED_LIMIT)) return -Errno.EMFILE;
    const index = this.#creating.open(path, flags, mode);
    if (index < 0) return index;
    const { words } = this.#memory;
    const at = SLOTS_AT + slot * SLOT_WORDS;
    Atomics.store(words, at + Slot.retained + place, index);
    if (words[at + Slot.retainedTop]! <= place) Atomics.store(words, at + Slot.retainedTop, place + 1);
    return inoOf(words[this.#memory.inode(index) + Inode.generation]!, index);
  }

  #mkdirAll(slot: number, path: string, mode: number): number {
    const made = this.#creating.mkdirAll(path, mode);
    if (typeof made === 'number') return made;
    if (made === '') return 0;
    const at = SLOTS_AT + slot * SLOT_WORDS;
    const text = encodeText(made);
    this.#memory.bytes.set(text, (at + Slot.payload) * 4);
    this.#memory.words[at + Slot.replyLength] = text.length;
    return 1;
  }

  #releaseSlot(slot: number): number {
    if (!(slot > 0 && slot < SLOT_COUNT)) return -Errno.EINVAL;
    const at = SLOTS_AT + slot * SLOT_WORDS;
    const { words } = this.#memory;
    Atomics.add(words, at + Slot.generation, 1);
    Atomics.store(words, at + Slot.state, SlotState.idle);
    Atomics.store(words, at + Slot.epoch, 0);
    words.fill(0, at + Slot.retained, at + Slot.retained + RETAINED_LIMIT);
    Atomics.store(words, at + Slot.retainedTop, 0);
    this.#importing.discard(slot);
    Atomics.store(words, Super.sweep, 1);
    return 0;
  }
}
