/**
 * One page shared by every worker of a container: what must be unique without
 * asking the kernel.
 */
// Starts at 1: 0 is no id anywhere.
const NEXT_ID = 0;
const WORDS = 16;

/** Made with the container, given to each worker in its boot message. */
export function allocateControlPage(): SharedArrayBuffer {
  const page = new SharedArrayBuffer(WORDS * 4);
  new Int32Array(page, 0, WORDS)[NEXT_ID] = 1;
  return page;
}

/** A number nobody else in the container has had: channels, listeners, connections, threads. */
export function nextId(control: SharedArrayBuffer): number {
  return Atomics.add(new Int32Array(control, 0, WORDS), NEXT_ID, 1);
}

/** Ids from this one on have been given to nobody yet. */
export function firstUnissuedId(control: SharedArrayBuffer): number {
  return Atomics.load(new Int32Array(control, 0, WORDS), NEXT_ID);
}
