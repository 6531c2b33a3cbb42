import type { Checkpoint } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { type CheckpointRow, checkpointColumns, toCheckpoint } from './checkpoint-row.ts';

/** One checkpoint by (project, id, owner), or `latest`; undefined where there is none (CK-03). */
export async function getCheckpoint(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  checkpointId: string,
): Promise<Checkpoint | undefined> {
  const [row] = await db.execute<CheckpointRow & Record<string, unknown>>(sql`
    select ${checkpointColumns} from checkpoints k join snapshots s on s.id = k.snapshot_id
    join projects p on p.id = k.project_id
    where k.project_id = ${projectId} and p.owner_id = ${ownerId}
      and (${checkpointId} = 'latest' or k.id = ${checkpointId})
    order by k.seq desc limit 1`);
  return row && toCheckpoint(row);
}
