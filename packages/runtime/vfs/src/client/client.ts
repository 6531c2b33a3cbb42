import { SLOTS_AT, SLOT_WORDS, Slot, SlotState, Super } from '../memory/layout.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import type { ImportEntry, Vfs } from '../protocol/contract.ts';
import type { Argument, OperationName } from '../protocol/operations.ts';
import { addDirectCalls, type ViewWithCalls } from './direct-calls.ts';
import { Requests } from './requests.ts';
import { type Exchange, SlotPort } from './slot-port.ts';
import { VfsView } from './view.ts';

/** Whom a client acts for. */
export interface VfsClientOptions {
  /**
   * `owner`: the user everything belongs to; the owner's bits of a mode decide
   * what it may do, and it gives nothing away. `root`: may do everything.
   * A matter of behaviour, not of security: whoever has the memory has it all.
   */
  readonly as?: 'root' | 'owner';
}

const View = VfsView as ViewWithCalls<'sync'>;

/** The file system for a worker that may block: reads directly, asks the writer and waits for it. */
export class VfsClient extends View implements Vfs {
  readonly #memory: SharedMemory;
  readonly #port: SlotPort;
  readonly #requests: Requests;

  static {
    addDirectCalls<VfsClient>(this.prototype, (client, name, { answer }, args) => {
      const result = client.#ask(name, args);
      return answer === undefined ? result : answer(result, () => client.#port.replyText());
    });
  }

  constructor(buffer: SharedArrayBuffer, slot: number, { as = 'root' }: VfsClientOptions = {}) {
    const memory = new SharedMemory(buffer);
    const bound = as === 'owner';
    Atomics.store(memory.words, SLOTS_AT + slot * SLOT_WORDS + Slot.bound, bound ? 1 : 0);
    // 0.05 ms. Nobody notifies this word: the wait only leaves the core to the writer.
    const pause = (): void => {
      Atomics.wait(memory.words, Super.pause, 0, 0.05);
    };
    super(memory, slot, pause, bound);
    this.#memory = memory;
    this.#port = new SlotPort(memory, slot);
    this.#requests = new Requests(this.#port, this.reader, this.retained, bound);
  }

  open(path: string, flags: number, mode: number): number {
    // Most opens are of what is there, and a generator costs more than finding it.
    return this.#requests.openExisting(path, flags) ?? this.#run(this.#requests.openByWriter(path, flags, mode));
  }
  write(ino: number, position: number, bytes: Uint8Array): number {
    return this.#run(this.#requests.write(ino, position, bytes));
  }
  append(ino: number, bytes: Uint8Array): number {
    return this.#run(this.#requests.append(ino, bytes));
  }
  importEntries(base: string, entries: Iterable<ImportEntry>): number {
    return this.#run(this.#requests.importEntries(base, entries));
  }
  writeFile(path: string, bytes: Uint8Array, mode: number): number {
    return this.#run(this.#requests.writeFile(path, bytes, mode));
  }

  /** One request: no generator for it. */
  #ask(name: OperationName, args: readonly Argument[]): number {
    const errno = this.#port.pack(name, args);
    if (errno < 0) return errno;
    this.#send();
    return this.#port.result();
  }

  #run<T>(exchange: Exchange<T>): T {
    for (;;) {
      const step = exchange.next();
      if (step.done === true) return step.value;
      this.#send();
    }
  }

  #send(): void {
    this.#port.send();
    const { stateWord } = this.#port;
    while (Atomics.load(this.#memory.words, stateWord) === SlotState.requested) {
      Atomics.wait(this.#memory.words, stateWord, SlotState.requested);
    }
  }
}
