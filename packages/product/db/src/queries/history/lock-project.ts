import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What whoever holds the lock may rely on until the transaction ends. */
export interface LockedProject {
  id: string;
  ownerId: string;
  revision: number;
  latestSnapshotId: string | null;
}

/**
 * Takes the lock under which refs move, snapshots are made and objects are
 * collected. On the project's row, because `for update` on a ref that is not there
 * yet would lock nothing.
 */
export async function lockProject(tx: DbOrTx, ownerId: string, projectId: string): Promise<LockedProject | undefined> {
  const [row] = await tx.execute<LockedProject & Record<string, unknown>>(sql`
    select id, owner_id as "ownerId", revision, latest_snapshot_id as "latestSnapshotId" from projects
    where id = ${projectId} and owner_id = ${ownerId} for update`);
  return row;
}
