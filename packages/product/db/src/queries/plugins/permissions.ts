import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** By the role alone, sorted; an unknown user has none. */
export async function listPermissions(db: DbOrTx, userId: string): Promise<string[]> {
  const rows = await db.execute<{ permission: string }>(sql`
    select p.permission from users u join role_permissions p on p.role = u.role
    where u.id = ${userId} order by p.permission`);
  return rows.map(({ permission }) => permission);
}
