import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';

/** Opens a family with its first refresh token. */
export async function createSession(
  db: Db,
  session: {
    userId: string;
    tokenHash: string;
    lifetimeUs: number;
    userAgent?: string | undefined;
    address?: string | undefined;
  },
): Promise<{ familyId: string }> {
  const [row] = await db.execute<{ familyId: string }>(sql`
    with family as (
      insert into refresh_families (user_id, expires_at, user_agent, address)
      values (${session.userId}, slipway_now() + ${session.lifetimeUs}::bigint,
        ${session.userAgent ?? null}, ${session.address ?? null}) returning id
    )
    insert into refresh_tokens (token_hash, family_id) select ${session.tokenHash}, id from family
    returning family_id as "familyId"`);
  return { familyId: row!.familyId };
}
