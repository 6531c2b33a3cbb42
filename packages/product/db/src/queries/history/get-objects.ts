import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { lineage } from './lineage.ts';
import type { StoredObject } from './stored-object.ts';

/**
 * Those of these objects that the project has, its own rows before its origin's. The caller has the project's right.
 */
export async function getObjects(db: DbOrTx, projectId: string, oids: readonly string[]): Promise<StoredObject[]> {
  if (oids.length === 0) return [];
  const rows = await db.execute<StoredObject & Record<string, unknown>>(sql`
    with recursive ${lineage(projectId)}
    select distinct on (o.oid) o.oid, o.type, o.size, o.sha256, o.z, o.base_oid as "baseOid"
    from lineage l join objects o on o.project_id = l.project_id
    where o.oid in (select jsonb_array_elements_text(${JSON.stringify(oids)}::jsonb))
    order by o.oid, l.step`);
  return rows;
}
