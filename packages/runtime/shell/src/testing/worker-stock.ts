/**
 * Workers of the shell image. A thread's start is most of what a short script costs, so one whose process has ended
 * runs the next: the program is evaluated anew, with nothing of the one before.
 */
import { Script } from 'node:vm';
import { Worker } from 'node:worker_threads';
import type { WorkerHandle } from '@slipway/kernel';

/** Words that a worker shares with its owner. */
export const PARKED_WORD = 0;
export const POSTED_WORD = 1;
/** Then a thread is made anew, as what a program leaves in its globals stays there. */
const MOST_LIVES = 100;
const MOST_AT_REST = 16;
/** A worker that does not come to rest within it is ended. */
const PARKING_LIMIT_MS = 1000;

/**
 * Compiled once for all threads (`cachedData`). The loop never ends: the thread rests in the program's wait
 * for its next boot message.
 */
const RUN_COMPILED = `
const { Script } = require('node:vm');
const { source, cachedData, words } = require('node:worker_threads').workerData;
const evaluate = new Script(source, { cachedData }).runInThisContext();
for (;;) evaluate(require, { words }, {});`;

/** `receive` and `fail` are those of the process that runs in it now. */
interface Thread {
  readonly worker: Worker;
  readonly words: Int32Array;
  lives: number;
  receive: (message: unknown) => void;
  fail: (message: string) => void;
}

/** Gives out workers and takes back those whose process has ended by itself. */
export class WorkerStock {
  readonly #program: { source: string; cachedData: Buffer };
  readonly #resting: Thread[] = [];
  #isClosed = false;

  constructor(program: string) {
    const source = `(function (require, module, exports) {${program}\n})`;
    this.#program = { source, cachedData: new Script(source).createCachedData() };
  }

  /** A thread that rests, or a new one. `terminate` may give it back instead of ending it. */
  take(): WorkerHandle {
    const thread = this.#resting.pop() ?? this.#start();
    thread.lives++;
    let hasEnded = false;
    return {
      post: (message) => {
        thread.worker.postMessage(message);
        Atomics.add(thread.words, POSTED_WORD, 1);
        Atomics.notify(thread.words, POSTED_WORD);
      },
      onMessage: (receiver) =>
        void (thread.receive = (message) => {
          hasEnded ||= (message as { type?: unknown }).type === 'exit';
          receiver(message, []);
        }),
      onError: (receiver) => void (thread.fail = receiver),
      terminate: () => this.#give(thread, hasEnded),
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#resting.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const words = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(RUN_COMPILED, { eval: true, workerData: { ...this.#program, words } });
    const ignore = (): void => undefined;
    const thread: Thread = { worker, words, lives: 0, receive: ignore, fail: ignore };
    worker.on('message', (message: unknown) => thread.receive(message));
    worker.on('error', (error) => thread.fail(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    return thread;
  }

  /** Whoever was killed in mid work, or holds on to more than its share, is ended. */
  async #give(thread: Thread, hasEnded: boolean): Promise<void> {
    const isWanted = !this.#isClosed && thread.lives < MOST_LIVES && this.#resting.length < MOST_AT_REST;
    const isParked = hasEnded && isWanted && (await becomesParked(thread.words));
    if (isParked && !this.#isClosed) this.#resting.push(thread);
    else await thread.worker.terminate();
  }
}

/** The worker's last message comes a moment before it rests. */
async function becomesParked(words: Int32Array): Promise<boolean> {
  const waited = Atomics.waitAsync(words, PARKED_WORD, 0, PARKING_LIMIT_MS);
  await waited.value;
  return Atomics.exchange(words, PARKED_WORD, 0) === 1;
}
