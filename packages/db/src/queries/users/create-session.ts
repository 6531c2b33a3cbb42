import { sql } from 'drizzle-orm';
import type { Db } from '../../database.ts';

/** Opens a family with its first refresh token. */
export async function createSession(db: Db, session: { userId: string; tokenHash: string; lifetimeUs: number }): Promise<{ familyId: string }> {
  const [row] = await db.execute<{ familyId: string }>(sql`
    with family as (
      insert into refresh_families (user_id, expires_at)
      values (${session.userId}, slipway_now() + ${session.lifetimeUs}::bigint) returning id
    )
    insert into refresh_tokens (token_hash, family_id) select ${session.tokenHash}, id from family
    returning family_id as "familyId"`);
  return { familyId: row!.familyId };
}
