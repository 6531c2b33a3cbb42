import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { appendLines } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';
import { getBuild } from './get-build.ts';

/** Workers listen here to abort at once; the payload is the job's id. Their heartbeat tells them too. */
export const CANCEL_CHANNEL = 'slipway_cancel';

/** `requested`: a worker has it and will end it; the build is still running in the answer. */
export type CancelBuildResult =
  | { outcome: 'cancelled' | 'requested' | 'already-terminal'; build: Build }
  | { outcome: 'missing' };

/**
 * Cancels a queued build at once and asks for the cancel of a running one (P-19).
 * A terminal build stays as it is. Cancel and finish both start by locking the
 * job's row, so whichever comes second finds what the first one wrote.
 */
export async function cancelBuild(db: Db, ownerId: string, buildId: string): Promise<CancelBuildResult> {
  return await db.transaction(async (tx): Promise<CancelBuildResult> => {
    const [job] = await tx.execute<{ id: string }>(sql`
      select id from runtime_jobs where preview_build_id = ${buildId} and owner_id = ${ownerId} for update`);
    const before = await getBuild(tx, ownerId, buildId);
    if (!job || !before) return { outcome: 'missing' };
    if (before.status === 'queued') {
      await tx.execute(sql`
        update runtime_jobs set status = 'cancelled', finished_at = slipway_now(), updated_at = slipway_now()
          where id = ${job.id}`);
      await tx.execute(sql`
        update preview_builds set status = 'cancelled', error_summary = 'cancelled by the user',
          cancel_requested_at = at.us,
          finished_at = at.us, updated_at = at.us
        from (select slipway_now() as us) at where id = ${buildId} and status = 'queued'`);
      await appendLines(tx, { buildId, ownerId, projectId: before.projectId }, [
        { stream: 'system', text: 'cancelled by the user' },
        { stream: 'system', text: 'build failed' },
      ]);
      return { outcome: 'cancelled', build: await publishBuildEvent(tx, ownerId, buildId) };
    }
    if (before.status === 'running') {
      const asked = await tx.execute(sql`
        update preview_builds set cancel_requested_at = slipway_now(), updated_at = slipway_now()
        where id = ${buildId} and status = 'running' and cancel_requested_at is null returning id`);
      await tx.execute(sql`select pg_notify(${CANCEL_CHANNEL}, ${job.id})`);
      return { outcome: 'requested', build: asked.length > 0 ? await publishBuildEvent(tx, ownerId, buildId) : before };
    }
    return { outcome: 'already-terminal', build: before };
  });
}
