import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { NumberedEvent } from '@slipway/agent';
import { createMortalDatabase, type MortalDatabase } from '@slipway/db/testing';
import {
  type ModelRequest,
  type ModelServer,
  type ScriptedReply,
  startModelServer,
} from '../../apps/server/src/agent/testing/model-server.ts';
import { LOCAL_PREFIX } from '../../apps/worker/src/local/local-machines.ts';
import { listProcessesOf } from '../../apps/worker/src/processes/process-tree.ts';
import { foldersOf, removeFolder } from '../../apps/worker/src/processes/sandbox-folder.ts';
import { ask, mustBe, signIn } from '../e2e/ask.ts';
import { makeProject } from '../e2e/make-project.ts';
import { openSavedFiles } from '../e2e/saved-files.ts';
import { findAgentFaults, type FinishedRun } from './find-agent-faults.ts';
import { followSession, type Follower } from './follow-session.ts';

/** How bad it gets. */
export interface AgentChaosOptions {
  /** Kills, over as many runs as that takes. */
  points: number;
  /** Tool calls of an undisturbed run. */
  calls: number;
  /** A kill comes after some more events, or after this at the latest. */
  patienceMs: number;
  seed: number;
  say?: (text: string) => void;
}

export interface AgentChaosReport {
  runs: number;
  /** How many runs ended how. */
  ends: Record<string, number>;
  /** How often each thing was killed. */
  kills: Record<string, number>;
  /** What must not be; empty when all is well. */
  faults: string[];
}

/** No run takes longer, whatever is killed. */
const RUN_LIMIT_MS = 1_200_000;
const READY_MS = 120_000;
const KINDS = ['api', 'holder', 'sandbox', 'database'] as const;
const mainOf = (app: string): string => fileURLToPath(new URL(`../../apps/${app}/dist/main.mjs`, import.meta.url));

/** A process that is started again whenever it dies, as an operator's supervisor does it. */
class Revived {
  #child: ChildProcess;
  #ended = false;
  readonly #start: () => ChildProcess;

