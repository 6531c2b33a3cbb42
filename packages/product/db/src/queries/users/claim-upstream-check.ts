import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Lets one request of a session ask the service that vouches for it, once a minute: its refresh token is good once, and
 * two tabs would spend it twice. Undefined where somebody just has, or there is nobody to ask.
 */
export async function claimUpstreamCheck(
  db: DbOrTx,
  familyId: string,
): Promise<{ sealedToken: string; subject: string } | undefined> {
  const [row] = await db.execute<{ sealedToken: string; subject: string }>(sql`
    update refresh_families f set upstream_checked_at = slipway_now() from users
    where f.id = ${familyId} and users.id = f.user_id and f.upstream_token is not null
      and coalesce(f.upstream_checked_at, 0) < slipway_now() - 60000000
    returning f.upstream_token as "sealedToken", coalesce(users.subject, '') as subject`);
  return row;
}
