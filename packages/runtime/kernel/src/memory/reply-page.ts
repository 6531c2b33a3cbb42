import { Errno } from '@slipway/posix';

/**
 * The page through which the kernel answers a worker that is blocked.
 *
 *   word 0  0 = empty, 1 = answered
 *   word 1  length of the answer in bytes
 *   word 2  pending signals, bit n = signal n: a program that never returns to
 *           its message queue (the shell) cannot be told otherwise
 *   word 3  1 = the process has ended: this worker, which may run on for a
 *           moment, must not be seen doing anything (`haltedWord`)
 *   then    the answer as UTF-8 JSON
 *
 * One question at a time: the worker that asks is blocked until the answer.
 */
const STATE = 0;
const LENGTH = 1;
const SIGNALS = 2;
const HALTED = 3;
const HEADER_WORDS = 4;
const HEADER_BYTES = HEADER_WORDS * 4;
// Room for a long list of processes; longer ones come in pieces.
const PAGE_BYTES = 64 * 1024;
const CAPACITY = PAGE_BYTES - HEADER_BYTES;

/** One for each worker, zeroed: empty, no signals, running. */
export function allocateReplyPage(): SharedArrayBuffer {
  return new SharedArrayBuffer(PAGE_BYTES);
}

/** Worker side: empties the page, so that the next answer can be told from the last. */
export function expectReply(page: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(page, 0, 2), STATE, 0);
}

/** Worker side: blocks until the kernel has answered. */
export function takeReply(page: SharedArrayBuffer): unknown {
  const words = new Int32Array(page, 0, 2);
  while (Atomics.load(words, STATE) === 0) Atomics.wait(words, STATE, 0);
  const length = Atomics.load(words, LENGTH);
  // TextDecoder refuses shared memory: copy first.
  const bytes = new Uint8Array(page, HEADER_BYTES, length).slice();
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Kernel side: whether `answer` can be given in one piece. */
export function fitsReply(answer: unknown): boolean {
  return new TextEncoder().encode(JSON.stringify(answer)).length <= CAPACITY;
}

/** Kernel side. An answer that does not fit is a bug of the question: it says so instead of cutting. */
export function putReply(page: SharedArrayBuffer, answer: unknown): void {
  let bytes = new TextEncoder().encode(JSON.stringify(answer));
  if (bytes.length > CAPACITY) bytes = new TextEncoder().encode(JSON.stringify({ errno: Errno.E2BIG }));
  new Uint8Array(page, HEADER_BYTES, bytes.length).set(bytes);
  const words = new Int32Array(page, 0, 2);
  Atomics.store(words, LENGTH, bytes.length);
  Atomics.store(words, STATE, 1);
  Atomics.notify(words, STATE);
}

/** Kernel side: what this worker does from now on shall have no effect. */
export function haltWorker(page: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(page, 0, HEADER_WORDS), HALTED, 1);
}

/** Worker side: the word that says so, for whoever looks often. */
export function haltedWord(page: SharedArrayBuffer): Int32Array {
  return new Int32Array(page, HALTED * 4, 1);
}

/** Kernel side: marks signal `number` as pending. */
export function raiseSignal(page: SharedArrayBuffer, number: number): void {
  Atomics.or(new Int32Array(page, 0, HEADER_WORDS), SIGNALS, 1 << number);
}

/** The pending signals as bits; nothing is taken. */
export function pendingSignals(page: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(page, 0, HEADER_WORDS), SIGNALS);
}

/** Worker side: takes all pending signals. */
export function takeSignals(page: SharedArrayBuffer): number {
  return Atomics.exchange(new Int32Array(page, 0, HEADER_WORDS), SIGNALS, 0);
}
