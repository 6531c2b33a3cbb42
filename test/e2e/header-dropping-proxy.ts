import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before the product that drops headers it does not know, as some in offices do. */
export interface HeaderDroppingProxy {
  /** The app's origin, as seen through it. */
  readonly url: string;
  close(): void;
}

/** Passes everything on to the product at `port`, and answers without the headers of isolation. */
export async function startHeaderDroppingProxy(port: number): Promise<HeaderDroppingProxy> {
  const server = createServer((incoming, outgoing) => {
    const host = `slipway.localhost:${port}`;
    // The app answers its own address alone.
    const headers = {
      ...incoming.headers,
      host,
      ...(incoming.headers.origin === undefined ? {} : { origin: `http://${host}` }),
    };
    const passed = request(
      { host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith('cross-origin-'));
        outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
        answer.pipe(outgoing);
      },
    );
    // Its other end went away first: so does this one.
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://slipway.localhost:${own}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
