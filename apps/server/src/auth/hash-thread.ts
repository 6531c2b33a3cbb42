import { Worker } from 'node:worker_threads';

/** RFC 7914: N is a power of two, and 128 * N * r bytes are needed. */
export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** `id` comes back with the answer: several questions may wait at once. */
export interface HashQuestion {
  id: number;
  password: string;
  salt: Uint8Array;
  keyLength: number;
  cost: ScryptCost;
}

/** By `id`, since answers may come in another order than the questions. */
export type HashAnswer = { id: number; key: Uint8Array } | { id: number; problem: string };

/** A thread for passwords alone. */
export interface HashThread {
  derive(question: Omit<HashQuestion, 'id'>): Promise<Buffer>;
}

/**
 * Derives keys on a thread of its own (SV-09). Node's own asynchronous scrypt takes one of the four threads that also
 * read the files we serve and look up names, for half a second each time. Starts with the first question, holds no
 * process open, and is replaced when it dies.
 */
export function createHashThread(): HashThread {
  const waiting = new Map<number, { resolve(key: Buffer): void; reject(error: Error): void }>();
  let worker: Worker | undefined;
  let lastId = 0;

  const fail = (error: Error) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    // Types are stripped by Node itself; a loader of this process would only make it slower.
    const started = new Worker(new URL('./hash.worker.ts', import.meta.url), { execArgv: [], env: {} });
    started.unref();
    started.on('message', (answer: HashAnswer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('key' in answer) asked?.resolve(Buffer.from(answer.key));
      else asked?.reject(new Error(`Cannot hash a password: ${answer.problem}`));
      if (waiting.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', (code) => {
      if (worker === started) fail(new Error(`Cannot hash a password: its thread ended with ${code}`));
    });
    return started;
  };

  return {
    derive: (question) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        // Whoever waits for an answer keeps the process.
        worker.ref();
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ ...question, id } satisfies HashQuestion);
      }),
  };
}
