import { createBuild, releaseLease } from '@slipway/db';
import { createTestDatabase, makeProject, type TestDatabase } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobEnd, JobHandler } from './job-handler.ts';
import { startJobLoop } from './job-loop.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

/** Runs the loop until a job has ended. */
async function firstEnd(queue: () => Promise<string>, handler: JobHandler): Promise<{ jobId: string; end: JobEnd }> {
  const queued = await queue();
  let told: (end: JobEnd) => void = () => undefined;
  const ended = new Promise<JobEnd>((resolve) => (told = resolve));
  const loop = await startJobLoop({
    database,
    workerId: 'test',
    leaseMs: 60_000,
    handlers: { preview_build: handler },
    log: pino({ level: 'silent' }),
    onEnd: (jobId, end) => jobId === queued && told(end),
  });
  const end = await ended;
  await loop.stop();
  return { jobId: queued, end };
}

async function queueJob(kind: string): Promise<string> {
  const project = await makeProject(database.db);
  const snapshot = await project.save('text');
  const request = { snapshotId: snapshot.id, deadlineUs: 3_600_000_000 };
  const result = await createBuild(database.db, project.ownerId, project.projectId, request);
  if (result.outcome !== 'queued') throw new Error(result.outcome);
  await database.db.execute(sql`update runtime_jobs set kind = ${kind} where id = ${result.build.jobId}`);
  return result.build.jobId;
}

describe('the job loop', () => {
  it('a job goes to the handler of its kind', async () => {
    const kinds: string[] = [];
    const { end } = await firstEnd(
      () => queueJob('preview_build'),
      async (job) => {
        kinds.push(job.kind);
        await database.db.execute(sql`update runtime_jobs set status = 'cancelled' where id = ${job.lease.jobId}`);
        return 'cancelled';
      },
    );
    expect({ kinds, end }).toEqual({ kinds: ['preview_build'], end: 'cancelled' });
  });

  it('P-01 a job of a kind that nobody knows fails at once and says so, and no handler sees it', async () => {
    let handled = 0;
    const { jobId, end } = await firstEnd(
      () => queueJob('from_the_future'),
      async () => (handled++, 'succeeded'),
    );
    expect({ handled, end }).toEqual({ handled: 0, end: 'failed' });
    const [row] = await database.db.execute(sql`
      select status, error_summary as error, attempts from runtime_jobs where id = ${jobId}`);
    expect(row).toEqual({ status: 'failed', error: 'no worker runs jobs of kind "from_the_future"', attempts: 1 });
  });
});

describe('a worker that is to stop', () => {
  /** Starts a job, tells the loop to stop, then lets the job end; what the row says afterwards. */
  async function stopDuring(drainMs: number, endsBy: 'itself' | 'abort') {
    const jobId = await queueJob('preview_build');
    let began: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (began = resolve));
    let end: () => void = () => undefined;
    const ending = new Promise<void>((resolve) => (end = resolve));
    const loop = await startJobLoop({
      database,
      workerId: 'stopping',
      leaseMs: 60_000,
      log: pino({ level: 'silent' }),
      handlers: {
        preview_build: async (job, abort) => {
          if (job.lease.jobId !== jobId) return 'lost-lease';
          began();
          const aborted = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()));
          await Promise.race([ending, aborted]);
          if (abort.signal.aborted) {
            await releaseLease(database.db, job.lease);
            return 'released';
          }
          await database.db.execute(sql`update runtime_jobs set status = 'failed' where id = ${jobId}`);
          return 'failed';
        },
      },
    });
    await running;
    const later = await queueJob('preview_build');
    const stopped = loop.stop(drainMs);
    if (endsBy === 'itself') end();
    await stopped;
    const rows = await database.db.execute(sql`
      select status, attempts, coalesce(lease_expires_at >= slipway_now(), false) as held from runtime_jobs where id in (${jobId}, ${later})
      order by created_at`);
    await database.db.execute(
      sql`update runtime_jobs set status = 'expired' where id in (${jobId}, ${later}) and status = 'queued'`,
    );
    return rows;
  }

  it('SV-20 lets its job end while it drains, and claims nothing more', async () => {
    expect(await stopDuring(60_000, 'itself')).toEqual([
      { status: 'failed', attempts: 1, held: true },
      { status: 'queued', attempts: 0, held: false },
    ]);
  });

  it('SV-20 hands back what has not ended by then, at no cost of an attempt', async () => {
    expect(await stopDuring(50, 'abort')).toEqual([
      { status: 'queued', attempts: 0, held: false },
      { status: 'queued', attempts: 0, held: false },
    ]);
  });
});
