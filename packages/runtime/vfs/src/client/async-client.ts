import { SlotState } from '../memory/layout.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import type { AsyncVfs, ImportEntry } from '../protocol/contract.ts';
import { checkMemory } from '../reading/check.ts';
import { addDirectCalls, type ViewWithCalls } from './direct-calls.ts';
import { Requests } from './requests.ts';
import { type Exchange, SlotPort } from './slot-port.ts';
import { VfsView } from './view.ts';

const View = VfsView as ViewWithCalls<'async'>;

/**
 * The file system for the kernel, which must never block: changes are queued
 * and sent one at a time over its slot. Bytes handed in must stay as they are
 * until the promise settles.
 */
export class AsyncVfsClient extends View implements AsyncVfs {
  readonly #memory: SharedMemory;
  readonly #port: SlotPort;
  readonly #requests: Requests;
  #queue: Promise<unknown> = Promise.resolve();

  static {
    addDirectCalls<AsyncVfsClient>(this.prototype, (client, name, { answer }, args) =>
      client.#enqueue(() => client.#requests.direct(name, answer, args)),
    );
  }

  constructor(buffer: SharedArrayBuffer, slot = 0) {
    const memory = new SharedMemory(buffer);
    // The writer needs microseconds for what a reader can run into, so looking again is all there is to do.
    super(memory, slot, () => undefined, false);
    this.#memory = memory;
    this.#port = new SlotPort(memory, slot);
    this.#requests = new Requests(this.#port, this.reader, this.retained);
  }

  open(path: string, flags: number, mode: number): Promise<number> {
    return this.#enqueue(() => this.#requests.open(path, flags, mode));
  }
  write(ino: number, position: number, bytes: Uint8Array): Promise<number> {
    return this.#enqueue(() => this.#requests.write(ino, position, bytes));
  }
  append(ino: number, bytes: Uint8Array): Promise<number> {
    return this.#enqueue(() => this.#requests.append(ino, bytes));
  }
  importEntries(base: string, entries: Iterable<ImportEntry>): Promise<number> {
    return this.#enqueue(() => this.#requests.importEntries(base, entries));
  }
  writeFile(path: string, bytes: Uint8Array, mode: number): Promise<number> {
    return this.#enqueue(() => this.#requests.writeFile(path, bytes, mode));
  }
  releaseSlot(slot: number): Promise<number> {
    return this.#enqueue(() => this.#requests.releaseSlot(slot));
  }

  async check(): Promise<readonly string[]> {
    const errno = await this.#enqueue(() => this.#requests.quiesce());
    const problems = checkMemory(this.#memory.buffer);
    return errno < 0 ? [`A reader never leaves: quiesce answered ${errno}`, ...problems] : problems;
  }

  /** One slot, so one request at a time, in the order of the calls. */
  #enqueue<T>(begin: () => Exchange<T>): Promise<T> {
    const answer = this.#queue.then(() => this.#run(begin()));
    // A failed call is its caller's to handle; the queue goes on after it.
    this.#queue = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  async #run<T>(exchange: Exchange<T>): Promise<T> {
    for (;;) {
      // A step is one request; a large write takes many.
      const step = exchange.next();
      if (step.done === true) return step.value;
      this.#port.send();
      const { stateWord } = this.#port;
      while (Atomics.load(this.#memory.words, stateWord) === SlotState.requested) {
        // Where the word has changed by now there is nothing to wait for.
        const wait = Atomics.waitAsync(this.#memory.words, stateWord, SlotState.requested);
        if (wait.async) await wait.value;
      }
    }
  }
}
