import type { BuildStatus } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The ids a job is checked against before it runs (P-04): they must be those of the job itself. */
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
