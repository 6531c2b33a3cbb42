import type { Share } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The living shares of a project, newest first; or the one that is asked for. */
export async function listShares(db: DbOrTx, ownerId: string, projectId: string, shareId?: string): Promise<Share[]> {
  const rows = await db.execute<Share & Record<string, unknown>>(sql`
    select id, project_id as "projectId", kind, ending, created_at as "createdAt", expires_at as "expiresAt",
      views, copies
    from shares
    where owner_id = ${ownerId} and project_id = ${projectId} and expires_at > slipway_now()
      and (${shareId ?? null}::uuid is null or id = ${shareId ?? null}::uuid)
    order by created_at desc, id`);
  return [...rows];
}
