import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** `grantBlob` for many; returns those that are not stored any more. */
export async function grantBlobs(db: DbOrTx, ownerId: string, hashes: readonly string[]): Promise<string[]> {
  if (hashes.length === 0) return [];
  const granted = await db.execute<{ sha256: string }>(sql`
    with stored as (
      select sha256 from blobs
      where sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))
      order by sha256 for key share
    )
    insert into owner_blobs (owner_id, sha256, confirmed_at)
    select ${ownerId}, sha256, slipway_now() from stored order by sha256
    on conflict (owner_id, sha256) do update set confirmed_at = excluded.confirmed_at
    returning sha256`);
  const kept = new Set(granted.map(({ sha256 }) => sha256));
  return hashes.filter((sha256) => !kept.has(sha256));
}
