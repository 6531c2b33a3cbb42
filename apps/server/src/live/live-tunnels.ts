/**
 * The live previews whose tabs are connected to this server (UX-21). A tunnel is in the memory of the process that the
 * tab has reached: other servers hand their visitors on to it (`live-peers.ts`).
 */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type LiveViewer, liveTabMessage } from '@slipway/contracts';
import { ByteRate } from '../http/byte-rate.ts';
import { StreamMux } from './stream-mux.ts';
import { WebSocketEnd } from '../http/web-socket.ts';

/** Bytes a second, of all visitors together, each way counted. */
export const LIVE_BYTES_PER_SECOND = 2 * 1024 * 1024;
/** Requests of all visitors that the tab's program has at once; so many WebSockets besides. */
export const LIVE_REQUESTS = 16;
/** Requests that may wait for their turn. */
const WAITING = 200;
/** Viewers that are remembered, the ended ones too. */
const VIEWERS = 100;
/** The next one is refused before its upgrade. Each server counts its own, so more servers allow more. */
export const TUNNELS_OF_OWNER = 4;
/** Viewers change with every page: the tab is told so often. */
const TELL_MS = 500;
/** How long a link that was taken back may still be good on another server. */
const RECHECK_MS = 5000;

/** The database's own word, so that a revoked share opens nothing. */
export interface LiveShare {
  readonly id: string;
  readonly ownerId: string;
  readonly projectId: string;
  /** Until the link expires, as the database counts: clocks of servers differ. */
  readonly remainingMs: number;
}

/** Somebody who looks at it, by a cookie of the live host. */
interface Viewer {
  readonly id: string;
  readonly sinceMs: number;
  readonly agent: string;
  requests: number;
  ended: boolean;
  readonly sockets: Set<Duplex>;
}

/** Lives as long as the tab's socket; no request outlives it. */
export class LiveTunnel {
  readonly share: LiveShare;
  readonly #line: WebSocketEnd;
  readonly #mux: StreamMux;
  readonly #viewers = new Map<string, Viewer>();
  readonly #timers: NodeJS.Timeout[] = [];
  #requests = 0;
  #sockets = 0;
  #waiting: (() => void)[] = [];
  #telling: NodeJS.Timeout | undefined;

