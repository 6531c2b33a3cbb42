import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { CommitRow } from './put-commits.ts';
import { lineage } from './lineage.ts';

/**
 * Every commit that one of `from` is or has as an ancestor, in one question. Those that the project lacks are left out.
 */
export async function listReachableCommits(
  db: DbOrTx,
  projectId: string,
  { from, limit = 250_000 }: { from: readonly string[]; limit?: number },
): Promise<CommitRow[]> {
  if (from.length === 0) return [];
  return await db.execute<CommitRow & Record<string, unknown>>(sql`
    with recursive ${lineage(projectId)},
    seen(oid) as (
      select jsonb_array_elements_text(${JSON.stringify(from)}::jsonb)
      union
      select unnest(c.parents) from seen s join commits c on c.oid = s.oid
        and c.project_id in (select project_id from lineage)
    )
    select distinct on (c.oid) c.oid, c.tree, to_jsonb(c.parents) as parents
    from seen s join commits c on c.oid = s.oid join lineage l on l.project_id = c.project_id
    order by c.oid, l.step limit ${limit}`);
}
