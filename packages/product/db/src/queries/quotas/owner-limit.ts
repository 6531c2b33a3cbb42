import type { QuotaName } from '@slipway/contracts';
import { type SQL, sql } from 'drizzle-orm';

/** The owner's limit as SQL: his own where he has one, else the configured one. `owner` is a column or a value. */
export function ownerLimit(owner: SQL, name: QuotaName, configured: number): SQL {
  return sql`coalesce((select q.amount from owner_quotas q where q.owner_id = ${owner} and q.name = ${name}),
    ${configured}::bigint)`;
}
