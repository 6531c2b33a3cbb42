import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../database.ts';
import { appendLines } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';

/** Workers listen here; the payload is the job's id. */
export const jobChannel = 'slipway_jobs';

export type CreateBuildResult = { outcome: 'queued'; build: Build } | { outcome: 'project-missing' | 'snapshot-missing' };

/**
 * Queues a build of a snapshot. Queued and running builds of older snapshots
 * become stale in the same transaction (P-21): the newer one was asked for, so
 * nobody waits for them. Builds of the same snapshot stay.
 *
 * Lock order everywhere in this folder: project, job, build, event cursor.
 */
export async function createBuild(
  db: Db,
  ownerId: string,
  projectId: string,
  request: { snapshotId: string; deadlineUs: number },
): Promise<CreateBuildResult> {
  return await db.transaction(async (tx): Promise<CreateBuildResult> => {
    const [project] = await tx.execute(sql`
      select from projects where id = ${projectId} and owner_id = ${ownerId} for update`);
    if (!project) return { outcome: 'project-missing' };
    const [row] = await tx.execute<{ id: string; revision: number }>(sql`
      insert into preview_builds (project_id, snapshot_id, snapshot_revision, owner_id)
      select project_id, id, revision, owner_id from snapshots
      where id = ${request.snapshotId} and project_id = ${projectId} and owner_id = ${ownerId}
      returning id, snapshot_revision as revision`);
    if (!row) return { outcome: 'snapshot-missing' };
    const [job] = await tx.execute<{ id: string }>(sql`
      insert into runtime_jobs (kind, project_id, snapshot_id, owner_id, preview_build_id, deadline_at)
      values ('preview_build', ${projectId}, ${request.snapshotId}, ${ownerId}, ${row.id}, slipway_now() + ${request.deadlineUs}::bigint)
      returning id`);
    const cause = `superseded by a build of revision ${row.revision}`;
    await tx.execute(sql`
      update runtime_jobs j set status = 'stale', error_summary = ${cause}, finished_at = slipway_now(), updated_at = slipway_now()
      from preview_builds b
      where j.preview_build_id = b.id and b.project_id = ${projectId} and b.snapshot_revision < ${row.revision}
        and j.status in ('queued', 'running')`);
    const superseded = await tx.execute<{ id: string }>(sql`
      update preview_builds b set status = 'stale', error_summary = ${cause},
        finished_at = now_us.at, updated_at = now_us.at
      from (select slipway_now() as at) now_us
      where b.project_id = ${projectId} and b.snapshot_revision < ${row.revision} and b.status in ('queued', 'running')
      returning b.id`);
    for (const { id } of superseded) {
      await appendLines(tx, { buildId: id, ownerId, projectId }, [
        { stream: 'system', text: cause },
        { stream: 'system', text: 'build failed' },
      ]);
      await publishBuildEvent(tx, ownerId, id);
    }
    const build = await publishBuildEvent(tx, ownerId, row.id);
    await tx.execute(sql`select pg_notify(${jobChannel}, ${job!.id})`);
    return { outcome: 'queued', build };
  });
}
