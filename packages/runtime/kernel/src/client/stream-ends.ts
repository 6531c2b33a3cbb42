/** The ends of channels that one process holds, and how bytes go through them. */
import { Errno } from '@slipway/posix';
import type { ChannelEnd } from '../contract/messages.ts';
import { Ring } from '../memory/ring.ts';
import { takeTtyEof } from '../memory/tty-page.ts';
import type { KernelClient, StreamDescriptor } from './process-system.ts';

const sideOf = ({ id, side }: ChannelEnd): string => `${id} ${side}`;

/**
 * Counts how often this process has each side of a channel: the kernel counts
 * processes, not descriptors (`2>&1` gives two), and hears of the last one alone.
 */
export class StreamEnds {
  readonly #kernel: KernelClient;
  readonly #slot: number;
  readonly #halted: Int32Array;
  readonly #held = new Map<string, number>();

  /** `slot` names this worker in the lock words of rings; `halted` is not 0 once the process has ended. */
  constructor(kernel: KernelClient, slot: number, halted: Int32Array) {
    this.#kernel = kernel;
    this.#slot = slot;
    this.#halted = halted;
  }

  adopt(end: ChannelEnd): StreamDescriptor {
    this.#held.set(sideOf(end), (this.#held.get(sideOf(end)) ?? 0) + 1);
    const output = end.rings[end.side];
    const input = end.rings[end.side === 0 ? 1 : 0];
    return {
      kind: 'stream',
      end,
      input: input === null ? null : new Ring(input, this.#slot, this.#halted),
      output: output === null ? null : new Ring(output, this.#slot, this.#halted),
    };
  }

  /** One less; the kernel is told with the last. */
  release({ end }: StreamDescriptor): void {
    const left = (this.#held.get(sideOf(end)) ?? 1) - 1;
    if (left > 0) {
      this.#held.set(sideOf(end), left);
      return;
    }
    this.#held.delete(sideOf(end));
    this.#kernel.post({ type: 'channel-close', id: end.id, side: end.side });
  }

  /** A new channel, known to the kernel, with both sides at this process. */
  connect(rings: ChannelEnd['rings'], as: ChannelEnd['as']): readonly [StreamDescriptor, StreamDescriptor] {
    const id = this.#kernel.nextId();
    this.#kernel.post({ type: 'channel', id, rings, sides: [0, 1] });
    return [
      this.adopt({ kind: 'channel', id, side: 0, rings, as }),
      this.adopt({ kind: 'channel', id, side: 1, rings, as }),
    ];
  }

  /** read(2): bytes, 0 at the end, EAGAIN where it may not `block`, EINTR when a watched signal has come. */
  read(stream: StreamDescriptor, into: Uint8Array, block: boolean): number {
    const ring = stream.input;
    if (ring === null) return Errno.EBADF;
    for (;;) {
      const seen = ring.readableEvents;
      const count = ring.readSome(into);
      if (count > 0 || ring.ended) return count;
      if (stream.end.tty !== undefined && takeTtyEof(stream.end.tty)) return 0;
      if (!block) return Errno.EAGAIN;
      if (this.#kernel.signalPending()) return Errno.EINTR;
      ring.waitForEventAfter(seen);
    }
  }

  /** write(2), whole: blocks until every byte is in; EPIPE when nobody can read it. */
  write(stream: StreamDescriptor, bytes: Uint8Array): number {
    const ring = stream.output;
    if (ring === null) return Errno.EBADF;
    for (let rest = bytes; rest.length > 0;) {
      if (ring.broken) return Errno.EPIPE;
      const count = ring.writeSome(rest);
      rest = rest.subarray(count);
      if (rest.length > 0) ring.waitWritable();
    }
    return bytes.length;
  }
}
