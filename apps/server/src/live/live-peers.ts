/**
 * Several servers behind one name: a visitor may reach another one than the owner's tab. The row of the share says
 * which server has the tab, and the request is handed on to it as it came.
 */
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Duplex, Readable } from 'node:stream';
import type { Context } from 'hono';
import type { ServerEnv } from '../http/server-env.ts';

/** A request that was handed on once is not handed on again. */
const HOP = 'x-slipway-hop';
/** A server that is gone answers nothing; one that is there takes a connection at once. */
const CONNECT_LIMIT_MS = 3000;

/** Host and port at which the other servers reach this one. */
export function ownAddress(host: string, port: number): string {
  const isAny = host === '0.0.0.0' || host === '::';
  const outside = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  const shown = isAny ? (outside ?? '127.0.0.1') : host;
  return shown.includes(':') ? `[${shown}]:${port}` : `${shown}:${port}`;
}

/** The other server that has the tab, where there is one and the request has not been handed on before. */
export function peerOf(
  { liveAt, own }: { liveAt: string | null; own: string },
  headers: IncomingHttpHeaders,
): URL | undefined {
  if (liveAt === null || liveAt === own || headers[HOP] !== undefined) return undefined;
  return URL.parse(`http://${liveAt}`) ?? undefined;
}

/** Hands a request on. Rejects where the other server is not there. */
export function askPeer(c: Context<ServerEnv>, peer: URL): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(c.req.url);
    const sent = httpRequest({
      host: peer.hostname.replace(/^\[|\]$/g, ''),
      port: peer.port,
      method: c.req.method,
      path: pathname + search,
      headers: { ...c.env.incoming?.headers, connection: 'close', [HOP]: '1' },
      setHost: false,
    });
    const late = setTimeout(() => sent.destroy(new Error('It does not take the connection')), CONNECT_LIMIT_MS);
    sent.once('socket', (socket) => socket.once('connect', () => clearTimeout(late)));
    sent.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    sent.once('response', (answer) => resolve(asResponse(c.req.method, answer)));
    c.env.outgoing?.once('close', () => sent.destroy());
    const { body } = c.req.raw;
    if (body === null) sent.end();
    else
      Readable.fromWeb(body as never)
        .on('error', reject)
        .pipe(sent);
  });
}

/**
 * Without the headers that are of the connection between both servers (RFC 9110, 7.6.1). Header names keep
 * their case and order.
 */
function asResponse(method: string, answer: IncomingMessage): Response {
  const headers = new Headers();
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    const name = answer.rawHeaders[at] ?? '';
    if (!/^(connection|keep-alive|transfer-encoding)$/i.test(name))
      headers.append(name, answer.rawHeaders[at + 1] ?? '');
  }
  const status = answer.statusCode ?? 502;
  const bodiless = method === 'HEAD' || [204, 205, 304].includes(status);
  if (bodiless) answer.resume();
  return new Response(bodiless ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), { status, headers });
}

/** Hands a WebSocket's request on, and then whatever either side says. */
export function joinPeer(peer: URL, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const line = connect({
    host: peer.hostname.replace(/^\[|\]$/g, ''),
    port: Number(peer.port),
    timeout: CONNECT_LIMIT_MS,
  });
  const end = (): void => {
    line.destroy();
    socket.destroy();
  };
  line.once('timeout', end);
  line.once('error', end);
  line.once('close', end);
  socket.once('close', end);
  line.once('connect', () => {
    line.setTimeout(0);
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    line.write([...lines, `${HOP}: 1`, '', ''].join('\r\n'));
    line.write(head);
    socket.pipe(line).pipe(socket);
  });
}
