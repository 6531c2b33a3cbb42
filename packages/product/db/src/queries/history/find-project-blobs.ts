import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Git's ids and the sizes of blobs that the project itself was given, by SHA-256. Others are left out (HI-04). */
export async function findProjectBlobs(
  db: DbOrTx,
  projectId: string,
  hashes: readonly string[],
): Promise<Map<string, { oid: string; size: number }>> {
  const rows = await db.execute<{ sha256: string; oid: string; size: number }>(sql`
    select sha256, oid, size from objects
    where project_id = ${projectId}
      and sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return new Map(rows.map(({ sha256, oid, size }) => [sha256, { oid, size }]));
}
