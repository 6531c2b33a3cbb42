import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** One sweep; the next comes a minute later. An answer may be as large as its limit. */
const BATCH = 500;

/** Forgets commands that nobody can wait for any more: ten minutes are five times the longest deadline. */
export async function deleteOldCommands(db: DbOrTx): Promise<number> {
  const deleted = await db.execute(sql`
    delete from project_commands where id in (
      select id from project_commands where created_at < slipway_now() - 600000000::bigint
      order by created_at limit ${BATCH} for update skip locked
    ) returning id`);
  return deleted.length;
}
