import type { SnapshotTrees } from '@slipway/history';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { lineage } from './lineage.ts';

/** Its trees and counts, so that a save can go on from it without reading any file. */
export interface SnapshotHead extends SnapshotTrees {
  id: string;
  revision: number;
  commit: string;
  files: number;
  bytes: number;
}

/**
 * By (project, snapshot, owner): `latest`, a snapshot's id, or `{ commit }`. Undefined where there is none such (P-07).
 */
export async function getSnapshotHead(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  which: string | { commit: string },
): Promise<SnapshotHead | undefined> {
  const wanted =
    typeof which === 'object'
      ? sql`s.commit_oid = ${which.commit}`
      : which === 'latest'
        ? sql`s.id = p.latest_snapshot_id`
        : sql`s.id = ${which}`;
  const [row] = await db.execute<Omit<SnapshotHead, 'aside'> & { aside: string | null }>(sql`
    with recursive ${lineage(projectId)}
    select s.id, s.revision, s.commit_oid as commit, s.aside_oid as aside, s.files, s.bytes, c.tree
    from projects p join snapshots s on s.project_id = p.id
    join lateral (
      select c.tree from lineage l join commits c on c.project_id = l.project_id and c.oid = s.commit_oid limit 1
    ) c on true
    where p.id = ${projectId} and p.owner_id = ${ownerId} and ${wanted}
    order by s.revision desc limit 1`);
  return row && { ...row, aside: row.aside ?? undefined };
}
