import { claimJob, createBuild, failJob, openDatabase } from '@slipway/db';
import { createTestDatabase, makeProject, makeUser, type TestDatabase } from '@slipway/db/testing';
import { startJobLoop } from '@slipway/worker';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { median } from './figures.ts';
import { AT_ONCE, openGraphileWorker, openPgBoss, type QueuePeer } from './queue-peers.ts';

const JOBS = 400;
const WAITS = 100;
/** pg-boss asks twice a second: more of the same would only take long. */
const SLOW_WAITS = 20;
const OWNERS = 20;

/**
 * The queue alone, without what a job does: from a job that is asked for to the
 * handler that gets it, in a worker that waits; and jobs a second of a long queue, each
 * taken and ended by itself. Beside it graphile-worker and pg-boss, on the same
 * Postgres in the same run, and the least that a database can do: one question.
 */
export async function benchQueue(): Promise<void> {
  const database = await createTestDatabase();
  const peers: QueuePeer[] = [await openSlipway(database)];
  const waits: [string, number[]][] = [];
  const rates: [string, number][] = [];
  try {
    peers.push(await openGraphileWorker(database.url), await openPgBoss(database.url));
    for (const peer of peers) waits.push([peer.name, await peer.waits(peer.name === 'pg-boss' ? SLOW_WAITS : WAITS)]);
    for (const peer of peers) rates.push([peer.name, await peer.rate(JOBS)]);
    const plain: number[] = [];
    for (let at = 0; at < WAITS; at++) {
      const askedAt = performance.now();
      await database.db.execute(sql`select 1`);
      plain.push(performance.now() - askedAt);
    }
    print(waits, rates, median(plain));
  } finally {
    for (const peer of peers) await peer.close();
    await database.close();
  }
}

/** Ours: jobs of twenty owners who take turns, each with its build, its events and its fence. */
async function openSlipway(database: TestDatabase): Promise<QueuePeer> {
  const { db } = database;
  const owners = await Promise.all(Array.from({ length: OWNERS }, () => makeUser(db)));
  const snapshots: { ownerId: string; projectId: string; snapshotId: string }[] = [];
  for (let at = 0; at < JOBS; at++) {
    const project = await makeProject(db, owners[at % OWNERS]);
    snapshots.push({ ...project, snapshotId: (await project.save(`text ${at}`)).id });
  }
  const queue = async (at: number): Promise<void> => {
    const { ownerId, projectId, snapshotId } = snapshots[at]!;
    await createBuild(db, ownerId, projectId, { snapshotId, deadlineUs: 3_600_000_000 });
  };
  const own = openDatabase(database.url, { maxConnections: AT_ONCE + 1 });
  return {
    name: 'Slipway',
    async waits(jobs) {
      let started: () => void = () => undefined;
      const loop = await startJobLoop({
        database: own,
        workerId: 'bench',
        leaseMs: 60_000,
        log: pino({ level: 'silent' }),
        handlers: {
          preview_build: async (job) => {
            started();
            await own.db.execute(sql`update runtime_jobs set status = 'failed' where id = ${job.lease.jobId}`);
            await own.db.execute(sql`update preview_builds set status = 'failed' where id = ${job.previewBuildId}`);
            return 'failed';
          },
          verify_build: () => Promise.reject(new Error('Cannot verify: nothing of the kind is queued here')),
        },
      });
      const waits: number[] = [];
      for (let at = 0; at < jobs; at++) {
        const start = new Promise<void>((resolve) => (started = resolve));
        await queue(at);
        const queuedAt = performance.now();
        await start;
        waits.push(performance.now() - queuedAt);
      }
      await loop.stop();
      return waits;
    },
    async rate(jobs) {
      for (let at = 0; at < jobs; at++) await queue(at);
      const began = performance.now();
      const work = async (worker: string): Promise<void> => {
        for (let job = await claimJob(own.db, worker, 60_000_000); job;)
          [, job] = [await failJob(own.db, job, 'done'), await claimJob(own.db, worker, 60_000_000)];
      };
      await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => work(`w${at}`)));
      return (jobs * 1000) / (performance.now() - began);
    },
    close: () => own.close(),
  };
}

function print(waits: [string, number[]][], rates: [string, number][], plainMs: number): void {
  const rateOf = new Map(rates);
  process.stdout.write(
    `\nA queue alone, ${AT_ONCE} workers at once; one question to this database: ${plainMs.toFixed(1)} ms\n\n`,
  );
  process.stdout.write('| | from a committed job to its handler, ms | jobs a second, one by one |\n|---|---|---|\n');
  for (const [name, values] of waits) {
    const spread = `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})`;
    process.stdout.write(`| ${name} | ${spread} | ${rateOf.get(name)?.toFixed(0) ?? '–'} |\n`);
  }
}
