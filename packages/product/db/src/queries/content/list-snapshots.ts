import type { Snapshot } from '@slipway/contracts';
import { and, desc, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { snapshots } from '../../schema/index.ts';
import { snapshotColumns } from './snapshot-row.ts';

/** Newest first by revision, which only grows; empty for a project of another owner. */
export async function listSnapshots(db: DbOrTx, ownerId: string, projectId: string, limit = 100): Promise<Snapshot[]> {
  return await db
    .select(snapshotColumns)
    .from(snapshots)
    .where(and(eq(snapshots.projectId, projectId), eq(snapshots.ownerId, ownerId)))
    .orderBy(desc(snapshots.revision))
    .limit(limit);
}
