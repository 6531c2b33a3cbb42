import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The only way out of a builder's browser: a proxy that knows one origin, the
 * job's own runtime origin on our server. Everything else, and any other port of
 * this machine, is refused; so a build can reach the registry mirror and nothing
 * more.
 */
export interface EgressProxy {
  url: string;
  close(): Promise<void>;
}

/** `dial` is where the origin is really found; by default its own host name. */
export async function startEgressProxy(options: { origin: string; dial: { host: string; port: number }; onRefused: (target: string) => void }): Promise<EgressProxy> {
  const allowed = new URL(options.origin);
  const allowedPort = allowed.port === '' ? (allowed.protocol === 'https:' ? '443' : '80') : allowed.port;
  const sockets = new Set<Duplex>();

  const server = createServer((request, response) => {
    const target = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    if (target?.origin !== allowed.origin) return refuse(response, request.url ?? '');
    forward(request, response, target);
  });
  // https, and WebSockets of either kind.
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A browser that is killed resets its connections; that must not end the worker.
    socket.on('error', () => socket.destroy());
    if (request.url !== `${allowed.hostname}:${allowedPort}`) {
      options.onRefused(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const upstream = connect(options.dial.port, options.dial.host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  function refuse(response: ServerResponse, target: string): void {
    options.onRefused(target);
    response.writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' }).end('A build reaches the registry only\n');
  }

  function forward(request: IncomingMessage, response: ServerResponse, target: URL): void {
    const outgoing = httpRequest(
      { ...options.dial, method: request.method, path: `${target.pathname}${target.search}`, headers: { ...request.headers, host: target.host } },
      (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, incoming.rawHeaders);
        incoming.on('error', () => response.destroy());
        incoming.pipe(response);
      },
    );
    outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => outgoing.destroy());
    request.on('error', () => outgoing.destroy());
    request.pipe(outgoing);
  }

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
