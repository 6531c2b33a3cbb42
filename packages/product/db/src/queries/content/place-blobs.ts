import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Bytes that are in the object store, whole and checked. */
export interface PlacedBlob {
  sha256: string;
  oid: string;
  size: number;
  objectKey: string;
}

/**
 * Makes blobs of reserved objects. Returns the keys that are a blob's now; the others' bytes
 * were there already, or the reservation is gone, and whoever wrote them deletes them.
 */
export async function placeBlobs(db: DbOrTx, blobs: readonly PlacedBlob[]): Promise<Set<string>> {
  const rows = await db.execute<{ objectKey: string }>(sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(blobs)}::jsonb)
        as g(sha256 text, oid text, size bigint, "objectKey" text)
    ), held as (
      select l.object_key from blob_leftovers l
      where not l.doomed and l.object_key in (select g."objectKey" from given g) for update
    ), made as (
      insert into blobs (sha256, size, object_key, oid)
      select g.sha256, g.size, g."objectKey", g.oid from given g join held h on h.object_key = g."objectKey"
      order by g.sha256
      on conflict (sha256) do nothing
      returning object_key
    )
    delete from blob_leftovers l using made where l.object_key = made.object_key
    returning l.object_key as "objectKey"`);
  return new Set(rows.map(({ objectKey }) => objectKey));
}

/** Takes a blob's bytes out of its row: the reserved object has them. False where it was moved or deleted meanwhile. */
export async function moveBlobOut(
  db: DbOrTx,
  { sha256, objectKey }: { sha256: string; objectKey: string },
): Promise<boolean> {
  const rows = await db.execute(sql`
    with held as (
      select object_key from blob_leftovers where object_key = ${objectKey} and not doomed for update
    ), moved as (
      update blobs set bytes = null, object_key = held.object_key from held
      where sha256 = ${sha256} and bytes is not null
      returning blobs.object_key
    )
    delete from blob_leftovers l using moved where l.object_key = moved.object_key returning l.object_key`);
  return rows.length > 0;
}

/** Puts a blob's bytes into its row, and dooms its object. False where it was moved or deleted meanwhile. */
export async function moveBlobIn(
  db: DbOrTx,
  { sha256, objectKey, bytes }: { sha256: string; objectKey: string; bytes: Uint8Array },
): Promise<boolean> {
  const rows = await db.execute(sql`
    with moved as (
      update blobs set bytes = ${bytes}::bytea, object_key = null
      where sha256 = ${sha256} and object_key = ${objectKey}
      returning sha256
    )
    insert into blob_leftovers (object_key, doomed) select ${objectKey}, true from moved returning object_key`);
  return rows.length > 0;
}

/** Where bytes are: in rows, or in the object store. */
export type BlobPlace = 'rows' | 'objects';

/** Blobs whose bytes are in that place, in the order of the hashes. */
export async function listPlacedBlobs(
  db: DbOrTx,
  { place, after, limit }: { place: BlobPlace; after: string; limit: number },
): Promise<{ sha256: string; size: number; objectKey: string | null }[]> {
  return await db.execute<{ sha256: string; size: number; objectKey: string | null }>(sql`
    select sha256, size, object_key as "objectKey" from blobs
    where sha256 > ${after} and ${sql.raw(place === 'rows' ? 'object_key is null' : 'object_key is not null')}
    order by sha256 limit ${limit}`);
}

/** Counts the whole table, so it is slow where there are many blobs. */
export async function countPlacedBlobs(db: DbOrTx): Promise<Record<BlobPlace, { blobs: number; bytes: number }>> {
  const [row] = await db.execute<{ rows: number; rowBytes: number; objects: number; objectBytes: number }>(sql`
    select count(*) filter (where object_key is null) as rows,
      coalesce(sum(size) filter (where object_key is null), 0)::bigint as "rowBytes",
      count(object_key) as objects,
      coalesce(sum(size) filter (where object_key is not null), 0)::bigint as "objectBytes"
    from blobs`);
  const { rows = 0, rowBytes = 0, objects = 0, objectBytes = 0 } = row ?? {};
  return { rows: { blobs: rows, bytes: rowBytes }, objects: { blobs: objects, bytes: objectBytes } };
}
