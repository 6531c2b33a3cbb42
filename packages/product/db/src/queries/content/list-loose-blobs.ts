import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Blobs that nobody has a right to and no tree or object names, at most `limit` of them, behind `after`. */
export async function listLooseBlobs(db: DbOrTx, page: { after: string; limit: number }): Promise<string[]> {
  const rows = await db.execute<{ sha256: string }>(sql`
    select b.sha256 from blobs b
    where b.sha256 > ${page.after}
      and not exists (select from owner_blobs o where o.sha256 = b.sha256)
      and not exists (select from objects g where g.sha256 = b.sha256)
      and not exists (select from tree_entries e where e.sha256 = b.sha256)
      and not exists (select from blob_encodings p where p.encoded_sha256 = b.sha256)
    order by b.sha256 limit ${page.limit}`);
  return rows.map((row) => row.sha256);
}
