import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Stores the hash of a link for a new password; an earlier one of the same person ends. Only the product's own users
 * have passwords.
 */
export async function createPasswordReset(
  db: DbOrTx,
  reset: { userId: string; tokenHash: string; lifetimeUs: number },
): Promise<{ outcome: 'created'; expiresAt: number } | { outcome: 'missing' }> {
  const [row] = await db.execute<{ expiresAt: number }>(sql`
    insert into password_resets (user_id, token_hash, expires_at)
    select id, ${reset.tokenHash}, slipway_now() + ${reset.lifetimeUs}::bigint from users
    where id = ${reset.userId} and provider = 'local'
    on conflict (user_id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at,
      created_at = slipway_now()
    returning expires_at as "expiresAt"`);
  return row ? { outcome: 'created', expiresAt: row.expiresAt } : { outcome: 'missing' };
}
