import type { BindOptions } from '../contract/messages.ts';
import { addressSet, type AddressSet, fit, overlaps, targetAddress } from './loopback-address.ts';
import { Quota } from './quota.ts';

/**
 * Who listens on which loopback address and port, and on which path (a host
 * `unix:<path>`).
 *
 * A listener is a socket: processes pass it on to one another and share it. It
 * ends when nobody holds it any more, and each connection goes to one of those
 * who accept, in turn.
 */
export interface Listener<Holder, Task extends Holder> {
  readonly id: number;
  /** 0 where it is a path that is listened on: nobody outside can reach that. */
  readonly port: number;
  readonly host: string;
  readonly holders: ReadonlySet<Holder>;
  /** Those of the holders that have called listen(2), the next one first. */
  readonly accepting: readonly Task[];
  /** From the first listen(2) on: before it connections are refused, after it they wait for somebody to accept. */
  readonly listening: boolean;
}

interface Entry<Holder, Task extends Holder> extends Listener<Holder, Task> {
  readonly holders: Set<Holder>;
  readonly accepting: Task[];
  listening: boolean;
  readonly addresses: AddressSet;
  readonly reusePort: boolean;
  /** Who bound it, in whose quota it counts for as long as it lives. */
  readonly owner: Task;
}

/** Listeners of one task: no process has more descriptors. */
const MOST_BOUND = 4096;
// The range of Linux (ip_local_port_range).
const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;

/**
 * Who listens where, for TCP ports and for sockets in the file system.
 * A `Holder` keeps a listener alive; a `Task` among them accepts.
 */
export class PortTable<Holder, Task extends Holder> {
  /** Never empty lists. */
  readonly #byPort = new Map<number, Entry<Holder, Task>[]>();
  readonly #byPath = new Map<string, Entry<Holder, Task>>();
  readonly #byId = new Map<number, Entry<Holder, Task>>();
  readonly #bound = new Quota<Task>(MOST_BOUND);
  #nextEphemeral = FIRST_EPHEMERAL;

  /** bind(2): the listener, or `undefined` when the port is taken. Port 0 asks for any. */
  bind(
    id: number,
    host: string,
    port: number,
    task: Task,
    options: BindOptions = {},
  ): Listener<Holder, Task> | undefined {
    const atPath = isSocketPath(host);
    const chosen = atPath ? 0 : port === 0 ? this.#ephemeral() : port;
    const addresses = addressSet(host, options.ipv6Only === true);
    const reusePort = options.reusePort === true;
    if (
      chosen === undefined ||
      this.#byId.has(id) ||
      (atPath ? this.#byPath.has(host) : this.#isTaken(chosen, addresses, reusePort))
    )
      return undefined;
    if (!this.#bound.take(task)) return undefined;
    const entry: Entry<Holder, Task> = {
      id,
      port: chosen,
      host,
      owner: task,
      holders: new Set([task]),
      accepting: [],
      listening: false,
      addresses,
      reusePort,
    };
    if (atPath) this.#byPath.set(host, entry);
    else this.#byPort.set(chosen, [...(this.#byPort.get(chosen) ?? []), entry]);
    this.#byId.set(id, entry);
    return entry;
  }

  /** Whether a connection can come from there. */
  isFree(host: string, port: number): boolean {
    return !this.#isTaken(port, addressSet(host, true), false);
  }

  /** listen(2) by one of the holders; `undefined` when it is none. */
  listen(id: number, task: Task): Listener<Holder, Task> | undefined {
    const entry = this.#byId.get(id);
    if (entry === undefined || !entry.holders.has(task)) return undefined;
    if (!entry.accepting.includes(task)) entry.accepting.push(task);
    entry.listening = true;
    return entry;
  }

  /** One more holder; false when the listener has ended. */
  share(id: number, holder: Holder): boolean {
    return this.#byId.get(id)?.holders.add(holder) !== undefined;
  }

  get(id: number): Listener<Holder, Task> | undefined {
    return this.#byId.get(id);
  }

  /** The first listener of a port, whatever its address. */
  find(port: number): Listener<Holder, Task> | undefined {
    const entries = this.#byPort.get(port);
    return entries?.find((entry) => entry.listening) ?? entries?.[0];
  }

  /** Whom a process reaches that connects to `host` and `port`. */
  findAt(host: string, port: number): Listener<Holder, Task> | undefined {
    if (isSocketPath(host)) return this.#byPath.get(host);
    const address = targetAddress(host);
    if (address === undefined) return this.find(port);
    const entries = this.#byPort.get(port) ?? [];
    const best = Math.max(0, ...entries.map((entry) => fit(entry.addresses, address)));
    const found = best === 0 ? undefined : entries.find((entry) => fit(entry.addresses, address) === best);
    // Those who share a port take turns.
    if (found?.reusePort === true) this.#byPort.set(port, [...entries.filter((entry) => entry !== found), found]);
    return found;
  }

  nextAcceptor(id: number): Task | undefined {
    const entry = this.#byId.get(id);
    const task = entry?.accepting.shift();
    if (task !== undefined) entry?.accepting.push(task);
    return task;
  }

  /** `holder` lets go; returns the listener when it was the last one. */
  close(id: number, holder: Holder): Listener<Holder, Task> | undefined {
    const entry = this.#byId.get(id);
    if (entry === undefined || !entry.holders.delete(holder)) return undefined;
    const at = entry.accepting.findIndex((task) => task === holder);
    if (at !== -1) entry.accepting.splice(at, 1);
    if (entry.holders.size > 0) return undefined;
    this.#byId.delete(id);
    this.#bound.give(entry.owner);
    if (entry.port === 0) this.#byPath.delete(entry.host);
    else this.#forgetPort(entry);
    return entry;
  }

  /** The listeners that ended with `task`. */
  closeAll(task: Task): readonly Listener<Holder, Task>[] {
    return [...this.#byId.values()].filter(
      (entry) => entry.holders.has(task) && this.close(entry.id, task) !== undefined,
    );
  }

  /** When all are taken, the last one is given again. */
  ephemeralPort(): number {
    return this.#ephemeral() ?? LAST_EPHEMERAL;
  }

  all(): readonly Listener<Holder, Task>[] {
    return [...this.#byPort.values()].flat();
  }

  get size(): number {
    return this.#byId.size;
  }

  #isTaken(port: number, addresses: AddressSet, reusePort: boolean): boolean {
    return (this.#byPort.get(port) ?? []).some(
      (entry) => overlaps(entry.addresses, addresses) && !(reusePort && entry.reusePort),
    );
  }

  #forgetPort(entry: Entry<Holder, Task>): void {
    const left = (this.#byPort.get(entry.port) ?? []).filter((each) => each !== entry);
    if (left.length === 0) this.#byPort.delete(entry.port);
    else this.#byPort.set(entry.port, left);
  }

  #ephemeral(): number | undefined {
    for (let tries = FIRST_EPHEMERAL; tries <= LAST_EPHEMERAL; tries++) {
      const port = this.#nextEphemeral;
      this.#nextEphemeral = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (!this.#byPort.has(port)) return port;
    }
    return undefined;
  }
}

/** A socket in the file system (unix(7)), named as a host. */
export function isSocketPath(host: string): boolean {
  return host.startsWith('unix:');
}
