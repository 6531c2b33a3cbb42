import type { Snapshot } from '@slipway/contracts';
import { and, desc, eq, lt } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { snapshots } from '../../schema/index.ts';
import { snapshotColumns } from '../content/snapshot-row.ts';

/**
 * A page of a project's snapshots, newest first, before a revision; one more than `limit` tells that there are more.
 */
export async function listHistory(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<Snapshot[]> {
  return await db
    .select(snapshotColumns)
    .from(snapshots)
    .where(
      and(
        eq(snapshots.projectId, projectId),
        eq(snapshots.ownerId, ownerId),
        before === undefined ? undefined : lt(snapshots.revision, before),
      ),
    )
    .orderBy(desc(snapshots.revision))
    .limit(limit);
}
