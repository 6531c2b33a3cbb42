import { RelayCloseReason } from '@slipway/wire';
import { RelayClosed, RelayLine, type RelayConnection, type RelaySocket } from './relay-line.ts';

/** The page has the session that a ticket needs, the kernel's worker has not. */
export interface RelayHost {
  /** A ticket for one line; null where there is none for this container. */
  ticket(): Promise<string | null>;
  /** Opens the WebSocket; rejects when it does not open. `message` and `closed` are called from then on. */
  open(ticket: string, on: { message(bytes: Uint8Array): void; closed(): void }): Promise<RelaySocket>;
  nowMs(): number;
}

/** After no ticket or no line nobody asks again for so long. */
const OFF_MS = 60_000;
/** So long what RELAY_ALLOW does not name is not asked for again: an operator who adds it waits no longer than this. */
const BLOCKED_MS = 60_000;
const MOST_BLOCKED = 256;

/** The relay of one container: a line that is opened when it is first needed, and again when it broke. */
export class RelayClient {
  readonly #host: RelayHost;
  #line: Promise<RelayLine | null> | undefined;
  #offUntil = 0;
  readonly #blocked = new Map<string, number>();

  constructor(host: RelayHost) {
    this.#host = host;
  }

  /**
   * A connection through the server; `null` where the relay does not lead there, or there is none: the browser may.
   * Rejects with a `RelayClosed` where it was tried and failed.
   */
  async connect(host: string, port: number, tls: boolean): Promise<RelayConnection | null> {
    const name = `${host}:${port}`;
    const now = this.#host.nowMs();
    if (now < this.#offUntil || now < (this.#blocked.get(name) ?? 0)) return null;
    this.#line ??= this.#open();
    const line = await this.#line;
    if (line === null) return null;
    try {
      return await line.connect(host, port, tls);
    } catch (error) {
      if (!(error instanceof RelayClosed) || error.reason !== RelayCloseReason.blocked) throw error;
      if (this.#blocked.size >= MOST_BLOCKED) this.#blocked.clear();
      this.#blocked.set(name, now + BLOCKED_MS);
      return null;
    }
  }

  /** Null, and for a while off, where it cannot be opened. */
  async #open(): Promise<RelayLine | null> {
    try {
      const ticket = await this.#host.ticket();
      if (ticket !== null) {
        let line: RelayLine | undefined;
        const socket = await this.#host.open(ticket, {
          message: (bytes) => line?.receive(bytes),
          closed: () => {
            this.#line = undefined;
            line?.end();
          },
        });
        line = new RelayLine(socket);
        return line;
      }
    } catch (error) {
      console.warn(`Cannot open the relay: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#line = undefined;
    this.#offUntil = this.#host.nowMs() + OFF_MS;
    return null;
  }
}
