import type { DatagramOptions } from '../contract/messages.ts';
import { addressSet, type AddressSet, fit, overlaps, targetAddress } from './loopback-address.ts';
import { Quota } from './quota.ts';

interface DatagramSocket<Task> {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly addresses: AddressSet;
  readonly reuse: boolean;
  readonly task: Task;
  /** Multicast groups, each with the one source it is limited to. */
  readonly groups: Map<string, string | null>;
}

/**
 * To whom one datagram goes. Several for a multicast group,
 * none where nobody listens (and no error then: udp(7)).
 */
export interface Delivery<Task> {
  readonly socket: number;
  readonly task: Task;
}

/** Sockets of one task: no process has more descriptors. */
const MOST_BOUND = 4096;
/** Groups of one socket; Linux has 20 (igmp_max_memberships). */
const MOST_GROUPS = 256;
const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;
const BROADCAST = '255.255.255.255';

/** Who gets datagrams on which loopback address and port (udp(7)). Ports of TCP are others. */
export class DatagramTable<Task> {
  readonly #bound = new Quota<Task>(MOST_BOUND);
  readonly #sockets = new Map<number, DatagramSocket<Task>>();
  #nextEphemeral = FIRST_EPHEMERAL;

  get size(): number {
    return this.#sockets.size;
  }

  /** The port, or `undefined` when it is taken. Port 0 asks for any. */
  bind(id: number, host: string, port: number, task: Task, { ipv6Only, reuse }: DatagramOptions): number | undefined {
    const addresses = addressSet(host, ipv6Only);
    const chosen = port === 0 ? this.#ephemeral() : port;
    if (chosen === undefined || this.#sockets.has(id)) return undefined;
    if (this.#at(chosen).some((other) => overlaps(other.addresses, addresses) && !(reuse && other.reuse)))
      return undefined;
    if (!this.#bound.take(task)) return undefined;
    this.#sockets.set(id, { id, host, port: chosen, addresses, reuse, task, groups: new Map() });
    return chosen;
  }

  /** Where a datagram of this socket to `target` comes from; `undefined` for a socket that is none of the task's. */
  source(id: number, task: Task, target: string): { host: string; port: number } | undefined {
    const socket = this.#own(id, task);
    if (socket === undefined) return undefined;
    const any = socket.host === '0.0.0.0' || socket.host === '::';
    return { host: any ? (target.includes(':') ? '::1' : '127.0.0.1') : socket.host, port: socket.port };
  }

  /** Who gets a datagram: one socket, or every member of a group. */
  receivers(host: string, port: number, source: string): Delivery<Task>[] {
    const there = this.#at(port);
    if (isMulticast(host))
      return there
        .filter(({ groups }) => groups.has(host) && [null, source].includes(groups.get(host) ?? null))
        .map(toDelivery);
    if (host === BROADCAST) return there.filter(({ addresses }) => addresses.v4 === '*').map(toDelivery);
    const address = targetAddress(host) ?? '127.0.0.1';
    const best = Math.max(0, ...there.map(({ addresses }) => fit(addresses, address)));
    // Among those who share the port the last one gets it, as in Linux.
    return best === 0
      ? []
      : there
          .filter(({ addresses }) => fit(addresses, address) === best)
          .slice(-1)
          .map(toDelivery);
  }

  join(id: number, task: Task, group: string, source: string | null): void {
    const groups = this.#own(id, task)?.groups;
    if (groups !== undefined && (groups.size < MOST_GROUPS || groups.has(group))) groups.set(group, source);
  }

  leave(id: number, task: Task, group: string): void {
    this.#own(id, task)?.groups.delete(group);
  }

  close(id: number, task: Task): void {
    if (this.#own(id, task) === undefined) return;
    this.#sockets.delete(id);
    this.#bound.give(task);
  }

  closeAll(task: Task): void {
    for (const socket of [...this.#sockets.values()]) this.close(socket.id, task);
  }

  #own(id: number, task: Task): DatagramSocket<Task> | undefined {
    const socket = this.#sockets.get(id);
    return socket?.task === task ? socket : undefined;
  }

  #at(port: number): DatagramSocket<Task>[] {
    return [...this.#sockets.values()].filter((socket) => socket.port === port);
  }

  #ephemeral(): number | undefined {
    for (let tries = FIRST_EPHEMERAL; tries <= LAST_EPHEMERAL; tries++) {
      const port = this.#nextEphemeral;
      this.#nextEphemeral = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (this.#at(port).length === 0) return port;
    }
    return undefined;
  }
}

function toDelivery<Task>({ id, task }: DatagramSocket<Task>): Delivery<Task> {
  return { socket: id, task };
}

/** RFC 5771 and RFC 4291, 2.7. */
export function isMulticast(host: string): boolean {
  return /^(?:22[4-9]|23\d)\./.test(host) || /^ff/i.test(host);
}
