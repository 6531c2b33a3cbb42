import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What came of the question: the next token, the end of the session, or nothing, and the next request asks again. */
export async function settleUpstreamCheck(
  db: DbOrTx,
  familyId: string,
  result: { sealedToken: string } | 'ended' | 'unanswered',
): Promise<void> {
  const change =
    result === 'ended'
      ? sql`revoked_at = slipway_now(), upstream_token = null`
      : result === 'unanswered'
        ? sql`upstream_checked_at = null`
        : sql`upstream_token = ${result.sealedToken}`;
  await db.execute(sql`update refresh_families set ${change} where id = ${familyId}`);
}
