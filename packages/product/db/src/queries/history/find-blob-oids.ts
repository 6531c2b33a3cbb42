import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Git's ids and the sizes of blobs that the owner may name, by SHA-256. Others are left out. */
export async function findBlobOids(
  db: DbOrTx,
  ownerId: string,
  hashes: readonly string[],
): Promise<Map<string, { oid: string; size: number }>> {
  const rows = await db.execute<{ sha256: string; oid: string; size: number }>(sql`
    select b.sha256, b.oid, b.size from owner_blobs o join blobs b on b.sha256 = o.sha256
    where o.owner_id = ${ownerId}
      and o.sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return new Map(rows.map(({ sha256, oid, size }) => [sha256, { oid, size }]));
}
