import { checkMemory } from '../reading/check.ts';
import { VfsClient } from '../client/client.ts';
import { SlotState } from '../memory/layout.ts';
import { Reader } from '../reading/reader.ts';
import { Requests } from '../client/requests.ts';
import { RetainedTable } from '../client/retained.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import { type Exchange, SlotPort } from '../client/slot-port.ts';
import type { VfsWriter } from '../writer/writer.ts';

/** The slot of the caller that dies, and of the kernel that buries it. */
const SLOT = 5;
const KERNEL = 0;

/**
 * Thrown where `terminate()` would end a worker. Nothing the caller does afterwards reaches the memory: it throws
 * again.
 */
class Death extends Error {}

/** When the writer acts: only when the caller waits for it, or after every single store of the caller. */
export type WriterPace = 'when waited for' | 'at once';

/**
 * A caller and the writer in one thread, so that the caller can end at its n-th
 * store for every n, and the writer can have acted or not at each of them:
 * hundreds of deaths in the time one real thread takes to start.
 */
export class MortalCaller {
  readonly #buffer: SharedArrayBuffer;
  readonly #memory: SharedMemory;
  readonly #writer: VfsWriter;
  readonly #port: SlotPort;
  readonly #kernel: Requests;

  constructor(buffer: SharedArrayBuffer, writer: VfsWriter) {
    this.#buffer = buffer;
    this.#memory = new SharedMemory(buffer);
    this.#writer = writer;
    this.#port = new SlotPort(this.#memory, KERNEL);
    this.#kernel = new Requests(
      this.#port,
      new Reader(this.#memory, KERNEL, () => undefined),
      new RetainedTable(this.#memory, KERNEL),
    );
  }

  /**
   * Runs `act` in a fresh process that ends at store `last` of what comes after `prepare`; false when it got to its
   * end before.
   */
  run<T>(
    last: number,
    pace: WriterPace,
    prepare: (fs: VfsClient) => T,
    act: (fs: VfsClient, prepared: T) => void,
  ): boolean {
    const watch = new StoreWatch(this.#buffer, this.#writer, last, pace);
    try {
      const fs = new VfsClient(this.#buffer, SLOT);
      const prepared = prepare(fs);
      watch.arm();
      act(fs, prepared);
      return false;
    } catch (error) {
      if (error instanceof Death) return true;
      throw error;
    } finally {
      watch.remove();
    }
  }

  /** What the kernel does when it reaps a process. */
  bury(): number {
    return this.#drive(this.#kernel.releaseSlot(SLOT));
  }

  /** Waits until all that is freed has been taken back: 0, or -EBUSY when a reader never leaves. */
  settle(): number {
    return this.#drive(this.#kernel.quiesce());
  }

  /** As `AsyncVfs.check`. */
  check(): readonly string[] {
    const errno = this.settle();
    const problems = checkMemory(this.#buffer);
    return errno < 0 ? [`quiesce answered ${errno}`, ...problems] : problems;
  }

  #drive<T>(exchange: Exchange<T>): T {
    for (;;) {
      const step = exchange.next();
      if (step.done === true) return step.value;
      this.#port.send();
      while (Atomics.load(this.#memory.words, this.#port.stateWord) === SlotState.requested) this.#writer.turn();
    }
  }
}

type Anything = (...args: never[]) => unknown;
const STORES = ['store', 'or', 'and', 'add', 'sub', 'xor', 'exchange', 'compareExchange', 'notify'] as const;

/** Sees every store to one buffer: callers store by Atomics and by `TypedArray.set` only. */
class StoreWatch {
  readonly #writer: VfsWriter;
  readonly #last: number;
  readonly #pace: WriterPace;
  readonly #restore: (() => void)[] = [];
  #armed = false;
  #count = 0;
  /** The writer's own stores are not the caller's. */
  #inWriter = false;

  constructor(buffer: SharedArrayBuffer, writer: VfsWriter, last: number, pace: WriterPace) {
    this.#writer = writer;
    this.#last = last;
    this.#pace = pace;
    const wrap = (
      owner: object,
      name: string,
      around: (original: Anything, self: unknown, args: never[]) => unknown,
    ): void => {
      const members = owner as Record<string, Anything>;
      const original = members[name]!;
      members[name] = function (this: unknown, ...args: never[]) {
        return around(original, this, args);
      };
      this.#restore.push(() => (members[name] = original));
    };
    const counted = (original: Anything, self: unknown, args: never[]): unknown => {
      this.#before();
      const result = Reflect.apply(original, self, args);
      this.#after();
      return result;
    };
    for (const name of STORES)
      wrap(Atomics, name, (original, self, args) =>
        (args[0] as Int32Array).buffer === buffer ? counted(original, self, args) : Reflect.apply(original, self, args),
      );
    const typed = Object.getPrototypeOf(Uint8Array.prototype) as object;
    wrap(typed, 'set', (original, self, args) =>
      (self as Uint8Array).buffer === buffer ? counted(original, self, args) : Reflect.apply(original, self, args),
    );
    // The caller sleeps: now it is the writer's turn in any case.
    wrap(Atomics, 'wait', (original, self, args) => {
      if (this.#inWriter) return Reflect.apply(original, self, args);
      this.#turn();
      return 'ok';
    });
  }

  arm(): void {
    this.#armed = true;
  }

  remove(): void {
    for (const restore of this.#restore) restore();
  }

  #before(): void {
    if (!this.#armed || this.#inWriter) return;
    if (++this.#count >= this.#last) throw new Death();
  }

  #after(): void {
    if (this.#armed && !this.#inWriter && this.#pace === 'at once') this.#turn();
  }

  #turn(): void {
    this.#inWriter = true;
    try {
      this.#writer.turn();
    } finally {
      this.#inWriter = false;
    }
  }
}
