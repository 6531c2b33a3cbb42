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
  /** Refuses everything from now on, and breaks off what is under way. */
  shut(): void;
  close(): Promise<void>;
}

/** The mirror fetches a tarball whole before its first byte comes here, and a build lasts no longer by default. */
const LONGEST_SILENCE_MS = 300_000;

/** `dial` is where the origin is really found. A connection to it that is silent for `silenceMs` is given up. */
export async function startEgressProxy(options: {
  origin: string;
  dial: { host: string; port: number };
  onRefused: (target: string) => void;
  onBytes?: () => void;
  silenceMs?: number;
}): Promise<EgressProxy> {
  const silenceMs = options.silenceMs ?? LONGEST_SILENCE_MS;
  const allowed = new URL(options.origin);
  const allowedPort = allowed.port === '' ? (allowed.protocol === 'https:' ? '443' : '80') : allowed.port;
  /** Also those that were upgraded: `server.close` alone would wait for them. */
  const sockets = new Set<Duplex>();
  let open = true;

  const server = createServer((request, response) => {
    // A proxy's request names the whole URL; one that does not is meant for a server.
    const target = URL.canParse(request.url ?? '') ? new URL(request.url ?? '') : undefined;
    if (!open || target?.origin !== allowed.origin) return refuse(response, request.url ?? '');
    forward(request, response, target);
  });
  // https, and WebSockets of either kind.
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A browser that is killed resets its connections; that must not end the worker.
    socket.on('error', () => socket.destroy());
    if (!open || request.url !== `${allowed.hostname}:${allowedPort}`) {
      options.onRefused(request.url ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const upstream = connect(options.dial.port, options.dial.host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
      if (options.onBytes) upstream.on('data', options.onBytes);
    });
    upstream.setTimeout(silenceMs, () => upstream.destroy());
    upstream.on('error', () => upstream.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  /** The build may read it, so it says what is there instead of what is not. */
  function refuse(response: ServerResponse, target: string): void {
    options.onRefused(target);
    response
      .writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' })
      .end('A build reaches the registry only\n');
  }

  /** Plain HTTP. 502 where nobody answers, 504 where it is silent for too long. */
  function forward(request: IncomingMessage, response: ServerResponse, target: URL): void {
    const outgoing = httpRequest(
      {
        ...options.dial,
        method: request.method,
        path: `${target.pathname}${target.search}`,
        // The host the browser asked for, as the address behind it may be another.
        headers: { ...request.headers, host: target.host },
      },
      (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, incoming.rawHeaders);
        incoming.on('error', () => response.destroy());
        incoming.pipe(response);
        if (options.onBytes) incoming.on('data', options.onBytes);
      },
    );
    let status = 502;
    outgoing.setTimeout(silenceMs, () => {
      status = 504;
      outgoing.destroy(new Error(`Cannot go on with "${target.href}": it was silent for ${silenceMs} ms`));
    });
    // Once the head is sent, breaking off is the only way to say that the rest does not come.
    outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(status).end()));
    response.on('close', () => outgoing.destroy());
    request.on('error', () => outgoing.destroy());
    request.pipe(outgoing);
  }

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut: () => {
      open = false;
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
