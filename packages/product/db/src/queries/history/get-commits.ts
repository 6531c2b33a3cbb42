import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { CommitRow } from './put-commits.ts';
import { lineage } from './lineage.ts';

/** What these commits say, without their ancestors. Those that the project lacks are left out. */
export async function getCommits(db: DbOrTx, projectId: string, oids: readonly string[]): Promise<CommitRow[]> {
  if (oids.length === 0) return [];
  return await db.execute<CommitRow & Record<string, unknown>>(sql`
    with recursive ${lineage(projectId)}
    select distinct on (c.oid) c.oid, c.tree, to_jsonb(c.parents) as parents
    from lineage l join commits c on c.project_id = l.project_id
    where c.oid in (select jsonb_array_elements_text(${JSON.stringify(oids)}::jsonb))
    order by c.oid, l.step`);
}
