import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiPaths, SAVE_TYPE, saveResponse, sessionResponse } from '@slipway/contracts';
import { createTestDatabase, makeProject, makeUser, type TestDatabase } from '@slipway/db/testing';
import { createSession } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { makePublishedProject } from '../../apps/server/src/sites/testing/publish-site.ts';
import { type Product, startProduct } from '../e2e/product.ts';
import { median } from './figures.ts';

const BROWSERS = 200;
const READERS = 50;
const IDLE_STREAMS = 1000;
/** Somebody who types saves every two seconds; of 200 who are signed in, one in five types at any moment. */
const SAVE_EVERY_MS = 10_000;
const READ_EVERY_MS = 1000;
const ALONE_SAVES = 100;
const FILE_BYTES = 4096;
const SITE_FILES = ['', 'app.js', 'style.css'];

/** A signed-in browser: its event stream, and its project, saved on the commit that it knows. */
interface LoadBrowser {
  readonly token: string;
  readonly projectId: string;
  base: string | null;
}

/** What the run measures with: one database, one server of it, and connections that are kept. */
interface LoadStand {
  readonly database: TestDatabase;
  readonly product: Product;
  readonly agent: Agent;
}

/**
 * `npm run bench -- load [--seconds N]`: one server, 200 signed-in browsers' worth of streams and saves, and 50 readers
 * of a published site, for two minutes; beside it the same saves of one browser alone. Then 1,000 streams on which nothing
 * happens, by what the database does for them. Who asks runs on the same machine, and takes its share of it.
 */
export async function benchLoad(args: readonly string[] = []): Promise<void> {
  const seconds = secondsOf(args);
  const database = await createTestDatabase();
  // One owner has all the idle streams: their number is not what is measured.
  const limits = { QUOTA_STREAMS: String(IDLE_STREAMS), ROLE: 'api', LOG_LEVEL: 'warn' };
  const product = await startProduct({ DATABASE_URL: database.url, ...limits });
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const stand = { database, product, agent };
  try {
    const site = await makePublishedProject(database.db);
    const page = Buffer.from('x'.repeat(10 * 1024));
    const { stableHost } = await site.publish({ 'index.html': page, 'app.js': page, 'style.css': page });
    const browsers = await Promise.all(Array.from({ length: BROWSERS }, () => makeBrowser(stand)));

    const alone: number[] = [];
    for (let at = 0; at < ALONE_SAVES; at++) alone.push(await save(stand, browsers[0]!));
    const loaded = await putUnderLoad(stand, { browsers, stableHost, seconds });
    const idle = await measureIdleStreams(stand, browsers[0]!.token, Math.min(seconds, 30));
    print({ seconds, alone, loaded, idle });
  } finally {
    agent.destroy();
    await product.stop();
    await database.close();
  }
}

function secondsOf(args: readonly string[]): number {
  const at = args.indexOf('--seconds');
  const seconds = at < 0 ? 120 : Number(args[at + 1]);
  if (!Number.isInteger(seconds) || seconds < 5) throw new Error('Cannot read --seconds: a whole number, 5 or more');
  return seconds;
}

/** Signed in by the cookie that a sign-in leaves: nobody's password has to be hashed for it. */
async function makeBrowser(stand: LoadStand): Promise<LoadBrowser> {
  const { db } = stand.database;
  const userId = await makeUser(db);
  const { projectId } = await makeProject(db, userId);
  const refreshToken = randomBytes(32).toString('base64url');
  const tokenHash = createHash('sha256').update(refreshToken).digest('hex');
  await createSession(db, { userId, tokenHash, lifetimeUs: 3.6e9 });
  const body = Buffer.from('{}');
  const headers = {
    origin: stand.product.url,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    cookie: `__Host-refreshToken=${refreshToken}`,
  };
  const { text } = await call(stand, 'POST', apiPaths.refresh, { headers, body });
  return { token: sessionResponse.parse(JSON.parse(text)).data.accessToken, projectId, base: null };
}

/** One changed file, and how long its save took in ms. */
async function save(stand: LoadStand, browser: LoadBrowser): Promise<number> {
  const bytes = Buffer.from(randomUUID().padEnd(FILE_BYTES, 'x'));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const content = { as: 'whole' };
  const change = { kind: 'file', path: 'src/main.ts', mode: 0o644, sha256, size: bytes.length, content };
  const line = JSON.stringify({ base: browser.base, device: 'load', merge: true, changes: [change] });
  const began = performance.now();
  const answer = await call(stand, 'POST', apiPaths.saves(browser.projectId), {
    headers: { authorization: `Bearer ${browser.token}`, 'content-type': SAVE_TYPE },
    body: Buffer.concat([Buffer.from(`${line}\n`), bytes]),
  });
  const took = performance.now() - began;
  if (answer.status !== 201) throw new Error(`Cannot save: ${answer.status} ${answer.text.slice(0, 300)}`);
  browser.base = saveResponse.parse(JSON.parse(answer.text)).snapshot.commit;
  return took;
}

