import { type AdminWorker, WORKER_SILENT_SECONDS } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Workers by what they say of themselves, and by the leases that they have: on jobs and on sandboxes. */
export async function listWorkers(db: DbOrTx, limit: number): Promise<{ workers: AdminWorker[]; now: number }> {
  const workers = await db.execute<AdminWorker & Record<string, unknown>>(sql`
    select coalesce(w.name, l.name) as name, w.started_at as "startedAt", w.seen_at as "seenAt",
      coalesce(l.jobs, 0)::int as jobs, coalesce(l.sandboxes, 0)::int as sandboxes, l.until as "leaseExpiresAt",
      coalesce(l.until < slipway_now(), false)
        or coalesce(w.seen_at < slipway_now() - ${WORKER_SILENT_SECONDS * 1_000_000}::bigint, false) as silent
    from workers w full join (
      select lease_worker as name, count(*) filter (where job) as jobs, count(*) filter (where not job) as sandboxes,
        min(lease_expires_at) as until
      from (
        select lease_worker, lease_expires_at, true as job from runtime_jobs
        where status in ('queued', 'running') and lease_expires_at is not null
        union all
        select lease_worker, lease_expires_at, false from sandboxes
        where status in ('created', 'running') and lease_expires_at is not null
      ) leases
      where lease_worker is not null group by lease_worker
    ) l on l.name = w.name
    order by 1 limit ${limit}`);
  const [clock] = await db.execute<{ now: number }>(sql`select slipway_now() as now`);
  return { workers: [...workers], now: clock!.now };
}
