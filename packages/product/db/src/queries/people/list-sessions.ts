import { type Session, SESSIONS_LIMIT } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A person's living sign-ins, the one used last first. */
export async function listSessions(db: DbOrTx, userId: string, currentId: string | null): Promise<Session[]> {
  const rows = await db.execute<Session & Record<string, unknown>>(sql`
    select id, id is not distinct from ${currentId}::uuid as current, user_agent as "userAgent", address,
      created_at as "createdAt", coalesce(last_used_at, created_at) as "lastUsedAt", expires_at as "expiresAt"
    from refresh_families
    where user_id = ${userId} and revoked_at is null and expires_at > slipway_now()
    order by coalesce(last_used_at, created_at) desc, id limit ${SESSIONS_LIMIT}`);
  return [...rows];
}
