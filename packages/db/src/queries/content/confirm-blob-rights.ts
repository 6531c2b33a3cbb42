import { sql } from 'drizzle-orm';
import type { TreeEntry } from '@slipway/contracts';
import type { DbOrTx } from '../../database.ts';

export type BlobRights = { outcome: 'confirmed' } | { outcome: 'missing'; missing: string[] } | { outcome: 'wrong-size'; paths: string[] };

/**
 * Whether the owner may name every blob of these entries, under the size they
 * claim. Confirms the rights anew, which locks them against the sweep until the
 * transaction ends; always in the order of the hashes, so that two commits never wait for each other.
 */
export async function confirmBlobRights(tx: DbOrTx, ownerId: string, entries: readonly TreeEntry[]): Promise<BlobRights> {
  const files = entries.filter((entry) => entry.kind === 'file');
  const claimed = JSON.stringify([...new Set(files.map((file) => file.sha256))].sort());
  const held = await tx.execute<{ sha256: string; size: number }>(sql`
    with held as (
      select owner_id, sha256 from owner_blobs
      where owner_id = ${ownerId} and sha256 in (select jsonb_array_elements_text(${claimed}::jsonb))
      order by sha256 for update
    )
    update owner_blobs o set confirmed_at = slipway_now() from held, blobs b
    where o.owner_id = held.owner_id and o.sha256 = held.sha256 and b.sha256 = o.sha256
    returning o.sha256, b.size`);
  const sizes = new Map(held.map((row) => [row.sha256, row.size]));
  const missing = [...new Set(files.filter((file) => !sizes.has(file.sha256)).map((file) => file.sha256))];
  if (missing.length > 0) return { outcome: 'missing', missing };
  const paths = files.filter((file) => sizes.get(file.sha256) !== file.size).map((file) => file.path);
  return paths.length > 0 ? { outcome: 'wrong-size', paths } : { outcome: 'confirmed' };
}
