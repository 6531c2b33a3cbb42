import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** An object that no blob has, and the upload in parts that was to make it. */
export interface Leftover {
  objectKey: string;
  uploadId: string | null;
}

/** Says which keys are about to be written, before a byte is: who dies then leaves a name behind. */
export async function reserveObjects(db: DbOrTx, keys: readonly string[]): Promise<void> {
  await db.execute(sql`
    insert into blob_leftovers (object_key) select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb)`);
}

/** Under which name the object store has the parts of an upload. */
export async function noteUpload(db: DbOrTx, { objectKey, uploadId }: Leftover): Promise<void> {
  await db.execute(sql`update blob_leftovers set upload_id = ${uploadId} where object_key = ${objectKey}`);
}

/** Only when the object store has deleted them: a key that is forgotten sooner is garbage for ever. */
export async function forgetObjects(db: DbOrTx, keys: readonly string[]): Promise<void> {
  await db.execute(sql`
    delete from blob_leftovers
    where object_key in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`);
}

/**
 * Objects to delete: those that no blob has any more, and those that were never finished within `keepUs`. From now
 * on no blob takes them.
 */
export async function takeLeftovers(
  db: DbOrTx,
  { keepUs, limit }: { keepUs: number; limit: number },
): Promise<Leftover[]> {
  return await db.execute<{ objectKey: string; uploadId: string | null }>(sql`
    update blob_leftovers set doomed = true
    where object_key in (
      select object_key from blob_leftovers
      where doomed or created_at < slipway_now() - ${keepUs}::bigint
      order by created_at limit ${limit} for update skip locked)
    returning object_key as "objectKey", upload_id as "uploadId"`);
}
