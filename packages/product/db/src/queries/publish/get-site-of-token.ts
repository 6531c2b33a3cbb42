import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Undefined where the link was revoked or has expired. */
export async function getSiteOfToken(db: DbOrTx, token: string): Promise<string | undefined> {
  const [row] = await db.execute<{ label: string }>(sql`
    select site_label as label from preview_tokens
    where token = ${token} and revoked_at is null and (expires_at is null or expires_at > slipway_now())`);
  return row?.label;
}
