import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { ownerLimit } from '../quotas/owner-limit.ts';
import { publishBuildEvent } from './build-row.ts';
import { getBuild } from './get-build.ts';
import { supersedeOlder } from './supersede-older.ts';

/** Workers listen here; the payload is the job's id. */
export const JOB_CHANNEL = 'slipway_jobs';

/** The two ids are told apart for the client's message; another owner's are missing as well. */
export type CreateBuildResult =
  | { outcome: 'queued'; build: Build }
  /** The same snapshot is being built already: this is that build (SV-07). */
  | { outcome: 'under-way'; build: Build }
  | { outcome: 'too-many'; limit: number }
  | { outcome: 'project-missing' | 'snapshot-missing' };

/**
 * Queues a build of a snapshot. Queued and running builds of older snapshots
 * become stale in the same transaction (P-21): the newer one was asked for, so
 * nobody waits for them. The same snapshot again, while its build waits or runs, is
 * that build: they would have the same result.
 *
 * Lock order everywhere in this folder: owner, project, job, build, event cursor.
 */
export async function createBuild(
  db: Db,
  ownerId: string,
  projectId: string,
  request: {
    snapshotId: string;
    deadlineUs: number;
    /** How many builds of an owner may wait or run, unless he has a limit of his own. */
    ownerLimit?: number;
  },
): Promise<CreateBuildResult> {
  return await db.transaction(async (tx): Promise<CreateBuildResult> => {
    // Of many requests at once no more get through than the owner has room for.
    await tx.execute(sql`select from users where id = ${ownerId} for no key update`);
    const [project] = await tx.execute(sql`
      select from projects where id = ${projectId} and owner_id = ${ownerId} for update`);
    if (!project) return { outcome: 'project-missing' };
    const [same] = await tx.execute<{ id: string }>(sql`
      select id from preview_builds
      where project_id = ${projectId} and owner_id = ${ownerId} and snapshot_id = ${request.snapshotId}
        and status in ('queued', 'running') and cancel_requested_at is null
      order by created_at limit 1`);
    const build = same && (await getBuild(tx, ownerId, same.id));
    if (build) return { outcome: 'under-way', build };
    const limit = await fullQueue(tx, { ownerId, projectId }, request.ownerLimit);
    if (limit !== undefined) return { outcome: 'too-many', limit };
    const [row] = await tx.execute<{ id: string; revision: number }>(sql`
      insert into preview_builds (project_id, snapshot_id, snapshot_revision, owner_id)
      select project_id, id, revision, owner_id from snapshots
      where id = ${request.snapshotId} and project_id = ${projectId} and owner_id = ${ownerId}
      returning id, snapshot_revision as revision`);
    if (!row) return { outcome: 'snapshot-missing' };
    const [job] = await tx.execute<{ id: string }>(sql`
      insert into runtime_jobs (kind, project_id, snapshot_id, owner_id, preview_build_id, deadline_at)
      values ('preview_build', ${projectId}, ${request.snapshotId}, ${ownerId}, ${row.id},
        slipway_now() + ${request.deadlineUs}::bigint)
      returning id`);
    await supersedeOlder(tx, { ownerId, projectId, revision: row.revision });
    const queued = await publishBuildEvent(tx, ownerId, row.id);
    await tx.execute(sql`select pg_notify(${JOB_CHANNEL}, ${job!.id})`);
    return { outcome: 'queued', build: queued };
  });
}

/** The owner's limit, where he has reached it. What the new build will supersede does not count. */
export async function fullQueue(
  tx: DbOrTx,
  { ownerId, projectId }: { ownerId: string; projectId: string },
  configured: number | undefined,
): Promise<number | undefined> {
  if (configured === undefined) return undefined;
  const [full] = await tx.execute<{ amount: number }>(sql`
    select l.amount from (select ${ownerLimit(sql`${ownerId}`, 'buildsWaiting', configured)} as amount) l
    where l.amount <= (
      select count(*) from runtime_jobs
      where owner_id = ${ownerId} and project_id <> ${projectId} and status in ('queued', 'running'))`);
  return full?.amount;
}
