import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What an open invitation is for, by the hash of its link; undefined for a used, old or unknown one. */
export async function getInvitation(
  db: DbOrTx,
  tokenHash: string,
): Promise<{ email: string | null; expiresAt: number } | undefined> {
  const [row] = await db.execute<{ email: string | null; expiresAt: number }>(sql`
    select email, expires_at as "expiresAt" from invitations
    where token_hash = ${tokenHash} and used_at is null and expires_at > slipway_now()`);
  return row;
}