  constructor(
    share: LiveShare,
    socket: Duplex,
    head: Buffer,
    { isAlive, closed }: { isAlive: () => Promise<boolean>; closed: (tunnel: LiveTunnel) => void },
  ) {
    this.share = share;
    this.#line = new WebSocketEnd(socket, head, {
      binary: (bytes) => {
        if (!this.#mux.receive(bytes)) this.end(4400, 'The tab sent what is no frame');
      },
      text: (text) => this.#hear(text),
      closed: () => {
        for (const timer of this.#timers) clearTimeout(timer);
        clearTimeout(this.#telling);
        this.#mux.end();
        for (const viewer of this.#viewers.values()) for (const each of viewer.sockets) each.destroy();
        for (const go of this.#waiting.splice(0)) go();
        closed(this);
      },
    });
    this.#mux = new StreamMux((frame) => this.#line.sendBinary(frame), new ByteRate(LIVE_BYTES_PER_SECOND));
    this.#timers.push(
      setTimeout(() => this.end(4410, 'The link has expired'), Math.min(share.remainingMs, 2 ** 31 - 1)),
    );
    // Taken back on another server, or with its project: the row says so.
    this.#timers.push(
      setInterval(() => {
        isAlive().then(
          (alive) => (alive ? undefined : this.end(4410, 'The link was taken back')),
          // The database is away for a moment; it is asked again.
          () => undefined,
        );
      }, RECHECK_MS),
    );
  }

  /** Who asks, by the cookie; a new one where there is none. Undefined for one who was ended, or one too many. */
  viewer(cookie: string | undefined, agent: string): Viewer | undefined {
    const known = cookie === undefined ? undefined : this.#viewers.get(cookie);
    if (known !== undefined) return known.ended ? undefined : known;
    if (this.#viewers.size >= VIEWERS) return undefined;
    const id = randomBytes(16).toString('hex');
    const viewer = {
      id,
      sinceMs: Date.now(),
      agent: agent.slice(0, 200),
      requests: 0,
      ended: false,
      sockets: new Set<Duplex>(),
    };
    this.#viewers.set(id, viewer);
    this.#tell();
    return viewer;
  }

  /** A connection to the program for one request; undefined when too many wait. Its caller ends it. */
  async request(viewer: Viewer): Promise<Duplex | undefined> {
    viewer.requests++;
    this.#tell();
    if (this.#requests >= LIVE_REQUESTS) {
      if (this.#waiting.length >= WAITING) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#requests++;
    return this.#opened(viewer, () => {
      this.#requests--;
      this.#waiting.shift()?.();
    });
  }

  /** A connection for a WebSocket; undefined where there are as many as there may be. */
  socket(viewer: Viewer): Duplex | undefined {
    if (this.#sockets >= LIVE_REQUESTS) return undefined;
    this.#sockets++;
    return this.#opened(viewer, () => this.#sockets--);
  }

  /** `over` is called once, however the stream ends. */
  #opened(viewer: Viewer, over: () => void): Duplex {
    const stream = this.#mux.open();
    viewer.sockets.add(stream);
    stream.once('close', () => {
      viewer.sockets.delete(stream);
      over();
    });
    return stream;
  }

  /**
   * `code` and `reason` are the close frame's: 4409 another tab has it, 4410 the link is over, 1012 the server
   * restarts.
   */
  end(code: number, reason: string): void {
    this.#line.close(code, reason);
  }

  /** The tab says one thing: that a viewer is to go. Anything else is passed over. */
  #hear(text: string): void {
    const message = liveTabMessage.safeParse(parseJson(text)).data;
    const viewer = message === undefined ? undefined : this.#viewers.get(message.viewerId);
    if (viewer === undefined) return;
    viewer.ended = true;
    for (const socket of viewer.sockets) socket.destroy();
    this.#tell();
  }

  /** Tells the tab who looks, gathered for `TELL_MS`. */
  #tell(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      const viewers: LiveViewer[] = [...this.#viewers.values()].flatMap(({ id, sinceMs, agent, requests, ended }) =>
        ended ? [] : [{ id, sinceMs, agent, requests }],
      );
      this.#line.sendText(JSON.stringify({ type: 'viewers', viewers }));
    }, TELL_MS);
  }
}

/** Of this server alone: others reach it by its peer address. */
export class LiveTunnels {
  readonly #tunnels = new Map<string, LiveTunnel>();

  find(shareId: string): LiveTunnel | undefined {
    return this.#tunnels.get(shareId);
  }

  countOf(ownerId: string): number {
    return [...this.#tunnels.values()].filter(({ share }) => share.ownerId === ownerId).length;
  }

  /** The newest tab has it: one that reloads would else find its own old line in the way. */
  add(
    share: LiveShare,
    socket: Duplex,
    head: Buffer,
    { isAlive, closed }: { isAlive: () => Promise<boolean>; closed: () => void },
  ): void {
    this.#tunnels.get(share.id)?.end(4409, 'Another tab shows this live preview now');
    const tunnel = new LiveTunnel(share, socket, head, {
      isAlive,
      closed: (ended) => {
        // One that took its place is there still.
        if (this.#tunnels.get(share.id) !== ended) return;
        this.#tunnels.delete(share.id);
        closed();
      },
    });
    this.#tunnels.set(share.id, tunnel);
  }

  /** Nothing where another server has the tunnel: that one sees it in the row within RECHECK_MS. */
  end(shareId: string): void {
    this.#tunnels.get(shareId)?.end(4410, 'The link was taken back');
  }

  /** Before the server: a tunnel is a connection that never ends by itself. */
  close(): void {
    for (const tunnel of this.#tunnels.values()) tunnel.end(1012, 'The server restarts');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
