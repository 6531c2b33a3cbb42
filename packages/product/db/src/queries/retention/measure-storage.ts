import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What a table takes on the database's disk, its indexes and long values included. */
export interface TableSize extends Record<string, unknown> {
  table: string;
  bytes: number;
  /** As the last ANALYZE counted them; -1: nobody has yet. */
  rows: number;
}

/** Every table of the product, the largest first. */
export async function measureStorage(db: DbOrTx): Promise<TableSize[]> {
  return await db.execute<TableSize>(sql`
    select c.relname as "table", pg_total_relation_size(c.oid) as bytes, c.reltuples::bigint as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = 'public' order by bytes desc, c.relname`);
}
