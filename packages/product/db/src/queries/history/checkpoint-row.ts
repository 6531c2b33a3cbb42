import type { Checkpoint } from '@slipway/contracts';
import { type SQL, sql } from 'drizzle-orm';

/** A checkpoint as the database has it: its state is text, because jsonb refuses what JSON allows. */
export type CheckpointRow = Omit<Checkpoint, 'externalState'> & { externalState: string | null };

/** For `select`, of `checkpoints k join snapshots s`. */
export const checkpointColumns: SQL = sql`
  k.id as "checkpointId", k.task_id as "taskId", k.step, k.at as "timestamp", k.description,
  k.external_state as "externalState", k.snapshot_id as "snapshotId", s.commit_oid as commit`;

/** The text was JSON when it was stored, so it parses. */
export function toCheckpoint(row: CheckpointRow): Checkpoint {
  const { externalState } = row;
  return {
    ...row,
    externalState: externalState === null ? null : (JSON.parse(externalState) as Checkpoint['externalState']),
  };
}
