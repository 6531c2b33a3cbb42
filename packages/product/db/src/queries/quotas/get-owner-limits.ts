import type { QuotaName } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The limits of this owner that differ from the configured ones. */
export async function getOwnerLimits(db: DbOrTx, ownerId: string): Promise<Partial<Record<QuotaName, number>>> {
  const rows = await db.execute<{ name: QuotaName; amount: number }>(sql`
    select name, amount from owner_quotas where owner_id = ${ownerId}`);
  return Object.fromEntries(rows.map(({ name, amount }) => [name, amount]));
}
