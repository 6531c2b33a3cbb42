import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { lineage } from './lineage.ts';
import type { StoredObject } from './stored-object.ts';

/** No chain of deltas that is stored is longer. */
export const CHAIN_LIMIT = 50;

/** `getObjects`, and with each the chain of objects its delta stands on, in one question. */
export async function getObjectsWithBases(
  db: DbOrTx,
  projectId: string,
  oids: readonly string[],
): Promise<StoredObject[]> {
  if (oids.length === 0) return [];
  return await db.execute<StoredObject & Record<string, unknown>>(sql`
    with recursive ${lineage(projectId)},
    chain(oid, depth) as (
      select jsonb_array_elements_text(${JSON.stringify(oids)}::jsonb), 0
      union
      select o.base_oid, c.depth + 1 from chain c join objects o on o.oid = c.oid
        and o.project_id in (select project_id from lineage)
      where o.base_oid is not null and c.depth < ${CHAIN_LIMIT}
    )
    select distinct on (o.oid) o.oid, o.type, o.size, o.sha256, o.z, o.base_oid as "baseOid"
    from (select distinct oid from chain) c
      join objects o on o.oid = c.oid
      join lineage l on l.project_id = o.project_id
    order by o.oid, l.step`);
}
