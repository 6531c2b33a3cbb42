import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal } from '@slipway/contracts';
import { createBuild, expireJobs, isDatabaseAway } from '@slipway/db';
import { createMortalDatabase, makeProject, makeUser, type MortalDatabase } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { bundleTestProgram } from '../bundle-test-program.ts';
import { findFaults } from './find-faults.ts';

/** How bad it gets. */
export interface ChaosOptions {
  jobs: number;
  workers: number;
  /** Lines of each build. */
  lines: number;
  /** A disturbance comes when some more jobs have ended, or when all workers have been there for so long. */
  patienceMs: number;
  leaseMs: number;
  say?: (text: string) => void;
}

export interface ChaosReport {
  /** How many jobs ended how. */
  ends: Record<string, number>;
  /** How often each disturbance came. */
  disturbances: Record<string, number>;
  /** What must not be; empty when all is well. */
  faults: string[];
}

/** A worker that is started again whenever it dies, as the server does it. */
class Worker {
  #child: ChildProcess;
  #stopped = false;
  #ended = false;
  #ready = false;

  constructor(readonly start: () => ChildProcess) {
    this.#child = this.#launch();
  }

  #launch(): ChildProcess {
    const child = this.start();
    this.#ready = false;
    child.stdout?.once('data', () => (this.#ready = true));
    child.on('exit', () => {
      if (!this.#ended) this.#child = this.#launch();
    });
    return child;
  }

  /** It takes jobs: a program takes seconds to start. */
  get ready(): boolean {
    return this.#ready;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** For as long as somebody else needs to take its job over, and longer. */
  async freeze(ms: number): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const child = this.#child;
    child.kill('SIGSTOP');
    await sleep(ms);
    child.kill('SIGCONT');
    this.#stopped = false;
  }

  async end(): Promise<void> {
    this.#ended = true;
    const exit = once(this.#child, 'exit');
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGCONT');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

/** Waits for a database that is away, as every program of ours does. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      await sleep(100);
    }
  }
}

async function queueJobs(database: MortalDatabase, count: number): Promise<void> {
  const owners: string[] = [];
  for (let at = 0; at < 5; at++) owners.push(await makeUser(database.db));
  for (let at = 0; at < count; at++) {
    const project = await makeProject(database.db, owners[at % owners.length]);
    const snapshot = await project.save(`text ${at}`);
    const request = { snapshotId: snapshot.id, deadlineUs: 3_600_000_000 };
    const { outcome } = await createBuild(database.db, project.ownerId, project.projectId, request);
    if (outcome !== 'queued') throw new Error(`Cannot queue a job: ${outcome}`);
  }
  // Whoever is killed often must not run out of attempts: what is looked for here are jobs that end twice, or never.
  await database.db.execute(sql`update runtime_jobs set max_attempts = 100`);
}

/**
 * Jobs run while workers are killed and stopped for longer than their lease, the
 * database is restarted and killed, and its sessions are ended. Every job must end
 * exactly once, with what belongs to its end, and each line of its log be there once.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { say = () => undefined, leaseMs } = options;
  const program = await bundleTestProgram(new URL('chaos-worker.ts', import.meta.url), 'chaos-worker');
  const database = await createMortalDatabase({ supervised: false });
  const workers: Worker[] = [];
  const disturbances: Record<string, number> = {};
  let done = false;
  try {
    await queueJobs(database, options.jobs);
    for (let at = 0; at < options.workers; at++) {
      const args = [program, database.url, `w${at}`, String(leaseMs), String(options.lines)];
      workers.push(new Worker(() => spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })));
    }
    const any = () => workers[Math.floor(Math.random() * workers.length)]!;
    const kinds: [string, () => Promise<unknown> | void][] = [
      ['worker killed', () => any().kill()],
      ['worker frozen', () => void any().freeze(leaseMs + 1500)],
      ['sessions ended', () => database.terminateAll()],
      ['database restarted', async () => (await database.stop(), await database.start())],
      ['sessions ended', () => database.terminateAll()],
      ['worker frozen', () => void any().freeze(leaseMs + 1500)],
      ['database killed', async () => (await database.kill(), await database.start())],
    ];
    const sweeping = (async () => {
      while (!done) {
        await patiently(() => expireJobs(database.db));
        await sleep(1000);
      }
    })();
    const countLeft = () =>
      patiently(async () => {
        const [row] = await database.db.execute<{ left: number }>(
          sql`select count(*) as left from runtime_jobs where status in ('queued', 'running')`,
        );
        return row!.left;
      });
    // All kinds come while there are jobs left, however fast the machine is.
    const step = Math.max(1, Math.floor(options.jobs / (kinds.length + 1)));
    let left = options.jobs;
    for (let turn = 0; left > 0; turn++) {
      const enough = left - step;
      let until = Infinity;
      while (left > enough && performance.now() < until) {
        await sleep(50);
        // Otherwise a slow machine would do nothing but start them.
        if (until === Infinity && workers.every(({ ready }) => ready)) until = performance.now() + options.patienceMs;
        left = await countLeft();
      }
      if (left === 0) break;
      const [name, disturb] = kinds[turn % kinds.length]!;
      say(`${left} jobs left; ${name}`);
      disturbances[name] = (disturbances[name] ?? 0) + 1;
      await disturb();
    }
    done = true;
    await sweeping;
    // Whoever was frozen wakes now, and may try to write.
    await sleep(leaseMs + 2000);
    const rows = await database.db.execute<{ status: Parameters<typeof isTerminal>[0]; count: number }>(
      sql`select status, count(*) as count from runtime_jobs group by status order by status`,
    );
    return {
      ends: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
      disturbances,
      faults: await findFaults(database.db, options.lines),
    };
  } finally {
    done = true;
    await Promise.all(workers.map((worker) => worker.end()));
    await database.close();
  }
}
