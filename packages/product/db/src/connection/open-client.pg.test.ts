import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createTestDatabase } from '../testing.ts';
import { isDatabaseAway } from './guard-transactions.ts';
import { openClient } from './open-client.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Rejections that nobody handled, which end a process; the test runner would only report them. */
function countUnhandled(): unknown[] {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  cleanups.push(() => process.off('unhandledRejection', onUnhandled));
  return unhandled;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const authenticated = Buffer.from('R\0\0\0\x08\0\0\0\0', 'latin1');
const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1');

it('SV-16 a server that goes away at any moment of connecting fails the caller’s query, and nothing else', async () => {
  const unhandled = countUnhandled();
  /** What a server does before it is reset: on the connection, and on each piece that comes in. */
  const moments: ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.once('data', () => socket.resetAndDestroy()),
    (socket) => socket.once('data', () => socket.write(authenticated, () => socket.resetAndDestroy())),
    (socket) =>
      socket.once('data', () => {
        socket.write(Buffer.concat([authenticated, readyForQuery]));
        // The first thing the driver says of its own accord.
        socket.once('data', () => socket.resetAndDestroy());
      }),
  ];
  for (const moment of moments) {
    const port = await listen(createServer((socket) => void moment(socket.on('error', () => socket.destroy()))));
    const client = openClient(`postgres://u:p@127.0.0.1:${port}/d`, { maxConnections: 1 });
    await expect(client`select 1`.execute()).rejects.toSatisfy(isDatabaseAway);
    await client.end({ timeout: 0 });
  }
  // Unhandled rejections are told when the queue of microtasks is empty.
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
});

it('SV-16 a session asks nothing before its first query', async () => {
  const database = await createTestDatabase();
  cleanups.push(() => database.close());
  const { port, hostname } = new URL(database.url);
  let said = '';
  const proxy = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    socket.on('data', (piece) => (said += piece.toString('latin1')));
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => (socket.destroy(), onward.destroy()));
  });
  const url = new URL(database.url);
  url.port = String(await listen(proxy));
  const client = openClient(url.href, { maxConnections: 1 });
  expect(await client`select 1 as one`).toEqual([{ one: 1 }]);
  // What the driver would have asked the types for.
  expect(await client`select array['a', 'b,"c', '{}'] as list, '{}'::text[] as none`).toEqual([
    { list: ['a', 'b,"c', '{}'], none: [] },
  ]);
  await client.end();
  expect(said).toContain('select 1 as one');
  expect(said).not.toContain('pg_type');
});
