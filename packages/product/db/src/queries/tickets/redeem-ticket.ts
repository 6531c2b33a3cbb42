import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Uses a ticket up, whatever it was for: whoever shows it in the wrong place has lost it. */
export async function redeemTicket(
  db: DbOrTx,
  tokenHash: string,
): Promise<{ purpose: string; owner: string; project: string } | undefined> {
  const [row] = await db.execute<{ purpose: string; owner: string; project: string; alive: boolean }>(sql`
    delete from tickets where token_hash = ${tokenHash}
    returning purpose, owner_id as owner, project_id as project, expires_at > slipway_now() as alive`);
  return row?.alive ? { purpose: row.purpose, owner: row.owner, project: row.project } : undefined;
}
