import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../connection/database.ts';

/** More than the checkout has: a newer version was here. */
export async function countAppliedMigrations(db: DbOrTx): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from drizzle.__drizzle_migrations`,
  );
  return row!.count;
}
