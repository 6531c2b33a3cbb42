import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { StoredObject } from './stored-object.ts';

/** `conflict`: the project has other bytes under that id. `blob-gone`: swept since the bytes were stored. */
export type PutObjectsResult = { outcome: 'stored' } | { outcome: 'conflict' | 'blob-gone'; oid: string };

/** Of one statement: the driver writes it as one message. */
const STATEMENT_BYTES = 16 * 1024 ** 2;
const STATEMENT_ROWS = 5_000;

/**
 * Gives a project objects, all or, where the outcome is not `stored`, nothing that its
 * transaction should commit. What it has already is touched, so that no collection
 * takes it now. The caller has made the ids from the bytes, and has stored a blob's
 * bytes before; always in the order of the ids, so that two never wait for each other.
 */
export async function putObjects(
  tx: DbOrTx,
  projectId: string,
  objects: readonly StoredObject[],
): Promise<PutObjectsResult> {
  const sorted = [...new Map(objects.map((object) => [object.oid, object])).values()].sort((a, b) =>
    a.oid < b.oid ? -1 : 1,
  );
  for (const page of pagesOf(sorted)) {
    const result = await putPage(tx, projectId, page);
    if (result.outcome !== 'stored') return result;
  }
  return { outcome: 'stored' };
}

function* pagesOf(objects: readonly StoredObject[]): Iterable<StoredObject[]> {
  let page: StoredObject[] = [];
  let bytes = 0;
  for (const object of objects) {
    const length = object.z?.length ?? 0;
    if (page.length === STATEMENT_ROWS || (page.length > 0 && bytes + length > STATEMENT_BYTES)) {
      yield page;
      page = [];
      bytes = 0;
    }
    page.push(object);
    bytes += length;
  }
  if (page.length > 0) yield page;
}

async function putPage(tx: DbOrTx, projectId: string, page: readonly StoredObject[]): Promise<PutObjectsResult> {
  const rows = page.map(({ oid, type, size, sha256, z, baseOid }) => ({
    oid,
    type,
    size,
    sha256,
    // Text, because a list of bytes has no form that the driver writes by itself.
    z: z && Buffer.from(z.buffer, z.byteOffset, z.byteLength).toString('base64'),
    base_oid: baseOid,
  }));
  // The key share lock holds the bytes against the sweep; a blob without them is left out and told.
  const stored = await tx.execute<{ oid: string; type: string; size: number; sha256: string | null }>(sql`
    with given as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::json)
        as g(oid text, type text, size bigint, sha256 text, z text, base_oid text)
    ),
    held as materialized (
      select b.sha256 from blobs b where b.sha256 in (select g.sha256 from given g) order by b.sha256 for key share
    )
    insert into objects as o (project_id, oid, type, size, sha256, z, base_oid)
    select ${projectId}, g.oid, g.type, g.size, g.sha256, decode(g.z, 'base64'), g.base_oid from given g
    where g.sha256 is null or g.sha256 in (select held.sha256 from held)
    order by g.oid
    on conflict (project_id, oid) do update set added_at = excluded.added_at,
      sha256 = coalesce(o.sha256, excluded.sha256), z = coalesce(o.z, excluded.z),
      base_oid = case when o.z is null then excluded.base_oid else o.base_oid end
    returning o.oid, o.type, o.size, o.sha256`);
  const kept = new Map(stored.map((row) => [row.oid, row]));
  for (const object of page) {
    const row = kept.get(object.oid);
    if (!row) return { outcome: 'blob-gone', oid: object.oid };
    if (
      row.type !== object.type ||
      row.size !== object.size ||
      (object.sha256 !== null && row.sha256 !== object.sha256)
    )
      return { outcome: 'conflict', oid: object.oid };
  }
  return { outcome: 'stored' };
}
