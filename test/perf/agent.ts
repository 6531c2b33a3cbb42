import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type ClientRequest, request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NumberedEvent } from '@slipway/agent';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { type ModelServer, startModelServer } from '../../apps/server/src/agent/testing/model-server.ts';
import { cpuSeconds } from '../../apps/worker/src/processes/process-tree.ts';
import { ask, mustBe, signIn } from '../e2e/ask.ts';
import { makeProject } from '../e2e/make-project.ts';
import { type Product, startProduct } from '../e2e/product.ts';
import { measureOpening } from './agent-panel.ts';
import { measureTurns } from './agent-turns.ts';

const SESSIONS = 20;
const SUBSCRIBERS = 200;
/** Fifty pieces of text a second. */
const PIECE_EVERY_MS = 20;
const PIECE_CHARS = 7;
const SECONDS = 20;
/** Of the log: how long a piece waits for others before it is stored. */
const BATCH_MS = 50;

/** What all parts of this measure with. */
export interface AgentBench {
  readonly database: TestDatabase;
  readonly product: Product;
  readonly model: ModelServer;
  readonly token: string;
  /** Its path in the API. */
  makeSession(settings?: Record<string, unknown>): Promise<{ readonly projectId: string; readonly path: string }>;
  run(session: string, input: string): Promise<void>;
}

/**
 * `npm run bench -- agent [deltas|turns|panel]`: how long a piece of a model's text takes from the database to those who
 * look on; what the controller costs a turn beside the bare AI SDK; how long the panel takes to open a long session.
 * Model, clients and server share the machine.
 */
export async function benchAgent(args: readonly string[] = []): Promise<void> {
  const wanted = (name: string): boolean => args.length === 0 || args.includes(name);
  const model = await startModelServer();
  const folder = mkdtempSync(join(tmpdir(), 'slipway-agent-bench-'));
  const file = join(folder, 'providers.toml');
  const provider = `[[providers]]\nname = "house"\nkind = "openai-compatible"\nbaseUrl = "${model.url}"\n`;
  writeFileSync(file, `${provider}models = [{ id = "m", window = 1000000 }]\n`);
  const database = await createTestDatabase();
  const product = await startProduct({
    DATABASE_URL: database.url,
    AGENT_PROVIDERS_FILE: file,
    AGENT_SESSIONS_AT_ONCE: String(SESSIONS),
    QUOTA_STREAMS: String(2 * SUBSCRIBERS),
    LOG_LEVEL: 'warn',
  });
  try {
    const bench = await openBench(database, product, model);
    process.stdout.write(`load of the machine before: ${loadavg()[0]!.toFixed(2)}\n`);
    if (wanted('deltas')) await measureDeltas(bench);
    if (wanted('turns')) await measureTurns(bench);
    if (wanted('panel')) await measureOpening(bench);
  } finally {
    await product.stop();
    await database.close();
    await model.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openBench(database: TestDatabase, product: Product, model: ModelServer): Promise<AgentBench> {
  const { port } = product;
  const token = await signIn(port);
  return {
    ...{ database, product, model, token },
    makeSession: async (settings = {}) => {
      const projectId = await makeProject(port, token, 'Bench', {
        'package.json': '{ "name": "bench", "private": true }\n',
      });
      const body = { provider: 'house', model: 'm', scope: ['**'], permission: 'full', ...settings };
      const path = `/api/v1/projects/${projectId}/agent/sessions`;
      const made = mustBe(await ask(port, 'POST', path, { token, body }), 201, 'make a session');
      return { projectId, path: `${path}/${(JSON.parse(made.body) as { session: { id: string } }).session.id}` };
    },
    run: async (session, input) =>
      void mustBe(
        await ask(port, 'POST', `${session}/methods`, { token, body: { type: 'Run', input } }),
        202,
        'begin a run',
      ),
  };
}

/** What one subscriber was told: numbers in order, and how late each came, in ms. */
interface Subscriber {
  readonly seen: number[];
  readonly delays: number[];
  over: boolean;
  close(): void;
}

async function measureDeltas(bench: AgentBench): Promise<void> {
  const { model, product, token } = bench;
  const text = 'x'.repeat((PIECE_CHARS * SECONDS * 1000) / PIECE_EVERY_MS);
  model.respond = () => ({ text, everyMs: PIECE_EVERY_MS });
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, async () => (await bench.makeSession()).path));
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const followers = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, (_, at) =>
      subscribe(product.port, `${sessions[at % SESSIONS]}/events?after=0`, token, agent),
    ),
  );
  try {
    const before = cpuSeconds([product.pid()]);
    for (const session of sessions) await bench.run(session, 'speak');
    const patience = performance.now() + SECONDS * 1000 + 120_000;
    while (!followers.every(({ over }) => over) && performance.now() < patience)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const used = cpuSeconds([product.pid()]) - before;
    const lengths = await Promise.all(sessions.map((session) => lastSeq(bench, session)));
    const lost = followers.filter(({ seen }, at) => {
      const want = lengths[at % SESSIONS]!;
      return seen.length !== want || seen.some((seq, index) => seq !== index + 1);
    });
    const delays = Float64Array.from(followers.flatMap((one) => one.delays)).toSorted();
    const at = (part: number): string =>
      delays[Math.min(delays.length - 1, Math.floor(delays.length * part))]!.toFixed(1);
    process.stdout.write(
      `\n${SESSIONS} sessions, ${SUBSCRIBERS} subscribers, ${1000 / PIECE_EVERY_MS} pieces a second each, ${SECONDS} s\n\n` +
        `| from the database to the client | median, ms | 95th | 99th | most | events told | incomplete |\n` +
        `|---|---|---|---|---|---|---|\n` +
        `| with the event's own time | ${at(0.5)} | ${at(0.95)} | ${at(0.99)} | ${at(1)} | ${delays.length} | ${lost.length} |\n` +
        `| wanted | | | ${BATCH_MS + 50} | | | 0 |\n\n` +
        `the server computed for ${used.toFixed(1)} s of these ${SECONDS}; load of the machine: ${loadavg()[0]!.toFixed(2)}\n`,
    );
  } finally {
    for (const one of followers) one.close();
    agent.destroy();
  }
}

