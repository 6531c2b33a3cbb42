import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Deletes the bytes of these, but for those that somebody has a right to or a tree
 * or an object names. Returns which are gone, with the keys of those that are in the object store:
 * the caller deletes these, or a later `takeLeftovers` does. A right given at this very moment makes the RESTRICT
 * foreign key refuse the whole statement: the caller may try again.
 */
export async function deleteBlobs(
  db: DbOrTx,
  hashes: readonly string[],
): Promise<{ sha256: string; objectKey: string | null }[]> {
  return await db.execute<{ sha256: string; objectKey: string | null }>(sql`
    with gone as (
    delete from blobs b
    where b.sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))
      and not exists (select from owner_blobs o where o.sha256 = b.sha256)
      and not exists (select from objects g where g.sha256 = b.sha256)
      and not exists (select from tree_entries e where e.sha256 = b.sha256)
      and not exists (select from blob_encodings p where p.encoded_sha256 = b.sha256)
    returning b.sha256, b.object_key
    ), noted as (
      insert into blob_leftovers (object_key, doomed) select object_key, true from gone where object_key is not null
    )
    select sha256, object_key as "objectKey" from gone`);
}
