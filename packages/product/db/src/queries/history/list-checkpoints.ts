import type { Checkpoint } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { type CheckpointRow, checkpointColumns, toCheckpoint } from './checkpoint-row.ts';

/** A project's checkpoints, newest first, or those of one task. */
export async function listCheckpoints(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  { taskId, limit = 200 }: { taskId?: string | undefined; limit?: number } = {},
): Promise<Checkpoint[]> {
  const rows = await db.execute<CheckpointRow & Record<string, unknown>>(sql`
    select ${checkpointColumns} from checkpoints k join snapshots s on s.id = k.snapshot_id
    join projects p on p.id = k.project_id
    where k.project_id = ${projectId} and p.owner_id = ${ownerId}
      and (${taskId ?? null}::text is null or k.task_id = ${taskId ?? null})
    order by k.seq desc limit ${limit}`);
  return rows.map(toCheckpoint);
}
