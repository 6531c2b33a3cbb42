import { terminalBuildStatuses, type BuildStatus, WORKER_SILENT_SECONDS } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The queue as it is, and what the last hour was like. Times are seconds; null where there is nothing to measure. */
export interface QueueMeasures {
  waiting: number;
  running: number;
  /** Workers that have said lately that they are there, idle ones too. */
  workers: number;
  /** How long the job has waited that waits longest. */
  oldestSeconds: number;
  /** How often a job was taken from a worker whose lease had lapsed. */
  leaseLosses: number;
  ended: Record<Exclude<BuildStatus, 'queued' | 'running'>, number>;
  waitSeconds: { p50: number | null; p95: number | null };
  buildSeconds: { p50: number | null; p95: number | null };
}

const HOUR_US = 3_600_000_000;

/** For the operator's page of figures. The same from every server: all of it is in the jobs' rows. */
export async function measureQueue(db: DbOrTx): Promise<QueueMeasures> {
  const [now] = await db.execute<{ waiting: number; running: number; oldest: number }>(sql`
    select count(*) filter (where free) as waiting, count(*) filter (where not free) as running,
      coalesce(max(slipway_now() - created_at) filter (where free), 0)::float8 / 1000000 as oldest
    from (
      select created_at, lease_expires_at is null or lease_expires_at < slipway_now() as free
      from runtime_jobs where status in ('queued', 'running')
    ) active`);
  const [alive] = await db.execute<{ workers: number }>(sql`
    select count(*) as workers from workers
    where seen_at > slipway_now() - ${WORKER_SILENT_SECONDS * 1_000_000}::bigint`);
  const [lost] = await db.execute<{ times: number }>(sql`
    select coalesce(sum(attempts - 1), 0)::bigint as times from runtime_jobs
    where attempts > 1 and claimed_at > slipway_now() - ${HOUR_US}::bigint`);
  const [times] = await db.execute<Record<'wait50' | 'wait95' | 'build50' | 'build95', number | null>>(sql`
    select percentile_cont(0.5) within group (order by waited) as wait50,
      percentile_cont(0.95) within group (order by waited) as wait95,
      percentile_cont(0.5) within group (order by built) as build50,
      percentile_cont(0.95) within group (order by built) as build95
    from (
      select (started_at - created_at)::float8 / 1000000 as waited,
        (finished_at - started_at)::float8 / 1000000 as built
      from runtime_jobs where finished_at > slipway_now() - ${HOUR_US}::bigint and started_at is not null
    ) done`);
  const ended = await db.execute<{ status: keyof QueueMeasures['ended']; count: number }>(sql`
    select status, count(*) as count from runtime_jobs
    where finished_at > slipway_now() - ${HOUR_US}::bigint and status not in ('queued', 'running') group by status`);
  const counts = new Map(ended.map(({ status, count }) => [status, count]));
  return {
    waiting: now!.waiting,
    workers: alive!.workers,
    running: now!.running,
    oldestSeconds: now!.oldest,
    leaseLosses: lost!.times,
    ended: Object.fromEntries(
      terminalBuildStatuses.map((status) => [status, counts.get(status) ?? 0]),
    ) as QueueMeasures['ended'],
    waitSeconds: { p50: times!.wait50, p95: times!.wait95 },
    buildSeconds: { p50: times!.build50, p95: times!.build95 },
  };
}
