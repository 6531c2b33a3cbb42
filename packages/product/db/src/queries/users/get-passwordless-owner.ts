import type { User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { users } from '../../schema/index.ts';
import { userColumns } from './user-row.ts';

/** The local owner, while he is the only user and has no password (AU-10). */
export async function getPasswordlessOwner(db: DbOrTx): Promise<User | undefined> {
  const [owner] = await db
    .select(userColumns)
    .from(users)
    .where(
      sql`${users.localOwner}
        and (select count(*) from users) = 1
        and not exists (select from credentials where credentials.user_id = ${users.id})`,
    );
  return owner;
}
