import type { ChannelTable, Holder } from './channel-table.ts';
import type { ChannelSide, Parcel } from '../contract/messages.ts';
import type { PortTable } from './port-table.ts';
import type { Task } from './process-table.ts';
import { Ring } from '../memory/ring.ts';

/** A parcel under way. What is in it is held by nobody but the mail. */
interface Mailed {
  readonly parcel: Parcel;
  readonly holder: Holder;
}

/** What lies in one box at most; Linux counts descriptors in flight against RLIMIT_NOFILE (ETOOMANYREFS). */
const MOST_PARCELS = 4096;

/**
 * Descriptors that processes send each other over a channel: SCM_RIGHTS of
 * unix(7). Each lies here from `send` to `take`, so it survives its sender, and
 * is given back when the side it was sent to has closed.
 */
export class DescriptorMail {
  readonly #channels: ChannelTable;
  readonly #ports: PortTable<Holder, Task>;
  readonly #slot: number;
  readonly #unlisten: (listener: number, holder: Holder) => void;
  readonly #boxes = new Map<string, Mailed[]>();

  constructor(
    channels: ChannelTable,
    ports: PortTable<Holder, Task>,
    slot: number,
    unlisten: (listener: number, holder: Holder) => void,
  ) {
    this.#channels = channels;
    this.#ports = ports;
    this.#slot = slot;
    this.#unlisten = unlisten;
  }

  /** From `task`'s `side` of `channel` to the other; false when it holds not both, or nobody is left to receive. */
  send(task: Task, channel: number, side: ChannelSide, parcel: Parcel): boolean {
    const receiving: ChannelSide = side === 0 ? 1 : 0;
    const ring = this.#channels.end(channel, side)?.rings[side] ?? null;
    if (ring === null || !this.#channels.holds(channel, side, task) || !this.#channels.isOpen(channel, receiving))
      return false;
    const box = boxOf(channel, receiving);
    const mailed = this.#boxes.get(box) ?? [];
    if (mailed.length >= MOST_PARCELS) return false;
    const holder: Holder = { slot: this.#slot };
    if (!this.#hand(parcel, task, holder)) return false;
    mailed.push({ parcel, holder });
    this.#boxes.set(box, mailed);
    new Ring(ring, this.#slot).countPassed();
    return true;
  }

  /** The oldest parcel of `task`'s side, now `task`'s. */
  take(task: Task, channel: number, side: ChannelSide): Parcel | null {
    if (!this.#channels.holds(channel, side, task)) return null;
    const mailed = this.#boxes.get(boxOf(channel, side))?.shift();
    if (mailed === undefined) return null;
    const { parcel, holder } = mailed;
    const handed = this.#hand(parcel, holder, task);
    this.#letGo(mailed);
    if (!handed) return null;
    // Rebuilt from the table: what the sender wrote about the rings is not trusted.
    const { end } = parcel;
    const rebuilt = end.kind === 'channel' ? this.#channels.end(end.id, end.side) : undefined;
    return rebuilt === undefined || end.kind !== 'channel' ? parcel : { ...parcel, end: { ...rebuilt, as: end.as } };
  }

  /** Nobody reads `side` of `channel` any more. */
  drop(channel: number, side: ChannelSide): void {
    const box = boxOf(channel, side);
    const mailed = this.#boxes.get(box) ?? [];
    this.#boxes.delete(box);
    for (const one of mailed) this.#letGo(one);
  }

  /** Gives `to` what `from` holds; files and devices are described by value. */
  #hand({ end }: Parcel, from: Holder, to: Holder): boolean {
    if (end.kind === 'channel')
      return this.#channels.holds(end.id, end.side, from) && this.#channels.share(end.id, end.side, to);
    if (end.kind === 'listener')
      return this.#ports.get(end.listener)?.holders.has(from) === true && this.#ports.share(end.listener, to);
    return true;
  }

  #letGo({ parcel: { end }, holder }: Mailed): void {
    if (end.kind === 'channel') this.#channels.release(end.id, end.side, holder);
    else if (end.kind === 'listener') this.#unlisten(end.listener, holder);
  }
}

function boxOf(channel: number, side: ChannelSide): string {
  return `${channel} ${side}`;
}
