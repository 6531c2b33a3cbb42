/**
 * Who listens on which loopback port, and on which path (a host `unix:<path>`).
 * All loopback addresses are one host here.
 */
export interface Listener<Task> {
  readonly id: number;
  /** 0 where it is a path that is listened on: nobody outside can reach that. */
  readonly port: number;
  readonly host: string;
  readonly task: Task;
}

const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;

export class PortTable<Task> {
  readonly #byPort = new Map<number, Listener<Task>>();
  readonly #byPath = new Map<string, Listener<Task>>();
  readonly #byId = new Map<number, Listener<Task>>();
  #nextEphemeral = FIRST_EPHEMERAL;

  /** The listener, or `undefined` when the port is taken. Port 0 asks for any. */
  listen(id: number, host: string, port: number, task: Task): Listener<Task> | undefined {
    if (isSocketPath(host)) return this.#listenOnPath(id, host, task);
    const chosen = port === 0 ? this.#ephemeral() : port;
    if (chosen === undefined || this.#byPort.has(chosen) || this.#byId.has(id)) return undefined;
    const listener: Listener<Task> = { id, port: chosen, host, task };
    this.#byPort.set(chosen, listener);
    this.#byId.set(id, listener);
    return listener;
  }

  find(port: number): Listener<Task> | undefined {
    return this.#byPort.get(port);
  }

  /** Whom a process reaches that connects to `host` and `port`. */
  findAt(host: string, port: number): Listener<Task> | undefined {
    return isSocketPath(host) ? this.#byPath.get(host) : this.find(port);
  }

  /** Ends a listener of `task`; returns it when there was one. */
  close(id: number, task: Task): Listener<Task> | undefined {
    const listener = this.#byId.get(id);
    if (listener === undefined || listener.task !== task) return undefined;
    this.#byId.delete(id);
    if (listener.port === 0) this.#byPath.delete(listener.host);
    else this.#byPort.delete(listener.port);
    return listener;
  }

  closeAll(task: Task): readonly Listener<Task>[] {
    const ended = [...this.#byId.values()].filter((listener) => listener.task === task);
    for (const listener of ended) this.close(listener.id, task);
    return ended;
  }

  /** A port number for the connecting side of a socket. */
  ephemeralPort(): number {
    return this.#ephemeral() ?? LAST_EPHEMERAL;
  }

  all(): readonly Listener<Task>[] {
    return [...this.#byPort.values()];
  }

  #listenOnPath(id: number, host: string, task: Task): Listener<Task> | undefined {
    if (this.#byPath.has(host) || this.#byId.has(id)) return undefined;
    const listener: Listener<Task> = { id, port: 0, host, task };
    this.#byPath.set(host, listener);
    this.#byId.set(id, listener);
    return listener;
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
