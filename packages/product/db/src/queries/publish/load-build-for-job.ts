import type { BuildStatus } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

export interface BuildBinding {
  id: string;
  projectId: string;
  snapshotId: string;
  ownerId: string;
  status: BuildStatus;
  cancelRequested: boolean;
}

/** The build that a job names, if it is the job owner's (P-05, P-07). */
export async function loadBuildForJob(db: DbOrTx, ownerId: string, buildId: string): Promise<BuildBinding | undefined> {
  const [row] = await db.execute<BuildBinding & Record<string, unknown>>(sql`
    select id, project_id as "projectId", snapshot_id as "snapshotId", owner_id as "ownerId", status,
      cancel_requested_at is not null as "cancelRequested"
    from preview_builds where id = ${buildId} and owner_id = ${ownerId}`);
  return row;
}