  constructor(start: () => ChildProcess) {
    this.#start = start;
    this.#child = this.#launch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  #launch(): ChildProcess {
    const child = this.#start();
    child.on('exit', () => {
      if (!this.#ended) this.#child = this.#launch();
    });
    return child;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#ended = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

/**
 * Runs of the agent go on while its server, the process that holds its project, the sandbox in that, and the database
 * are killed. Every call with effects writes a number of its own into a file outside of all of them: none may be there
 * twice. Three clients follow each run through all of it.
 */
export async function runAgentChaos(options: AgentChaosOptions): Promise<AgentChaosReport> {
  const stand = await openStand();
  const report: AgentChaosReport = { runs: 0, ends: {}, kills: {}, faults: [] };
  // The same points in every run, as far as the machine lets it: a linear congruence, of Numerical Recipes.
  let seed = options.seed;
  const pick = (of: number): number => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % of;
  let left = options.points;
  const nextKill = (): (typeof KINDS)[number] | undefined => (left > 0 ? KINDS[left-- % KINDS.length] : undefined);
  try {
    while (left > 0) {
      const run = await performRun(stand, options, { pick, nextKill, kills: report.kills });
      report.runs++;
      report.ends[run.end] = (report.ends[run.end] ?? 0) + 1;
      report.faults.push(...findAgentFaults(run));
      options.say?.(`run ${report.runs}: ${run.end}; ${left} kills left, ${report.faults.length} faults`);
    }
    return report;
  } finally {
    await stand.close();
  }
}

interface Stand {
  readonly database: MortalDatabase;
  readonly model: ModelServer;
  readonly api: Revived;
  readonly workers: readonly Revived[];
  readonly port: number;
  readonly folder: string;
  token(): Promise<string>;
  close(): Promise<void>;
}

async function openStand(): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-agent-chaos-'));
  const model = await startModelServer();
  const database = await createMortalDatabase({ supervised: false });
  const providers = join(folder, 'providers.toml');
  writeFileSync(
    providers,
    `[[providers]]\nname = "house"\nkind = "openai-compatible"\nbaseUrl = "${model.url}"\nmodels = [{ id = "m" }]\n`,
  );
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    PORT: String(port),
    STATE_DIR: folder,
    LOG_LEVEL: 'silent',
    AGENT_PROVIDERS_FILE: providers,
    AGENT_HOLDER_WAIT_SECONDS: '120',
    SANDBOX_DRIVER: 'local',
    SANDBOXES_AT_ONCE: '0',
    PUBLIC_URL: '',
  };
  const start = (app: string, args: string[]) => (): ChildProcess =>
    spawn(process.execPath, [mainOf(app), ...args], { env, stdio: 'ignore' });
  const api = new Revived(start('server', ['api']));
  const workers = [new Revived(start('worker', []))];
  const close = async (): Promise<void> => {
    await api.end();
    for (const worker of workers) await worker.end();
    await database.close();
    await model.close();
    for (const left of foldersOf(LOCAL_PREFIX).filter((name) => workers.some(({ pid }) => name.includes(`_${pid}_`))))
      await removeFolder(left);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    let known: string | undefined;
    const token = async (): Promise<string> => (known ??= await patiently(() => signIn(port)));
    await token();
    return { database, model, api, workers, port, folder, token, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Kills {
  readonly pick: (of: number) => number;
  readonly nextKill: () => (typeof KINDS)[number] | undefined;
  readonly kills: Record<string, number>;
}

async function performRun(
  stand: Stand,
  { calls, patienceMs, say }: AgentChaosOptions,
  { pick, nextKill, kills }: Kills,
): Promise<FinishedRun> {
  const { port, model } = stand;
  const token = await stand.token();
  const effects = join(stand.folder, `effects-${Math.random().toString(36).slice(2)}`);
  writeFileSync(effects, '');
  model.respond = counting(calls, effects);
  // What was killed last may still be away.
  const id = await patiently(() => makeProject(port, token, 'Chaos', { log: '' }));
  const sessions = `/api/v1/projects/${id}/agent/sessions`;
  const settings = { provider: 'house', model: 'm', scope: ['**'], permission: 'full', bounds: { turns: 300 } };
  const made = await patiently(async () =>
    mustBe(await ask(port, 'POST', sessions, { token, body: settings }), 201, 'session'),
  );
  const session = `${sessions}/${(JSON.parse(made.body) as { session: { id: string } }).session.id}`;
  const followers: Follower[] = [followSession(port, session, token), followSession(port, session, token)];
  const [first] = followers as [Follower];
  const isOver = (): boolean => first.seen.some(({ event: { type } }) => type === 'RunEnd' || type === 'Error');
  try {
    await patiently(async () => {
      const sent = await ask(port, 'POST', `${session}/methods`, { token, body: { type: 'Run', input: 'write' } });
      // Its answer got lost: it runs already.
      if (sent.status !== 409) mustBe(sent, 202, 'run');
    });
    const giveUp = performance.now() + RUN_LIMIT_MS;
    while (!isOver() && performance.now() < giveUp) {
      const until = Math.min(performance.now() + patienceMs, giveUp);
      const enough = first.seen.length + 1 + pick(12);
      while (!isOver() && first.seen.length < enough && performance.now() < until) await sleep(10);
      // One that comes late has all of it too.
      if (followers.length === 2) followers.push(followSession(port, session, token));
      // In the middle of whatever goes on.
      await sleep(pick(200));
      const kind = isOver() ? undefined : nextKill();
      if (kind === undefined) continue;
      say?.(`${first.seen.length} events; killing the ${kind}`);
      kills[kind] = (kills[kind] ?? 0) + 1;
      await kill(stand, kind);
    }
    const all = await readAll(port, session, token);
    const caughtUp = (): boolean => followers.every(({ seen }) => seen.length >= all.length);
    const patience = performance.now() + 60_000;
    while (!caughtUp() && performance.now() < patience) await sleep(20);
    const files = await openSavedFiles(port, `http://slipway.localhost:${port}/projects/${id}`);
    const last = all.findLast(({ event: { type } }) => type === 'RunEnd' || type === 'Error')?.event;
    return {
      end: last === undefined ? 'none' : last.type === 'RunEnd' ? last.result : 'Error',
      expected: Array.from({ length: calls / 2 }, (_, at) => `line ${at}\n`).join(''),
      saved: await patiently(() => files.text('log')),
      all,
      seen: followers.map(({ seen }) => seen),
      effects: readFileSync(effects, 'utf8').split('\n').filter(Boolean),
    };
  } finally {
    for (const one of followers) one.close();
  }
}

/** Looks how many lines there are, and appends the next one: what was lost is written again, by a call of its own. */
function counting(calls: number, effects: string): (request: ModelRequest) => ScriptedReply {
  let nonce = 0;
  return ({ results: [last = ''], messages }) => {
    const isListing = messages.at(-1)?.role === 'tool' && last.startsWith('1\t');
    if (!isListing) return { calls: [{ name: 'Read', args: { path: 'log', limit: 100 + (nonce++ % 1900) } }] };
    const lines = last.split('\n').filter((line) => /\tline/.test(line)).length;
    if (lines >= calls / 2) return { text: 'All is written' };
    const command = `echo ${nonce++} >> ${effects}; echo "line ${lines}" >> log; sleep 0.05`;
    return { calls: [{ name: 'Run', args: { command } }] };
  };
}

async function kill({ api, workers, database }: Stand, kind: (typeof KINDS)[number]): Promise<void> {
  switch (kind) {
    case 'api':
      return api.kill();
    case 'holder':
      for (const worker of workers) worker.kill();
      return;
    case 'sandbox':
      for (const { pid } of workers)
        for (const folder of foldersOf(LOCAL_PREFIX).filter((name) => name.includes(`_${pid}_`)))
          for (const process_ of listProcessesOf(folder)) killQuietly(process_);
      return;
    case 'database':
      await database.kill();
      await database.start();
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function readAll(port: number, session: string, token: string): Promise<NumberedEvent[]> {
  const all: NumberedEvent[] = [];
  for (;;) {
    const page = await patiently(async () => {
      const answer = await ask(port, 'GET', `${session}/events?after=${all.at(-1)?.seq ?? 0}`, { token });
      if (answer.status !== 200) throw new Error(answer.body);
      return (JSON.parse(answer.body) as { events: NumberedEvent[] }).events;
    });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** Asks again while the server is away. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = performance.now() + READY_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(100);
    }
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port');
  return address.port;
}
