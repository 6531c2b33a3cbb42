import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Makes the first user of a new database; many servers may call it at once. */
export async function ensureLocalOwner(db: DbOrTx): Promise<void> {
  await db.execute(sql`
    insert into users (email, name, role, local_owner)
    select 'owner@localhost', 'Owner', 'admin', true
    where not exists (select from users)
    on conflict do nothing`);
}
