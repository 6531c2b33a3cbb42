import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { publishBuildEvent } from './build-row.ts';

/** `not-succeeded`: there is nothing that could be served. */
export type ActivateBuildResult = { outcome: 'active'; build: Build } | { outcome: 'missing' | 'not-succeeded' };

/** Rollback: makes any earlier succeeded build the active preview, as one row update (P-22). */
export async function activateBuild(db: Db, ownerId: string, buildId: string): Promise<ActivateBuildResult> {
  return await db.transaction(async (tx): Promise<ActivateBuildResult> => {
    const [moved] = await tx.execute(sql`
      update projects p set active_build_id = b.id, updated_at = slipway_now() from preview_builds b
      where b.id = ${buildId} and b.owner_id = ${ownerId} and b.project_id = p.id and p.owner_id = ${ownerId}
        and b.status = 'succeeded'
      returning p.id`);
    if (moved) return { outcome: 'active', build: await publishBuildEvent(tx, ownerId, buildId) };
    const [found] = await tx.execute(sql`select from preview_builds where id = ${buildId} and owner_id = ${ownerId}`);
    return { outcome: found ? 'not-succeeded' : 'missing' };
  });
}
