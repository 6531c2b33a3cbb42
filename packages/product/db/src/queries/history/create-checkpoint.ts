import type { Checkpoint, CreateCheckpointBody } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { type CheckpointRow, checkpointColumns, toCheckpoint } from './checkpoint-row.ts';
import { commitCheckpoint } from './commit-checkpoint.ts';
import { lockProject } from './lock-project.ts';

/** `empty`: the project has no snapshot that could be named. */
export type CreateCheckpointResult = { outcome: 'created'; checkpoint: Checkpoint } | { outcome: 'missing' | 'empty' };

/** Two in one millisecond and step get suffixes; a task that makes more at once is told so by the database. */
const MOST_SUFFIXES = 1_000;

/**
 * Names a project's newest snapshot (CK-01, CK-02). The lock makes two at once come one
 * after another, so that their ids differ (CK-04). It gets a commit on `checkpoint-branch` as well.
 */
export async function createCheckpoint(
  db: Db,
  ownerId: string,
  projectId: string,
  { taskId, step, description, externalState }: CreateCheckpointBody,
): Promise<CreateCheckpointResult> {
  return await db.transaction(async (tx): Promise<CreateCheckpointResult> => {
    const project = await lockProject(tx, ownerId, projectId);
    if (!project) return { outcome: 'missing' };
    if (project.latestSnapshotId === null) return { outcome: 'empty' };
    const state = externalState === undefined ? null : JSON.stringify(externalState);
    const [row] = await tx.execute<CheckpointRow & Record<string, unknown>>(sql`
      with now_us as (select slipway_now() as at),
      stem as (select 'cp-' || at / 1000 || '-' || ${step}::int as id, at from now_us),
      free as (
        select case when n = 0 then stem.id else stem.id || '-' || n end as id, stem.at
        from stem, generate_series(0, ${MOST_SUFFIXES}::int) n
        where not exists (
          select from checkpoints c where c.project_id = ${projectId}
            and c.id = case when n = 0 then stem.id else stem.id || '-' || n end)
        order by n limit 1
      ),
      k as (
        insert into checkpoints (project_id, id, snapshot_id, task_id, step, at, description, external_state)
        select ${projectId}, id, ${project.latestSnapshotId}, ${taskId}, ${step}, at, ${description}, ${state} from free
        returning *
      )
      select ${checkpointColumns} from k join snapshots s on s.id = k.snapshot_id`);
    const checkpoint = toCheckpoint(row!);
    await commitCheckpoint(tx, project, checkpoint);
    return { outcome: 'created', checkpoint };
  });
}
