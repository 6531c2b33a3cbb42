import type { QuotaName } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Gives an owner a limit of his own; null: the configured one again. `missing`: nobody has this address. */
export async function setOwnerLimit(
  db: DbOrTx,
  email: string,
  name: QuotaName,
  amount: number | null,
): Promise<{ outcome: 'set' | 'missing' }> {
  const found = await db.execute(
    amount === null
      ? sql`with owner as (select id from users where email = ${email}),
          gone as (delete from owner_quotas q using owner where q.owner_id = owner.id and q.name = ${name})
        select from owner`
      : sql`insert into owner_quotas (owner_id, name, amount) select id, ${name}, ${amount} from users
          where email = ${email}
        on conflict (owner_id, name) do update set amount = excluded.amount, updated_at = slipway_now()
        returning owner_id`,
  );
  return { outcome: found.length > 0 ? 'set' : 'missing' };
}
