import { claimJob, createBuild, openDatabase } from '@slipway/db';
import { createTestDatabase, makeProject, makeUser } from '@slipway/db/testing';
import { startJobLoop } from '@slipway/worker';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { median, printFigures } from './figures.ts';

const JOBS = 200;
const OWNERS = 20;

/**
 * The queue alone, without what a job does: from a build that is asked for to the
 * handler that gets it, in a worker that waits; claims a second of a long queue; and
 * beside both the least that a database can do, a row that is written and read.
 */
export async function benchQueue(): Promise<void> {
  const database = await createTestDatabase();
  const owners = await Promise.all(Array.from({ length: OWNERS }, () => makeUser(database.db)));
  const builds: { ownerId: string; projectId: string; snapshotId: string }[] = [];
  for (let at = 0; at < JOBS * 2; at++) {
    const project = await makeProject(database.db, owners[at % OWNERS]);
    builds.push({ ...project, snapshotId: (await project.save(`text ${at}`)).id });
  }
  const queue = async ({ ownerId, projectId, snapshotId }: (typeof builds)[number]): Promise<void> => {
    await createBuild(database.db, ownerId, projectId, { snapshotId, deadlineUs: 3_600_000_000 });
  };

  let started: () => void = () => undefined;
  const own = openDatabase(database.url, { maxConnections: 5 });
  const loop = await startJobLoop({
    database: own,
    workerId: 'bench',
    leaseMs: 60_000,
    log: pino({ level: 'silent' }),
    handlers: {
      preview_build: async (job) => {
        started();
        await own.db.execute(sql`update runtime_jobs set status = 'failed' where id = ${job.lease.jobId}`);
        return 'failed';
      },
    },
  });
  const waits: number[] = [];
  const plain: number[] = [];
  for (const build of builds.slice(0, JOBS)) {
    const start = new Promise<void>((resolve) => (started = resolve));
    await queue(build);
    const queuedAt = performance.now();
    await start;
    waits.push(performance.now() - queuedAt);
    const askedAt = performance.now();
    await database.db.execute(sql`select 1`);
    plain.push(performance.now() - askedAt);
  }
  await loop.stop();
  await own.close();
  printFigures('From a committed build to its handler, beside one question to the database', 'ms', [
    { name: 'median of all', ours: waits, native: plain },
  ]);

  for (const build of builds.slice(JOBS)) await queue(build);
  const began = performance.now();
  let claimed = 0;
  const claim = async (): Promise<void> => {
    while (await claimJob(database.db, `w${claimed++}`, 60_000_000));
  };
  await Promise.all(Array.from({ length: 4 }, claim));
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`\n${(JOBS / seconds).toFixed(0)} claims a second of ${OWNERS} owners, four workers at once; `);
  process.stdout.write(`p50 of waiting ${median(waits).toFixed(1)} ms\n`);
  await database.close();
}
