import { Errno } from '@slipway/posix';
import type { StreamDescriptor } from '@slipway/kernel';
import type { FsContext } from './fs-context.ts';
import { Failure, Pending } from './outcome.ts';

/** Where a read or write happens: lib says -1 or null for "where the descriptor stands", and may use bigints. */
export function positionOf(position: unknown): number | null {
  // Beyond 2^53 a bigint loses digits; no file here is that long.
  const number = typeof position === 'bigint' ? Number(position) : position;
  return typeof number === 'number' && number >= 0 ? number : null;
}

/** read(2) into one piece: a count, a `Failure`, or `Pending` where it may not block. */
export function readInto(
  context: FsContext,
  fd: number,
  into: Uint8Array,
  position: number | null,
  block: boolean,
): unknown {
  const { descriptors } = context.sys;
  const count = descriptors.read(fd, into, position, block);
  if (count >= 0) return count;
  // Only a stream that is empty may wait; a descriptor that was opened non-blocking answers EAGAIN itself.
  if (count === Errno.EAGAIN && !block) {
    const descriptor = descriptors.get(fd);
    if (descriptor?.kind === 'stream' && descriptor.input !== null)
      return new Pending(descriptor.input.whenReadable() ?? Promise.resolve());
  }
  return new Failure(count, 'read');
}

/**
 * write(2) of many pieces, from the `written`-th byte of them on. Asynchronous writes
 * to a full pipe wait without blocking.
 */
export class Writing {
  readonly #context: FsContext;
  readonly #fd: number;
  readonly #pieces: readonly Uint8Array[];
  #position: number | null;
  #piece = 0;
  #offset = 0;
  /** Bytes of all pieces so far; what an error after the first of them leaves to answer. */
  #written = 0;

  constructor(context: FsContext, fd: number, pieces: readonly Uint8Array[], position: number | null) {
    this.#context = context;
    this.#fd = fd;
    this.#pieces = pieces;
    this.#position = position;
  }

  /** Called again after a `Pending`; the total of bytes, or a Failure where not one was written. */
  run(block: boolean): unknown {
    const { descriptors } = this.#context.sys;
    const descriptor = descriptors.get(this.#fd);
    if (descriptor === undefined) return new Failure(Errno.EBADF, 'write');
    // pwrite(2): a pipe has no positions.
    if (descriptor.kind === 'stream' && this.#position !== null) return new Failure(Errno.ESPIPE, 'write');
    // Once even for no piece at all: writing nothing to a closed pipe must fail.
    do {
      const rest = (this.#pieces[this.#piece] ?? EMPTY).subarray(this.#offset);
      const count =
        descriptor.kind === 'stream' && !block
          ? writeSome(descriptor, rest)
          : descriptors.write(this.#fd, rest, this.#position);
      if (count instanceof Pending) return count;
      // The error comes again with the next write, which then has nothing to answer instead.
      if (count < 0) return this.#written > 0 ? this.#written : new Failure(count, 'write');
      this.#advance(count, rest.length);
    } while (this.#piece < this.#pieces.length);
    return this.#written;
  }

  #advance(count: number, wanted: number): void {
    this.#written += count;
    if (this.#position !== null) this.#position += count;
    if (count < wanted) {
      this.#offset += count;
      return;
    }
    this.#piece++;
    this.#offset = 0;
  }
}

const EMPTY = new Uint8Array(0);

/** A stream opened for reading has no output: EBADF, as write(2) says. EPIPE without SIGPIPE: Node ignores it. */
function writeSome(stream: StreamDescriptor, bytes: Uint8Array): number | Pending {
  const ring = stream.output;
  if (ring === null) return Errno.EBADF;
  if (ring.broken) return Errno.EPIPE;
  const count = ring.writeSome(bytes);
  if (count > 0 || bytes.length === 0) return count;
  return new Pending(ring.whenWritable() ?? Promise.resolve());
}
