import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/** Bytes of a file that `getSiteFile` found. */
export async function readBlobOfSite(db: DbOrTx, label: string, sha256: string): Promise<Uint8Array | undefined> {
  const [row] = await db.execute<{ bytes: Uint8Array }>(sql`
    select b.bytes from preview_tokens t
    join artifacts a on a.id = t.artifact_id
    join tree_entries e on e.tree_id = a.tree_id and e.sha256 = ${sha256}
    join blobs b on b.sha256 = e.sha256
    where t.site_label = ${label} limit 1`);
  return row?.bytes;
}
