/**
 * Work that the browser's engine does much faster than WebAssembly can, but only
 * through promises: a process hands its bytes over, blocks, and whoever composes
 * the kernel answers through shared memory. Only what every browser answers with
 * the same bytes: its compression differs with its version, and builds would too.
 *
 *   word 0  0 = empty, 1 = answered, 2 = refused
 *   word 1  length of the answer in bytes
 *   then    the answer
 */
const STATE = 0;
const LENGTH = 1;
/** Two words, state and length of the answer: all that a page without one has. */
export const ENGINE_HEADER_BYTES = 8;
const ANSWERED = 1;
const REFUSED = 2;

/** Spelled as WebCrypto spells them, since it does the work. */
export const ENGINE_DIGESTS = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const;
/** No compression: its bytes differ from browser to browser, and builds would, too. */
export type EngineWorkKind = (typeof ENGINE_DIGESTS)[number];

/** One task. Its page is the asker's, made for it and used once. */
export interface EngineWork {
  readonly kind: EngineWorkKind;
  /** The work takes it: it is transferred. */
  readonly input: ArrayBuffer;
  readonly page: SharedArrayBuffer;
}

/** @param capacity bytes that the answer has at most. */
export function allocateEnginePage(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(ENGINE_HEADER_BYTES + capacity);
}

/** Process side: blocks. `undefined` when the work was refused. */
export function takeEngineAnswer(page: SharedArrayBuffer): Uint8Array<ArrayBuffer> | undefined {
  const words = new Int32Array(page, 0, 2);
  while (Atomics.load(words, STATE) === 0) Atomics.wait(words, STATE, 0);
  if (Atomics.load(words, STATE) === REFUSED) return undefined;
  return new Uint8Array(page, ENGINE_HEADER_BYTES, Atomics.load(words, LENGTH)).slice();
}

/** The other side. What does not fit is refused. */
export function putEngineAnswer(page: SharedArrayBuffer, answer: Uint8Array): void {
  if (answer.length > page.byteLength - ENGINE_HEADER_BYTES) {
    refuseEngineWork(page);
    return;
  }
  new Uint8Array(page, ENGINE_HEADER_BYTES, answer.length).set(answer);
  settle(page, ANSWERED, answer.length);
}

/** The asker does it itself, slower. */
export function refuseEngineWork(page: SharedArrayBuffer): void {
  settle(page, REFUSED, 0);
}

function settle(page: SharedArrayBuffer, state: number, length: number): void {
  const words = new Int32Array(page, 0, 2);
  // The length before the state: who sees the state reads the length, and is not woken again.
  Atomics.store(words, LENGTH, length);
  Atomics.store(words, STATE, state);
  Atomics.notify(words, STATE);
}
