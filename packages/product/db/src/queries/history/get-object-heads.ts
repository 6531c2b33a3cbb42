import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { lineage } from './lineage.ts';
import type { StoredObject } from './stored-object.ts';

/** `getObjects` without their bytes: type, size, and where a blob's bytes are. */
export async function getObjectHeads(
  db: DbOrTx,
  projectId: string,
  oids: readonly string[],
): Promise<Omit<StoredObject, 'z'>[]> {
  if (oids.length === 0) return [];
  return await db.execute<Omit<StoredObject, 'z'> & Record<string, unknown>>(sql`
    with recursive ${lineage(projectId)}
    select distinct on (o.oid) o.oid, o.type, o.size, o.sha256, o.base_oid as "baseOid"
    from lineage l join objects o on o.project_id = l.project_id
    where o.oid in (select jsonb_array_elements_text(${JSON.stringify(oids)}::jsonb))
    order by o.oid, l.step`);
}
