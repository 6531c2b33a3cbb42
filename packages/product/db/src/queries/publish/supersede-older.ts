import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { appendLines } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';

/**
 * Builds of older snapshots that wait or run become stale (P-21), and checks of older versions that wait are given up:
 * whoever publishes ten times in a minute is not to wait for ten checks. The caller holds the project's row.
 */
export async function supersedeOlder(
  tx: DbOrTx,
  { ownerId, projectId, revision }: { ownerId: string; projectId: string; revision: number },
): Promise<void> {
  const cause = `superseded by a build of revision ${revision}`;
  await tx.execute(sql`
    update runtime_jobs j set status = 'stale', error_summary = ${cause}, finished_at = slipway_now(),
      updated_at = slipway_now()
    from preview_builds b
    where j.preview_build_id = b.id and b.project_id = ${projectId} and b.snapshot_revision < ${revision}
      and (j.kind = 'preview_build' and j.status in ('queued', 'running')
        or j.kind = 'verify_build' and j.status = 'queued')`);
  const superseded = await tx.execute<{ id: string }>(sql`
    update preview_builds b set status = 'stale', error_summary = ${cause},
      finished_at = now_us.at, updated_at = now_us.at
    from (select slipway_now() as at) now_us
    where b.project_id = ${projectId} and b.snapshot_revision < ${revision} and b.status in ('queued', 'running')
    returning b.id`);
  for (const { id } of superseded) {
    await appendLines(tx, { buildId: id, ownerId, projectId }, [
      { stream: 'system', text: cause },
      { stream: 'system', text: 'build failed' },
    ]);
    await publishBuildEvent(tx, ownerId, id);
  }
  const unchecked = await tx.execute<{ id: string }>(sql`
    update preview_builds b set verification = 'failed', updated_at = slipway_now(),
      verification_problem = 'a newer version was published before this one was checked'
    from runtime_jobs j
    where b.project_id = ${projectId} and b.snapshot_revision < ${revision} and b.verification = 'pending'
      and j.preview_build_id = b.id and j.status = 'stale'
    returning b.id`);
  for (const { id } of unchecked) await publishBuildEvent(tx, ownerId, id);
}
