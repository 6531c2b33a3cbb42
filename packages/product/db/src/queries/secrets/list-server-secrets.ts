import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** All server secrets whose names begin so, sealed, the last name first. */
export async function listServerSecrets(db: DbOrTx, prefix: string): Promise<{ name: string; value: string }[]> {
  return await db.execute<{ name: string; value: string }>(sql`
    select name, value from server_secrets where starts_with(name, ${prefix}) order by name desc limit 200`);
}
