import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Ends one sign-in of a person, all, or all but one; says how many there were. */
export async function endSessions(
  db: DbOrTx,
  userId: string,
  which: { only: string } | { except: string | null },
): Promise<number> {
  const condition = 'only' in which ? sql`id = ${which.only}` : sql`id is distinct from ${which.except}::uuid`;
  const rows = await db.execute(sql`
    update refresh_families set revoked_at = slipway_now()
    where user_id = ${userId} and revoked_at is null and expires_at > slipway_now() and ${condition} returning 1`);
  return rows.length;
}
