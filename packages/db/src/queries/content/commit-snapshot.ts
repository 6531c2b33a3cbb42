import type { Snapshot, TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../database.ts';
import { publishEvent } from '../events/publish-event.ts';
import { confirmBlobRights } from './confirm-blob-rights.ts';
import { getSnapshot } from './get-snapshot.ts';
import { insertTree } from './insert-tree.ts';

export type CommitSnapshotResult =
  | { outcome: 'committed'; snapshot: Snapshot }
  | { outcome: 'project-missing' }
  | { outcome: 'stale'; revision: number }
  | { outcome: 'missing-blobs'; missing: string[] }
  | { outcome: 'wrong-size'; paths: string[] };

/**
 * Makes the next revision of a project, all or nothing.
 *
 * The project's row is locked first, so two tabs that commit at once queue here
 * and the second is told it is stale. Another owner's project is missing, by the
 * WHERE clause itself.
 */
export async function commitSnapshot(
  db: Db,
  ownerId: string,
  projectId: string,
  commit: { baseRevision: number; entries: readonly TreeEntry[] },
): Promise<CommitSnapshotResult> {
  return await db.transaction(async (tx): Promise<CommitSnapshotResult> => {
    const [project] = await tx.execute<{ revision: number; latestSnapshotId: string | null }>(sql`
      select revision, latest_snapshot_id as "latestSnapshotId" from projects
      where id = ${projectId} and owner_id = ${ownerId} for update`);
    if (!project) return { outcome: 'project-missing' };
    if (project.revision !== commit.baseRevision) return { outcome: 'stale', revision: project.revision };
    const rights = await confirmBlobRights(tx, ownerId, commit.entries);
    if (rights.outcome === 'missing') return { outcome: 'missing-blobs', missing: rights.missing };
    if (rights.outcome === 'wrong-size') return rights;
    const treeId = await insertTree(tx, commit.entries);
    const revision = project.revision + 1;
    const [row] = await tx.execute<{ id: string }>(sql`
      insert into snapshots (project_id, owner_id, parent_id, tree_id, revision)
      values (${projectId}, ${ownerId}, ${project.latestSnapshotId}, ${treeId}, ${revision}) returning id`);
    const snapshotId = row!.id;
    await tx.execute(sql`
      update projects set revision = ${revision}, latest_snapshot_id = ${snapshotId}, updated_at = slipway_now() where id = ${projectId}`);
    const snapshot = await getSnapshot(tx, ownerId, projectId, snapshotId);
    await publishEvent(tx, ownerId, { type: 'project', payload: { projectId, revision } });
    return { outcome: 'committed', snapshot: snapshot! };
  });
}
