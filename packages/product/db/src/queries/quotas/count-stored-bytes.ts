import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { storedBytes } from './stored-bytes.ts';

/** How many bytes an owner takes, and how many he may take, where that is not the configured number. */
export async function countStoredBytes(
  db: DbOrTx,
  ownerId: string,
): Promise<{ used: number; ownLimit: number | null }> {
  const [row] = await db.execute<{ used: number; ownLimit: number | null }>(sql`
    select ${storedBytes(ownerId)} as used,
      (select amount from owner_quotas where owner_id = ${ownerId} and name = 'storedBytes') as "ownLimit"`);
  return row!;
}
