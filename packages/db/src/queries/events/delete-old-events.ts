import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/** A browser that was away longer than a day reads all state anew. */
export async function deleteOldEvents(db: DbOrTx): Promise<void> {
  await db.execute(sql`delete from owner_events where created_at < slipway_now() - 86400000000`);
}
