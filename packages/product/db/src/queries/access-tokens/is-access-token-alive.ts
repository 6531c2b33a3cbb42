import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** For what goes on for longer than a request: a token may be revoked meanwhile. */
export async function isAccessTokenAlive(db: DbOrTx, tokenId: string): Promise<boolean> {
  const rows = await db.execute(sql`select from access_tokens where id = ${tokenId} and expires_at > slipway_now()`);
  return rows.length > 0;
}
