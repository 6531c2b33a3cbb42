import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Signs out the browser that holds this refresh token, and every tab of it. */
export async function revokeSession(db: DbOrTx, tokenHash: string): Promise<void> {
  await db.execute(sql`
    update refresh_families set revoked_at = slipway_now()
    where revoked_at is null and id = (select family_id from refresh_tokens where token_hash = ${tokenHash})`);
}
