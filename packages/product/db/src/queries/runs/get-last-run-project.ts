import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Whose run a question without a project means: the one that is going, else the one that was written
 * down last (RN-01). Undefined for a user who never ran anything, or has stopped it.
 */
export async function getLastRunProject(db: DbOrTx, ownerId: string): Promise<string | undefined> {
  const [row] = await db.execute<{ projectId: string }>(sql`
    select project_id as "projectId" from (
      select project_id, 0 as rank, updated_at from run_leases
        where owner_id = ${ownerId} and lapses_at >= slipway_now()
      union all
      select project_id, 1, updated_at from project_runs where owner_id = ${ownerId}
    ) runs order by rank, updated_at desc limit 1`);
  return row?.projectId;
}
