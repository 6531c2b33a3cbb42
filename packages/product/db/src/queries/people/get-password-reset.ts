import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Whose password a link sets; `chooseEmail` for the owner that the server made, who has no address of his own yet. */
export async function getPasswordReset(
  db: DbOrTx,
  tokenHash: string,
): Promise<{ email: string; chooseEmail: boolean } | undefined> {
  const [row] = await db.execute<{ email: string; chooseEmail: boolean }>(sql`
    select users.email, users.local_owner and users.email = 'owner@localhost' as "chooseEmail"
    from password_resets join users on users.id = password_resets.user_id
    where token_hash = ${tokenHash} and expires_at > slipway_now()`);
  return row;
}
