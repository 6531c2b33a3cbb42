import type { RunRecord } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The mirror of the project's last run; undefined where there is none, or no such project. */
export async function getRun(db: DbOrTx, ownerId: string, projectId: string): Promise<RunRecord | undefined> {
  const [row] = await db.execute<RunRecord & Record<string, unknown>>(sql`
    select project_id as "appId", type, pid, started_at as "startedAt", finished_at as "finishedAt",
      exit_code as "exitCode", log_path as "logPath", container
    from project_runs where project_id = ${projectId} and owner_id = ${ownerId}`);
  return row;
}
