import type { BuildStatus, JobKind } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What is needed to end a job, or to begin it again, in its owner's name. */
export interface JobOfOwner extends Record<string, unknown> {
  kind: JobKind;
  ownerId: string;
  projectId: string;
  snapshotId: string;
  buildId: string | null;
  status: BuildStatus;
}

/** Anybody's job, for admins alone. */
export async function getJob(db: DbOrTx, jobId: string): Promise<JobOfOwner | undefined> {
  const [row] = await db.execute<JobOfOwner>(sql`
    select kind, owner_id as "ownerId", project_id as "projectId", snapshot_id as "snapshotId",
      preview_build_id as "buildId", status
    from runtime_jobs where id = ${jobId}`);
  return row;
}
