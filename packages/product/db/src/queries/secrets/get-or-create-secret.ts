import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A key shared by all servers of this database, sealed: the first one to ask makes it. */
export async function getOrCreateSecret(db: DbOrTx, name: string, candidate: string): Promise<string> {
  const [row] = await db.execute<{ value: string }>(sql`
    insert into server_secrets (name, value) values (${name}, ${candidate})
    on conflict (name) do update set name = excluded.name
    returning value`);
  return row!.value;
}
