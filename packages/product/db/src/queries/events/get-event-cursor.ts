import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Number of the owner's last committed event, 0 before the first. */
export async function getEventCursor(db: DbOrTx, ownerId: string): Promise<number> {
  const [row] = await db.execute<{ seq: number }>(sql`select seq from event_cursors where owner_id = ${ownerId}`);
  return row?.seq ?? 0;
}
