import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Stops a run whose holder is gone: nothing of it is alive, and after this nothing is written of it (RN-09). */
export async function forgetRun(db: DbOrTx, ownerId: string, projectId: string): Promise<void> {
  await db.execute(sql`
    delete from project_runs r where project_id = ${projectId} and owner_id = ${ownerId} and not exists (
      select from project_holders h where h.project_id = r.project_id and h.lapses_at >= slipway_now())`);
}
