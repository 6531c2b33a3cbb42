import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Keeps the sealed refresh token of the service that vouches for a new session. */
export async function setUpstreamToken(db: DbOrTx, familyId: string, sealedToken: string): Promise<void> {
  await db.execute(sql`
    update refresh_families set upstream_token = ${sealedToken}, upstream_checked_at = slipway_now()
    where id = ${familyId}`);
}
