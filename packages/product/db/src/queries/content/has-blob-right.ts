import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Whether this owner may name, and so read, a blob. */
export async function hasBlobRight(db: DbOrTx, ownerId: string, sha256: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select from owner_blobs where owner_id = ${ownerId} and sha256 = ${sha256}`);
  return rows.length > 0;
}
