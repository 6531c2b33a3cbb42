/** A thread that does nothing but derive keys from passwords, one at a time: see `hash-thread.ts`. */
import { scryptSync } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { HashAnswer, HashQuestion } from './hash-thread.ts';

parentPort?.on('message', ({ id, password, salt, keyLength, cost }: HashQuestion) => {
  let answer: HashAnswer;
  try {
    // Twice what the algorithm needs (128 × N × r): Node counts a little more.
    const key = scryptSync(password, salt, keyLength, { ...cost, maxmem: 256 * cost.N * cost.r });
    answer = { id, key: new Uint8Array(key) };
  } catch (error) {
    answer = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
