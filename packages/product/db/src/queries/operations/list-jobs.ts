import type { AdminJob, JobSide } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** With the id, because two jobs can have the same `createdAt`. */
export type JobCursor = Pick<AdminJob, 'createdAt' | 'id'>;

/**
 * A page of everybody's jobs: what waits or runs, the longest first, or what has ended, the newest first. For admins
 * alone, so without an owner; the names of projects stay with their owners.
 */
export async function listJobs(
  db: DbOrTx,
  side: JobSide,
  { after, limit }: { after: JobCursor | undefined; limit: number },
): Promise<{ jobs: AdminJob[]; now: number; next: JobCursor | undefined }> {
  const active = side === 'active';
  const behind =
    after === undefined
      ? sql`true`
      : active
        ? sql`(j.created_at, j.id) > (${after.createdAt}, ${after.id}::uuid)`
        : sql`(j.created_at, j.id) < (${after.createdAt}, ${after.id}::uuid)`;
  const rows = await db.execute<AdminJob & Record<string, unknown>>(sql`
    select j.id, j.kind, u.email as owner, j.project_id as "projectId", j.preview_build_id as "buildId", j.status,
      b.cancel_requested_at is not null and j.status = 'running' as "cancelRequested",
      j.attempts, j.max_attempts as "maxAttempts",
      case when j.lease_expires_at >= slipway_now() then j.lease_worker end as worker,
      coalesce(j.error_summary, b.error_summary) as error,
      j.created_at as "createdAt", j.started_at as "startedAt", j.finished_at as "finishedAt"
    from runtime_jobs j join users u on u.id = j.owner_id left join preview_builds b on b.id = j.preview_build_id
    where ${active ? sql`j.status in ('queued', 'running')` : sql`j.status not in ('queued', 'running')`} and ${behind}
    order by ${active ? sql`j.created_at, j.id` : sql`j.created_at desc, j.id desc`} limit ${limit + 1}`);
  const [clock] = await db.execute<{ now: number }>(sql`select slipway_now() as now`);
  const jobs = rows.slice(0, limit);
  return { jobs, now: clock!.now, next: rows.length > limit ? jobs.at(-1) : undefined };
}
