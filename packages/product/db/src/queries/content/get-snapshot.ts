import type { Snapshot } from '@slipway/contracts';
import { and, desc, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { snapshots } from '../../schema/index.ts';
import { snapshotColumns } from './snapshot-row.ts';

/** By (project, snapshot, owner); `'latest'` is the one with the highest revision. */
export async function getSnapshot(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  snapshotId: string | 'latest',
): Promise<Snapshot | undefined> {
  const [snapshot] = await db
    .select(snapshotColumns)
    .from(snapshots)
    .where(
      and(
        eq(snapshots.projectId, projectId),
        eq(snapshots.ownerId, ownerId),
        snapshotId === 'latest' ? undefined : eq(snapshots.id, snapshotId),
      ),
    )
    .orderBy(desc(snapshots.revision))
    .limit(1);
  return snapshot;
}
