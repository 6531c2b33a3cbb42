import type { ChannelEnd, ChannelSide } from '../contract/messages.ts';
import { Ring } from '../memory/ring.ts';
import { Quota } from './quota.ts';

/** Whoever can hold a channel end: a task (worker) or the kernel itself. */
export interface Holder {
  readonly slot: number;
}

/** Far more than a process has descriptors (client/open-descriptors.ts), of both sides. */
const MOST_ENDS = 4 * 4096;

interface Channel {
  readonly id: number;
  readonly rings: ChannelEnd['rings'];
  readonly as: ChannelEnd['as'];
  readonly tty: SharedArrayBuffer | undefined;
  /** Who holds side 0 and side 1. A side nobody holds is closed for good. */
  readonly holders: readonly [Set<Holder>, Set<Holder>];
  readonly closed: [boolean, boolean];
}

/**
 * Who holds which end of every pipe, socket and terminal.
 *
 * Only the kernel changes this table, by messages in the order they were sent,
 * and it releases what a reaped task held. So an end cannot leak or be closed
 * twice, however the holder died.
 */
export class ChannelTable {
  readonly #channels = new Map<number, Channel>();
  readonly #slot: number;
  /** By holder: the ends it has. */
  readonly #ends: Quota<Holder>;
  readonly #onClosed: (id: number, side: ChannelSide) => void;

  /** `kernel` opens the rings under its slot; `onClosed` hears of each side that nobody holds any more. */
  constructor(kernel: Holder, onClosed: (id: number, side: ChannelSide) => void) {
    this.#slot = kernel.slot;
    this.#ends = new Quota(MOST_ENDS, kernel);
    this.#onClosed = onClosed;
  }

  /** Registers a channel whose `sides` are held by `holder`. A known id is refused, and one end too many. */
  create(
    id: number,
    rings: ChannelEnd['rings'],
    as: ChannelEnd['as'],
    sides: readonly ChannelSide[],
    holder: Holder,
    tty?: SharedArrayBuffer,
  ): boolean {
    if (this.#channels.has(id)) return false;
    const channel: Channel = { id, rings, as, tty, holders: [new Set(), new Set()], closed: [false, false] };
    for (const side of sides) this.#give(channel, side, holder);
    // Without an end nobody could ever close it.
    if (channel.holders.every((holders) => holders.size === 0)) return false;
    this.#channels.set(id, channel);
    return true;
  }

  has(id: number): boolean {
    return this.#channels.has(id);
  }

  /** True when `holder` holds `side` and may therefore pass it on. */
  holds(id: number, side: ChannelSide, holder: Holder): boolean {
    return this.#channels.get(id)?.holders[side].has(holder) ?? false;
  }

  isOpen(id: number, side: ChannelSide): boolean {
    return this.#channels.get(id)?.closed[side] === false;
  }

  /** False where the channel or this side of it is closed already. */
  share(id: number, side: ChannelSide, holder: Holder): boolean {
    const channel = this.#channels.get(id);
    if (channel === undefined || channel.closed[side]) return false;
    return this.#give(channel, side, holder);
  }

  end(id: number, side: ChannelSide): ChannelEnd | undefined {
    const channel = this.#channels.get(id);
    if (channel === undefined) return undefined;
    const { rings, as, tty } = channel;
    return { kind: 'channel', id, side, rings, as, ...(tty === undefined ? {} : { tty }) };
  }

  release(id: number, side: ChannelSide, holder: Holder): void {
    const channel = this.#channels.get(id);
    if (channel === undefined || !this.#takeBack(channel, side, holder)) return;
    this.#settle(channel, side);
  }

  /** Everything a dead task held: its lock words first, then its ends. */
  releaseAll(holder: Holder): void {
    for (const channel of [...this.#channels.values()]) {
      const sides = ([0, 1] as const).filter((side) => channel.holders[side].has(holder));
      if (sides.length === 0) continue;
      for (const ring of channel.rings) if (ring !== null) new Ring(ring, this.#slot).breakLocks(holder.slot);
      for (const side of sides) {
        this.#takeBack(channel, side, holder);
        this.#settle(channel, side);
      }
    }
  }

  get size(): number {
    return this.#channels.size;
  }

  /** False where the holder has too many ends; one it has already stays. */
  #give(channel: Channel, side: ChannelSide, holder: Holder): boolean {
    const holders = channel.holders[side];
    if (holders.has(holder)) return true;
    if (!this.#ends.take(holder)) return false;
    holders.add(holder);
    return true;
  }

  #takeBack(channel: Channel, side: ChannelSide, holder: Holder): boolean {
    const had = channel.holders[side].delete(holder);
    if (had) this.#ends.give(holder);
    return had;
  }

  #settle(channel: Channel, side: ChannelSide): void {
    if (channel.closed[side] || channel.holders[side].size > 0) return;
    channel.closed[side] = true;
    const written = channel.rings[side];
    const read = channel.rings[side === 0 ? 1 : 0];
    if (written !== null) new Ring(written, this.#slot).closeWriters();
    if (read !== null) new Ring(read, this.#slot).closeReaders();
    // A pipe has one holder set per side too: its unused side may never have been held.
    const other: ChannelSide = side === 0 ? 1 : 0;
    if (channel.holders[other].size === 0) this.#channels.delete(channel.id);
    this.#onClosed(channel.id, side);
  }
}
