/**
 * The lines of the tabs that are connected to this server, and what their programs may reach through it (TC-07, TC-08).
 * A line is in the memory of the process that the tab has reached; it breaks with it, as connections do.
 */
import type { Duplex } from 'node:stream';
import { createEgressGuard, EgressError, type EgressGuard, type HostPolicy } from '@slipway/egress';
import { parseRelayFrame, RELAY_MONGO, encodeRelayFrame, RelayCloseReason, type RelayFrame } from '@slipway/wire';
import type { Logger } from 'pino';
import { ByteRate } from '../http/byte-rate.ts';
import { WebSocketEnd } from '../http/web-socket.ts';
import { RelayStream } from './relay-stream.ts';

/** Connections of one tab at once; with a window each they stay below what a WebSocket may leave unread. */
export const RELAY_STREAMS = 48;
/** Tabs of one owner at once on one server. */
export const LINES_OF_OWNER = 8;
/** Connections that a tab may open within a minute: a scan is slow, a pool of a program is not. */
export const RELAY_CONNECTS_PER_MINUTE = 240;
const MINUTE_MS = 60_000;
/** How often a line asks whether its project is still its owner's. */
const RECHECK_MS = 30_000;
const CONNECT_MS = 10_000;

/** Limits are an owner's on this server: servers know nothing of each other's lines. */
export interface RelaySettings {
  readonly policy: HostPolicy;
  /** `host:port` of the MongoDB that runs get (RN-14). */
  readonly mongo: { readonly host: string; readonly port: number } | undefined;
  /** Up and down together, over all lines of an owner on this server. */
  readonly bytesPerSecond: number;
  readonly isOwnHost: (hostname: string) => boolean;
  readonly log: Logger;
}

/** Rates and limits are the owner's, whatever the project. */
export interface LineOwner {
  readonly owner: string;
  readonly project: string;
}

/** All lines of an owner share one rate; the set is how many there are. */
interface OwnersLines {
  readonly rate: ByteRate;
  readonly ends: Set<WebSocketEnd>;
}

/** Of this process; limits that are counted here hold for each server alone. */
export class RelayLines {
  readonly #settings: RelaySettings;
  readonly #guard: EgressGuard;
  readonly #owners = new Map<string, OwnersLines>();

  constructor(settings: RelaySettings) {
    this.#settings = settings;
    const { policy, mongo, isOwnHost } = settings;
    const named = mongo === undefined ? policy.named : [...policy.named, `${mongo.host}:${mongo.port}`];
    this.#guard = createEgressGuard({ allow: named, isOwnHost });
  }

  /** Whether anything can be reached: where not, tabs need not ask. */
  get isOpen(): boolean {
    return this.#settings.policy.isOpen || this.#settings.mongo !== undefined;
  }

