import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { appendLines } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';

/**
 * Ends jobs past their deadline, or out of attempts with a lapsed lease (P-20).
 * Any number of servers may sweep at once: each job's row is locked by one of
 * them, and the others skip it. A job with a living lease is left to its worker
 * until the deadline.
 */
export async function expireJobs(db: Db, limit = 50): Promise<number> {
  let expired = 0;
  for (; expired < limit; expired++) {
    const found = await db.transaction(async (tx) => {
      const [job] = await tx.execute<{
        id: string;
        buildId: string | null;
        projectId: string;
        ownerId: string;
        cause: string;
      }>(sql`
        select id, preview_build_id as "buildId", project_id as "projectId", owner_id as "ownerId",
          case when deadline_at <= slipway_now() then 'deadline passed'
            else 'gave up after ' || attempts || ' attempts' end as cause
        from runtime_jobs
        where status in ('queued', 'running') and (
          deadline_at <= slipway_now()
          or attempts >= max_attempts and (lease_expires_at is null or lease_expires_at < slipway_now()))
        order by created_at limit 1 for update skip locked`);
      if (!job) return false;
      await tx.execute(sql`
        update runtime_jobs set status = 'expired', error_summary = ${job.cause}, finished_at = slipway_now(),
          updated_at = slipway_now()
        where id = ${job.id}`);
      if (job.buildId === null) return true;
      const ended = await tx.execute(sql`
        update preview_builds set status = 'expired', error_summary = ${job.cause}, finished_at = at.us,
          updated_at = at.us
        from (select slipway_now() as us) at
        where id = ${job.buildId} and owner_id = ${job.ownerId} and status in ('queued', 'running') returning id`);
      if (ended.length > 0) {
        const build = { buildId: job.buildId, ownerId: job.ownerId, projectId: job.projectId };
        await appendLines(tx, build, [
          { stream: 'system', text: job.cause },
          { stream: 'system', text: 'build failed' },
        ]);
        await publishBuildEvent(tx, job.ownerId, job.buildId);
      }
      const unchecked = await tx.execute(sql`
        update preview_builds set verification = 'failed', verification_problem = ${job.cause},
          updated_at = slipway_now()
        where id = ${job.buildId} and owner_id = ${job.ownerId} and verification = 'pending' returning id`);
      if (unchecked.length > 0) await publishBuildEvent(tx, job.ownerId, job.buildId);
      return true;
    });
    if (!found) break;
  }
  return expired;
}
