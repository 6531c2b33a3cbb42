import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A file of a site, in its own bytes and in those that were packed of them. */
export interface SiteFile {
  path: string;
  mode: number;
  sha256: string;
  size: number;
  encodings: { encoding: 'br' | 'gzip'; sha256: string; size: number }[] | null;
}

/** Every file of a tree that the caller found through a site. */
export async function readSiteFiles(db: DbOrTx, treeId: string): Promise<SiteFile[]> {
  return await db.execute<SiteFile & Record<string, unknown>>(sql`
    select e.path, e.mode, e.sha256, e.size, (
      select jsonb_agg(jsonb_build_object('encoding', b.encoding, 'sha256', b.encoded_sha256, 'size', b.size))
      from blob_encodings b where b.sha256 = e.sha256) as encodings
    from tree_entries e where e.tree_id = ${treeId} and e.kind = 'file'`);
}
