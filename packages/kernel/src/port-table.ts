/**
 * Who listens on which loopback port, and on which path (a host `unix:<path>`).
 * All loopback addresses are one host here.
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
}

const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;

export class PortTable<Holder, Task extends Holder> {
  readonly #byPort = new Map<number, Entry<Holder, Task>>();
  readonly #byPath = new Map<string, Entry<Holder, Task>>();
  readonly #byId = new Map<number, Entry<Holder, Task>>();
  #nextEphemeral = FIRST_EPHEMERAL;

  /** bind(2): the listener, or `undefined` when the port is taken. Port 0 asks for any. */
  bind(id: number, host: string, port: number, task: Task): Listener<Holder, Task> | undefined {
    const atPath = isSocketPath(host);
    const chosen = atPath ? 0 : port === 0 ? this.#ephemeral() : port;
    if (chosen === undefined || this.#byId.has(id) || (atPath ? this.#byPath.has(host) : this.#byPort.has(chosen))) return undefined;
    const entry: Entry<Holder, Task> = { id, port: chosen, host, holders: new Set([task]), accepting: [], listening: false };
    if (atPath) this.#byPath.set(host, entry);
    else this.#byPort.set(chosen, entry);
    this.#byId.set(id, entry);
    return entry;
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

  find(port: number): Listener<Holder, Task> | undefined {
    return this.#byPort.get(port);
  }

  /** Whom a process reaches that connects to `host` and `port`. */
  findAt(host: string, port: number): Listener<Holder, Task> | undefined {
    return isSocketPath(host) ? this.#byPath.get(host) : this.find(port);
  }

  /** Who gets the next connection. */
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
    if (entry.port === 0) this.#byPath.delete(entry.host);
    else this.#byPort.delete(entry.port);
    return entry;
  }

  /** The listeners that ended with `task`. */
  closeAll(task: Task): readonly Listener<Holder, Task>[] {
    return [...this.#byId.values()].filter((entry) => entry.holders.has(task) && this.close(entry.id, task) !== undefined);
  }

  /** A port number for the connecting side of a socket. */
  ephemeralPort(): number {
    return this.#ephemeral() ?? LAST_EPHEMERAL;
  }

  /** Ports, without paths. */
  all(): readonly Listener<Holder, Task>[] {
    return [...this.#byPort.values()];
  }

  get size(): number {
    return this.#byId.size;
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

/** Names and addresses that mean this container itself. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host === '::' || host === '0.0.0.0' || /^127(\.\d{1,3}){3}$/.test(host) || host === '::ffff:127.0.0.1';
}
