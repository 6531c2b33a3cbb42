import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Without author and message, which are in the object alone. */
export interface CommitRow {
  oid: string;
  tree: string;
  parents: readonly string[];
}

/** Writes down what commits say; their objects are put in the same transaction. */
export async function putCommits(tx: DbOrTx, projectId: string, commits: readonly CommitRow[]): Promise<void> {
  if (commits.length === 0) return;
  await tx.execute(sql`
    insert into commits (project_id, oid, tree, parents)
    select ${projectId}, c.oid, c.tree, array(select jsonb_array_elements_text(c.parents))
    from jsonb_to_recordset(${JSON.stringify(commits)}::jsonb) as c(oid text, tree text, parents jsonb)
    on conflict (project_id, oid) do nothing`);
}