async function lastSeq({ product: { port }, token }: AgentBench, session: string): Promise<number> {
  const read = async (): Promise<{ status: string; lastSeq: number }> => {
    const answer = mustBe(await ask(port, 'GET', session, { token }), 200, 'read a session');
    return (JSON.parse(answer.body) as { session: { status: string; lastSeq: number } }).session;
  };
  for (;;) {
    const { status, lastSeq: last } = await read();
    if (status === 'Idle') return last;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Reads no more of each event than its number and its time: whoever measures is not to be what is measured. */
function subscribe(port: number, path: string, token: string, agent: Agent): Promise<Subscriber> {
  const headers = {
    ...{ host: `slipway.localhost:${port}`, authorization: `Bearer ${token}` },
    accept: 'text/event-stream',
  };
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`Cannot follow: ${response.statusCode}`));
      const one: Subscriber = { seen: [], delays: [], over: false, close: () => sent.destroy() };
      let left = '';
      response.on('error', () => response.destroy());
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const now = performance.timeOrigin + performance.now();
        const blocks = (left + chunk).split('\n\n');
        left = blocks.pop() ?? '';
        for (const block of blocks) {
          const [, seq, micros] = /"seq":(\d+),"at":(\d+)/.exec(block) ?? [];
          if (seq === undefined) continue;
          one.seen.push(Number(seq));
          one.delays.push(now - Number(micros) / 1000);
          if (block.includes('"type":"RunEnd"')) one.over = true;
        }
      });
      resolve(one);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The log of a session, in order. */
export async function readLog({ product: { port }, token }: AgentBench, session: string): Promise<NumberedEvent[]> {
  const all: NumberedEvent[] = [];
  for (;;) {
    const path = `${session}/events?pieces=no&after=${all.at(-1)?.seq ?? 0}`;
    const answer = mustBe(await ask(port, 'GET', path, { token }), 200, 'read the log');
    const { events } = JSON.parse(answer.body) as { events: NumberedEvent[] };
    if (events.length === 0) return all;
    all.push(...events);
  }
}
