import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Whose session a refresh token continues, before it is traded in; undefined for one that cannot be. */
export async function findSession(
  db: DbOrTx,
  tokenHash: string,
  graceUs: number,
): Promise<{ familyId: string; userId: string } | undefined> {
  const [row] = await db.execute<{ familyId: string; userId: string }>(sql`
    select f.id as "familyId", f.user_id as "userId" from refresh_tokens t join refresh_families f on f.id = t.family_id
    where t.token_hash = ${tokenHash} and f.revoked_at is null and f.expires_at > slipway_now()
      and (t.rotated_at is null or t.rotated_at + ${graceUs}::bigint >= slipway_now())`);
  return row;
}
