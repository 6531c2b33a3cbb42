import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiPaths } from '@slipway/contracts';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from './ask.ts';
import { type Product, startProduct } from './product.ts';

let database: TestDatabase;
let servers: Product[] = [];
let token: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const env = {
    ROLE: 'api',
    DATABASE_URL: database.url,
    LOG_LEVEL: 'warn',
    DRAIN_SECONDS: '2',
    SECRET_KEY: randomBytes(32).toString('base64'),
  };
  servers = await Promise.all([startProduct(env), startProduct(env)]);
  token = await signIn(servers[0]!.port);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database.close();
});

function ask(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path,
        headers: { host: `slipway.localhost:${port}`, authorization: `Bearer ${token}` },
        agent: false,
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/**
 * What stands before several servers: takes turns among those that say they are ready, and asks them anew all the time.
 */
async function startBalancer() {
  const ready = new Set<number>();
  /** When each that is ready was asked. */
  const askedAtMs = new Map<number, number>();
  let turn = 0;
  let closed = false;
  const probe = async (port: number) => {
    while (!closed) {
      const nowMs = performance.now();
      const status = await ask(port, '/ready').then(
        (answer) => (answer.resume(), answer.statusCode),
        () => 0,
      );
      if (status === 200) ready.add(port);
      else ready.delete(port);
      askedAtMs.set(port, nowMs);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const probing = servers.map(({ port }) => probe(port));
  const balancer = createServer((incoming, answer) => {
    const port = [...ready][turn++ % ready.size];
    if (port === undefined) return void answer.writeHead(502).end();
    ask(port, incoming.url ?? '/').then(
      (upstream) => {
        answer.writeHead(upstream.statusCode ?? 500);
        upstream.pipe(answer);
      },
      () => answer.writeHead(502).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  await expect.poll(() => ready.size).toBe(2);
  return {
    port: (balancer.address() as AddressInfo).port,
    /** Resolves when all have said since now that they are ready. */
    async knowsAll(): Promise<void> {
      const sinceMs = performance.now();
      const heard = (): boolean => servers.every(({ port }) => ready.has(port) && (askedAtMs.get(port) ?? 0) > sinceMs);
      await expect.poll(heard).toBe(true);
    },
    close: async () => {
      closed = true;
      await Promise.all(probing);
      balancer.close();
    },
  };
}

it('SV-20 a server is restarted, then the other one goes, and no request is lost', async () => {
  const balancer = await startBalancer();
  const statuses: number[] = [];
  let asking = true;
  const askers = Array.from({ length: 4 }, async () => {
    while (asking) {
      // Of the server alone: what waits for npm may wait longer than a server that ends.
      const answer = await ask(balancer.port, apiPaths.templates);
      answer.resume();
      statuses.push(answer.statusCode ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const [first, second] = servers;
  await first!.restart(async () => {});
  // Both serve again before the other one goes.
  await balancer.knowsAll();
  const before = statuses.length;
  await second!.stop();
  await expect.poll(() => statuses.length).toBeGreaterThan(before + 20);
  asking = false;
  await Promise.all(askers);
  await balancer.close();
  expect(statuses.length).toBeGreaterThan(50);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
}, 300_000);
