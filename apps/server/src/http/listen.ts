import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestListener } from 'node:http';

export interface Listening {
  port: number;
  /** Requests are answered 503 until there is a handler. */
  handle(listener: RequestListener): void;
  /** WebSockets; until then, and for other protocols, a request to upgrade is an ordinary one. */
  handleUpgrades(listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): void;
  /** From now on every connection ends with its answer: clients go elsewhere for the next one. */
  drain(): void;
  /** Stops accepting, lets answers in progress end, then cuts what is left. */
  close(): Promise<void>;
}

/** Listens first and answers later: a port of 0 is only known then, and the hosts' names hold it. */
export async function listen(
  host: string,
  port: number,
  { onSent = () => undefined }: { /** Told of the bytes of each answer. */ onSent?: (bytes: number) => void } = {},
): Promise<Listening> {
  let current: RequestListener | undefined;
  let draining = false;
  const upgrades = { shouldUpgradeCallback: isWebSocket };
  const server = createServer(upgrades, (request, response) => {
    response.once('finish', () => leaveUnreadBody(request));
    const { socket } = request;
    const before = socket.bytesWritten;
    response.once('close', () => onSent(socket.bytesWritten - before));
    if (draining) response.setHeader('Connection', 'close');
    if (current) return current(request, response);
    response.writeHead(503, { 'Retry-After': '1' }).end();
  });
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    handle: (listener) => (current = listener),
    handleUpgrades: (listener) => void server.on('upgrade', listener),
    drain: () => (draining = true),
    close: () => closeServer(server),
  };
}

/** A client may ask for HTTP/2 in the same way, and goes on with what it gets. */
const isWebSocket = (request: IncomingMessage): boolean => request.headers.upgrade?.toLowerCase() === 'websocket';

/** What a client may still have under way when its answer is there already. */
const LINGER_BYTES = 256 * 1024;
const LINGER_MS = 2000;

/**
 * An answer that came before the body ended (refused, or never looked at). Node
 * would read on for ever, to keep the connection; a little is read, so that the
 * client comes to see the answer, and then the line is cut.
 */
function leaveUnreadBody(request: IncomingMessage): void {
  if (request.complete) return;
  const cut = () => request.socket.destroy();
  const timer = setTimeout(cut, LINGER_MS);
  let left = LINGER_BYTES;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) cut();
  });
  for (const event of ['end', 'close'] as const) request.once(event, () => clearTimeout(timer));
  request.resume();
}

/**
 * A sibling host can set so many cookies for the whole domain that every request
 * is too large to read. Node's bare 431 would lock the user out until he clears
 * them by hand; this one clears them (and, at that price, signs him out).
 */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [
          'HTTP/1.1 431 Request Header Fields Too Large',
          'Clear-Site-Data: "cookies"',
          'Cache-Control: no-store',
          'Content-Type: text/plain; charset=utf-8',
        ]
      : ['HTTP/1.1 400 Bad Request'];
  const body =
    error.code === 'HPE_HEADER_OVERFLOW' ? 'Too many cookies. They were cleared: please load the page again.\n' : '';
  socket.end([...answer, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body].join('\r\n'));
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 5000);
  await closed;
  clearTimeout(cut);
}