/** A request over a connection that is kept, as a browser has them. */
function call(
  { product: { port }, agent }: LoadStand,
  method: string,
  path: string,
  { host = 'slipway.localhost', headers = {}, body }: CallOptions = {},
): Promise<{ status: number; text: string }> {
  const own = { host: `${host}:${port}`, ...headers, ...(body && { 'content-length': String(body.length) }) };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: own, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

interface CallOptions {
  readonly host?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
}

/** An event stream, open until it is destroyed; it rejects where the server refuses it. */
function openStream({ product: { port } }: LoadStand, token: string): Promise<{ close(): void }> {
  const headers = { host: `slipway.localhost:${port}`, authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: apiPaths.events, headers, agent: false }, (response) => {
      response.resume();
      // Ended by us, in the end.
      response.on('error', () => response.destroy());
      if (response.statusCode === 200) resolve({ close: () => sent.destroy() });
      else reject(new Error(`Cannot open an event stream: the server answered ${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end();
  });
}

interface Loaded {
  readonly saves: readonly number[];
  readonly reads: readonly number[];
  readonly failures: readonly string[];
  /** Of the server, in MiB, once a second. */
  readonly memory: readonly number[];
}

/** Everybody at once, each at a pace of its own, so that they do not all come in the same moment. */
async function putUnderLoad(
  stand: LoadStand,
  { browsers, stableHost, seconds }: { browsers: readonly LoadBrowser[]; stableHost: string; seconds: number },
): Promise<Loaded> {
  const saves: number[] = [];
  const reads: number[] = [];
  const failures: string[] = [];
  const memory: number[] = [];
  const streams = await Promise.all(browsers.map(({ token }) => openStream(stand, token)));
  const until = performance.now() + seconds * 1000;
  const again = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    await sleep(Math.random() * everyMs);
    while (performance.now() < until) {
      const next = performance.now() + everyMs;
      await work().catch((error: unknown) => failures.push(String(error)));
      await sleep(Math.max(0, next - performance.now()));
    }
  };
  await Promise.all([
    ...browsers.map((browser) => again(SAVE_EVERY_MS, async () => void saves.push(await save(stand, browser)))),
    ...Array.from({ length: READERS }, () =>
      again(READ_EVERY_MS, async () => {
        for (const file of SITE_FILES) {
          const began = performance.now();
          const { status } = await call(stand, 'GET', `/${file}`, { host: stableHost });
          if (status !== 200) throw new Error(`Cannot read the site: ${status}`);
          reads.push(performance.now() - began);
        }
      }),
    ),
    again(1000, () => Promise.resolve(void memory.push(memoryOf(stand.product.pid())))),
  ]);
  for (const stream of streams) stream.close();
  return { saves, reads, failures, memory };
}

/** Resident MiB of a process. */
const memoryOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

interface Idle {
  /** Of the database a second, with the streams and without. Each question of the server's is one. */
  readonly transactions: number;
  readonly without: number;
  readonly memory: number;
}

async function measureIdleStreams(stand: LoadStand, token: string, seconds: number): Promise<Idle> {
  // What was closed before is gone by then, and the database has written its figures down.
  await sleep(3000);
  const without = await transactionsPerSecond(stand, seconds);
  const before = memoryOf(stand.product.pid());
  const streams: { close(): void }[] = [];
  for (let at = 0; at < IDLE_STREAMS; at += 50)
    streams.push(...(await Promise.all(Array.from({ length: 50 }, () => openStream(stand, token)))));
  await sleep(3000);
  const transactions = await transactionsPerSecond(stand, seconds);
  const memory = memoryOf(stand.product.pid()) - before;
  for (const stream of streams) stream.close();
  return { transactions, without, memory };
}

/** By the database's own figures, which its sessions write down once a second. Ours are two of them. */
async function transactionsPerSecond({ database: { db } }: LoadStand, seconds: number): Promise<number> {
  const count = async (): Promise<number> => {
    const [row] = await db.execute<{ count: number }>(sql`
      select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`);
    return Number(row!.count);
  };
  const before = await count();
  await sleep(seconds * 1000);
  return Math.max(0, (await count()) - before - 2) / seconds;
}

const at = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) * share)] ?? NaN;

function print(run: { seconds: number; alone: readonly number[]; loaded: Loaded; idle: Idle }): void {
  const { seconds, alone, loaded, idle } = run;
  const row = (name: string, values: readonly number[]) =>
    `| ${name} | ${values.length} | ${at(values, 0.5).toFixed(1)} | ${at(values, 0.99).toFixed(1)} |\n`;
  const quarter = Math.max(1, loaded.memory.length >> 2);
  const [first, last] = [median(loaded.memory.slice(0, quarter)), median(loaded.memory.slice(-quarter))];
  process.stdout.write(
    `\n${BROWSERS} browsers with a stream each that save every ${SAVE_EVERY_MS / 1000} s, ${READERS} readers of a site, ` +
      `${seconds} s, load of the machine ${loadavg()[0]?.toFixed(1)}\n\n` +
      '| | count | p50, ms | p99, ms |\n|---|---|---|---|\n' +
      row('saves of one browser alone', alone) +
      row('saves of 200 browsers', loaded.saves) +
      row('files of the site', loaded.reads) +
      `\np99 of saves under load: ${(at(loaded.saves, 0.99) / at(alone, 0.99)).toFixed(1)} times that alone (5 are ` +
      `allowed); failed: ${loaded.failures.length}${loaded.failures.length > 0 ? `, the first: ${loaded.failures[0]}` : ''}\n` +
      `memory of the server: ${first.toFixed(0)} MiB in the first quarter, ${last.toFixed(0)} in the last, ` +
      `${Math.max(...loaded.memory).toFixed(0)} at most\n` +
      `${IDLE_STREAMS} idle streams: ${idle.transactions.toFixed(1)} transactions of the database a second (20 are ` +
      `allowed), ${idle.without.toFixed(1)} without them; ${idle.memory.toFixed(0)} MiB of memory\n`,
  );
}
