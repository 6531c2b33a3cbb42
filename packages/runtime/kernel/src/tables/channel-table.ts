import type { ChannelEnd, ChannelSide } from './contract.ts';
import { Ring } from './ring.ts';

/** Whoever can hold a channel end: a task (worker) or the kernel itself. */
export interface Holder {
  readonly slot: number;
}

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
  readonly #onClosed: (id: number, side: ChannelSide) => void;

  /** `slot` is the kernel's own slot, under which it opens the rings; `onClosed` hears of each side that nobody holds any more. */
  constructor(slot: number, onClosed: (id: number, side: ChannelSide) => void) {
    this.#slot = slot;
    this.#onClosed = onClosed;
  }

  /** Registers a channel whose `sides` are held by `holder`. A known id is refused. */
  create(id: number, rings: ChannelEnd['rings'], as: ChannelEnd['as'], sides: readonly ChannelSide[], holder: Holder, tty?: SharedArrayBuffer): boolean {
    if (this.#channels.has(id)) return false;
    const channel: Channel = { id, rings, as, tty, holders: [new Set(), new Set()], closed: [false, false] };
    for (const side of sides) channel.holders[side].add(holder);
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

  /** Adds a holder to a side that is still open. */
  share(id: number, side: ChannelSide, holder: Holder): boolean {
    const channel = this.#channels.get(id);
    if (channel === undefined || channel.closed[side]) return false;
    channel.holders[side].add(holder);
    return true;
  }

  end(id: number, side: ChannelSide): ChannelEnd | undefined {
    const channel = this.#channels.get(id);
    if (channel === undefined) return undefined;
    const { rings, as, tty } = channel;
    return { kind: 'channel', id, side, rings, as, ...(tty === undefined ? {} : { tty }) };
  }

  release(id: number, side: ChannelSide, holder: Holder): void {
    const channel = this.#channels.get(id);
    if (channel === undefined || !channel.holders[side].delete(holder)) return;
    this.#settle(channel, side);
  }

  /** Everything a dead task held: its lock words first, then its ends. */
  releaseAll(holder: Holder): void {
    for (const channel of [...this.#channels.values()]) {
      const sides = ([0, 1] as const).filter((side) => channel.holders[side].has(holder));
      if (sides.length === 0) continue;
      for (const ring of channel.rings) if (ring !== null) new Ring(ring, this.#slot).breakLocks(holder.slot);
      for (const side of sides) {
        channel.holders[side].delete(holder);
        this.#settle(channel, side);
      }
    }
  }

  get size(): number {
    return this.#channels.size;
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
