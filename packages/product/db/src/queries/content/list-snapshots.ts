import type { Snapshot } from '@slipway/contracts';
import { and, desc, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';
import { snapshots, trees } from '../../schema/index.ts';
import { snapshotColumns } from './snapshot-row.ts';

/** Newest first. */
export async function listSnapshots(db: DbOrTx, ownerId: string, projectId: string, limit = 100): Promise<Snapshot[]> {
  return await db
    .select(snapshotColumns)
    .from(snapshots)
    .innerJoin(trees, eq(trees.id, snapshots.treeId))
    .where(and(eq(snapshots.projectId, projectId), eq(snapshots.ownerId, ownerId)))
    .orderBy(desc(snapshots.revision))
    .limit(limit);
}
