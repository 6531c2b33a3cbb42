/**
 * The kernel's side of all previews of a page. It outlives containers: `attach`
 * gives it the one that runs, and ports of previews stay valid from one to the next.
 */
import { previewMessage, type PreviewMessage, type PreviewScript } from '@slipway/wire';
import type { Connect } from '../bytes/byte-stream.ts';
import { HttpClient } from '../http/http-client.ts';
import { openWebSocket } from '../http/websocket-client.ts';
import { GatewaySession } from './gateway-session.ts';
import { parsePreviewOpen, parseSocketMessage } from './parse-preview.ts';
import type { PageSettings, SocketToPage } from './preview-protocol.ts';

/** One for the container: all of its ports have the same. */
export interface PreviewGatewayOptions {
  previewUrl(port: number): string;
  readonly coep: 'require-corp' | 'credentialless' | 'none';
}

/** Reports of errors from one page; it could send them without end. */
const MAX_REPORTS_PER_PAGE = 1_000;
/**
 * Dev servers listen to find out whether a port is free, stop, and listen again: whoever
 * comes in between, or at once after a restart, is not turned away for so many ms.
 */
const OPENING_MS = 1_500;
/** What a page may have sent and the program not yet read. */
const MAX_SOCKET_BACKLOG_BYTES = 64 * 1024 * 1024;

/** One for each kernel page; made before the first container, and it stays when the last one stops. */
export class PreviewGateway {
  readonly #options: PreviewGatewayOptions;
  readonly #listeners = new Set<(message: PreviewMessage) => void>();
  readonly #pages = new Set<MessagePort>();
  /** Requests for ports that nobody listens on yet. */
  readonly #early = new Map<number, Set<() => void>>();
  #client: HttpClient | undefined;
  #script: PreviewScript | undefined;
  #forwardErrors: boolean | 'exceptions-only' = false;

  constructor(options: PreviewGatewayOptions) {
    this.#options = options;
  }

  /** A container runs. Ports that service workers hold already lead to it from now on. */
  attach(connect: Connect): void {
    this.#client?.closeIdle();
    this.#client = new HttpClient(connect);
  }

  /** No container runs: requests fail as `stopped`. */
  detach(): void {
    this.#client?.closeIdle();
    this.#client = undefined;
    this.#script = undefined;
  }

  /** Somebody listens now: requests that came a moment too early go on. */
  portOpened(port: number): void {
    for (const wake of this.#early.get(port) ?? []) wake();
    this.#early.delete(port);
  }

  /** A port was closed: its idle connections lead nowhere. */
  portClosed(port: number): void {
    this.#client?.closeIdle(port);
  }

  /** The address under which a page finds a port of the container. */
  url(port: number): string {
    return this.#options.previewUrl(port);
  }

  /**
   * A script for every HTML page of a preview from
   * now on; those that are open keep what they have.
   */
  setScript(script: PreviewScript | undefined): void {
    this.#script = script;
  }

  /** Which errors pages report. Those that are open are told at once. */
  setForwardErrors(forward: boolean | 'exceptions-only'): void {
    this.#forwardErrors = forward;
    const settings: PageSettings = { type: 'settings', forwardErrors: forward };
    for (const page of this.#pages) page.postMessage(settings);
  }

  /** Hears what pages report; the result ends it. */
  subscribe(listener: (message: PreviewMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A message of the broker. What makes no sense is dropped with its port. */
  accept(data: unknown, port: MessagePort): void {
    const open = parsePreviewOpen(data);
    switch (open?.purpose.kind) {
      case 'gateway':
        new GatewaySession(port, open.port, {
          client: () => this.#client,
          script: () => this.#script,
          previewUrl: (other) => this.#options.previewUrl(other),
          coep: this.#options.coep,
          opened: (port) => this.#opened(port),
        });
        return;
      case 'page':
        this.#acceptPage(open.port, port);
        return;
      case 'socket':
        this.#acceptSocket(open.port, open.purpose.target, open.purpose.protocols, port).catch(() => port.close());
        return;
      default:
        port.close();
    }
  }

  /** Resolves when the port opens, or when there was time enough for it. */
  #opened(port: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#early.get(port) ?? new Set();
      this.#early.set(port, waiting);
      const wake = (): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, OPENING_MS);
      waiting.add(wake);
    });
  }

  #acceptPage(previewPort: number, port: MessagePort): void {
    let reports = 0;
    port.addEventListener('message', (event) => {
      const data = (event as MessageEvent<unknown>).data as { type?: unknown; message?: unknown } | null;
      if (data?.type === 'bye') {
        this.#pages.delete(port);
        port.close();
        return;
      }
      if (data?.type !== 'report' || ++reports > MAX_REPORTS_PER_PAGE) return;
      // The port is the kernel's to say, since a page could name any.
      const parsed = previewMessage.safeParse({ ...(data.message as object | null), port: previewPort });
      if (parsed.success && this.#wanted(parsed.data)) for (const listener of this.#listeners) listener(parsed.data);
    });
    port.start();
    this.#pages.add(port);
    const settings: PageSettings = { type: 'settings', forwardErrors: this.#forwardErrors };
    port.postMessage(settings);
  }

  /** The client passes on whatever it gets: filtering is done here. */
  #wanted(message: PreviewMessage): boolean {
    if (this.#forwardErrors === false) return false;
    return this.#forwardErrors === true || message.type !== 'PREVIEW_CONSOLE_ERROR';
  }

  async #acceptSocket(
    previewPort: number,
    target: string,
    protocols: readonly string[],
    port: MessagePort,
  ): Promise<void> {
    const post = (message: SocketToPage): void => port.postMessage(message);
    // 1006: the page's own WebSocket fires `error` and `close`, as with a server that is not there.
    const fail = (): void => post({ type: 'close', code: 1006, reason: '', clean: false });
    const client = this.#client;
    if (client === undefined) return fail();
    try {
      const host = `localhost:${previewPort}`;
      const { stream } = client.open(previewPort);
      const socket = await openWebSocket(stream, { target, host, origin: `http://${host}`, protocols });
      let backlog = 0;
      port.addEventListener('message', (event) => {
        const message = parseSocketMessage((event as MessageEvent<unknown>).data);
        if (message === undefined) return;
        if (message.type === 'close') {
          socket.close(message.code, message.reason).catch(() => socket.abort());
          return;
        }
        const bytes = message.data.length;
        backlog += bytes;
        // The program does not read: a page that goes on sending would fill our memory.
        if (backlog > MAX_SOCKET_BACKLOG_BYTES) {
          socket.abort();
          fail();
          return;
        }
        socket.send(message.data).then(
          () => {
            backlog -= bytes;
            post({ type: 'sent', bytes });
          },
          () => socket.abort(),
        );
      });
      post({ type: 'open', protocol: socket.protocol });
      port.start();
      socket.run((event) => {
        post(event);
        if (event.type === 'close') port.close();
      });
    } catch {
      // Refused, not HTTP, not a WebSocket: for the page it is one and the same.
      fail();
    }
  }
}
