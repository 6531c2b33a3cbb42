import type { AdminWorker } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Workers by the leases that they have: on jobs that wait or run, and on sandboxes. An idle one has none. */
export async function listWorkers(db: DbOrTx, limit: number): Promise<{ workers: AdminWorker[]; now: number }> {
  const workers = await db.execute<AdminWorker & Record<string, unknown>>(sql`
    select lease_worker as name, count(*) filter (where job)::int as jobs,
      count(*) filter (where not job)::int as sandboxes,
      min(lease_expires_at) as "leaseExpiresAt", min(lease_expires_at) < slipway_now() as silent
    from (
      select lease_worker, lease_expires_at, true as job from runtime_jobs
      where status in ('queued', 'running') and lease_expires_at is not null
      union all
      select lease_worker, lease_expires_at, false from sandboxes
      where status in ('created', 'running') and lease_expires_at is not null
    ) leases
    where lease_worker is not null
    group by lease_worker order by lease_worker limit ${limit}`);
  const [clock] = await db.execute<{ now: number }>(sql`select slipway_now() as now`);
  return { workers: [...workers], now: clock!.now };
}
