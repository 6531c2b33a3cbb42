import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Notes which server a live preview's tab is connected to. */
export async function setLiveAt(db: DbOrTx, shareId: string, address: string): Promise<void> {
  await db.execute(sql`update shares set live_at = ${address} where id = ${shareId}`);
}

/** The tab is no longer connected to this server; to another one it may be by now. */
export async function clearLiveAt(db: DbOrTx, shareId: string, address: string): Promise<void> {
  await db.execute(sql`update shares set live_at = null where id = ${shareId} and live_at = ${address}`);
}