  /** What runtime hosts tell their containers of it. */
  get offer(): { mongo: boolean } | null {
    return this.isOpen ? { mongo: this.#settings.mongo !== undefined } : null;
  }

  /** For the relay's own targets: private addresses only where RUN_MONGO_TARGET or RELAY_ALLOW names them. */
  get openSocket(): EgressGuard['openSocket'] {
    return this.#guard.openSocket;
  }

  countOf(owner: string): number {
    return this.#owners.get(owner)?.ends.size ?? 0;
  }

  /** Takes over the socket of an upgrade. `stillTheirs` is asked now and then; false ends the line. */
  add(of: LineOwner, socket: Duplex, head: Buffer, stillTheirs: () => Promise<boolean>): void {
    const lines = this.#owners.get(of.owner) ?? {
      rate: new ByteRate(this.#settings.bytesPerSecond),
      ends: new Set<WebSocketEnd>(),
    };
    this.#owners.set(of.owner, lines);
    const line = new RelayLine(lines.rate, (host, port, tls) => this.#opener(of, host, port, tls));
    const recheck = setInterval(() => {
      stillTheirs().then(
        (theirs) => theirs || end.close(4001, 'The project is no longer yours'),
        // The database is away: the line is no worse for it.
        (error: unknown) => this.#settings.log.warn({ error }, 'Cannot check whose relay line this is'),
      );
    }, RECHECK_MS);
    const end: WebSocketEnd = new WebSocketEnd(socket, head, {
      binary: (message) => {
        if (!line.receive(message)) end.close(1002, 'No frame of the relay');
      },
      text: () => end.close(1003, 'The relay speaks binary'),
      closed: () => {
        clearInterval(recheck);
        line.end();
        lines.ends.delete(end);
        if (lines.ends.size === 0) this.#owners.delete(of.owner);
      },
    });
    lines.ends.add(end);
    line.start((frame) => end.sendBinary(encodeRelayFrame(frame)));
  }

  close(): void {
    for (const { ends } of this.#owners.values()) for (const end of ends) end.close(1001, 'The server stops');
  }

  /** Opens what may be opened, else rejects as the guard does. Who reached what is in the log. */
  #opener(of: LineOwner, host: string, port: number, tls: boolean) {
    const { policy, mongo, log } = this.#settings;
    const target = host === RELAY_MONGO ? mongo : policy.allows(host, port) ? { host, port } : undefined;
    log.info({ ...of, host, port, tls, allowed: target !== undefined }, 'relay');
    return (signal: AbortSignal) =>
      target === undefined
        ? Promise.reject(new EgressError('refused', 'RELAY_ALLOW does not name it'))
        : this.#guard.openSocket({ ...target, tls, signal, deadlineMs: CONNECT_MS });
  }
}

/** Opens the connection that a frame asked for; the signal ends it while it is still opening. */
type Opener = (signal: AbortSignal) => ReturnType<EgressGuard['openSocket']>;

/** The connections of one tab; they end with its line. */
class RelayLine {
  readonly #rate: ByteRate;
  readonly #open: (host: string, port: number, tls: boolean) => Opener;
  readonly #streams = new Map<number, RelayStream>();
  /** When connections were opened within the last minute. */
  #opened: number[] = [];
  #send: (frame: RelayFrame) => void = () => undefined;

  constructor(rate: ByteRate, open: (host: string, port: number, tls: boolean) => Opener) {
    this.#rate = rate;
    this.#open = open;
  }

  /** Apart from the constructor: the socket's own end must be there before the first frame can be sent. */
  start(send: (frame: RelayFrame) => void): void {
    this.#send = send;
  }

  /** False for what is no frame, or one that nobody who keeps the rules sends: the line is to end. */
  receive(message: Uint8Array): boolean {
    const frame = parseRelayFrame(message);
    if (frame === undefined) return false;
    const stream = this.#streams.get(frame.stream);
    switch (frame.type) {
      case 'connect':
        return stream === undefined && this.#connect(frame);
      case 'data':
        // Of a stream that has just been closed here frames may still be under way.
        return stream?.receive(frame.bytes) ?? true;
      case 'continue':
        stream?.grant(frame.frames);
        return true;
      case 'close':
        stream?.close(RelayCloseReason.voluntary);
        return true;
    }
  }

  /** The line is gone, and every connection with it. */
  end(): void {
    this.#send = () => undefined;
    for (const stream of [...this.#streams.values()]) stream.close(RelayCloseReason.voluntary);
  }

  /** Too many at once, or within a minute, are answered as throttled; a number that is in use breaks the protocol. */
  #connect({ stream: id, host, port, tls }: RelayFrame & { type: 'connect' }): boolean {
    const now = Date.now();
    this.#opened = this.#opened.filter((at) => at > now - MINUTE_MS);
    if (this.#streams.size >= RELAY_STREAMS || this.#opened.length >= RELAY_CONNECTS_PER_MINUTE) {
      this.#send({ type: 'close', stream: id, reason: RelayCloseReason.throttled });
      return true;
    }
    this.#opened.push(now);
    const stream = new RelayStream(id, {
      rate: this.#rate,
      send: (frame) => this.#send(frame),
      gone: () => this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    void stream.start(this.#open(host, port, tls));
    return true;
  }
}
