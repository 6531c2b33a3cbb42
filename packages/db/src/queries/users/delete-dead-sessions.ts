import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/** Forgets families a day after they ended. Their tokens go by cascade. */
export async function deleteDeadSessions(db: DbOrTx): Promise<void> {
  await db.execute(sql`
    delete from refresh_families
    where least(expires_at, coalesce(revoked_at, expires_at)) < slipway_now() - 86400000000`);
}
