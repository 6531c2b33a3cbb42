import { type BuildStepName, buildStepNames } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import type { ClaimedJob } from './claim-job.ts';
import { fencedWrite } from './fenced-write.ts';

/** `outputs` is all that a later attempt can go on with. */
export interface FinishedStep {
  step: BuildStepName;
  durationMs: number;
  /** JSON for whoever goes on after it; null where nothing of it outlives its machine. */
  outputs: string | null;
}

/** Writes down that a step is done (P-31), under the lease; a later attempt's takes the place of an earlier one's. */
export async function recordStep(
  db: Db,
  job: ClaimedJob,
  { step, durationMs, outputs }: FinishedStep,
): Promise<{ outcome: 'recorded' | 'lost-lease' }> {
  const body = async (tx: DbOrTx): Promise<{ outcome: 'recorded' }> => {
    await tx.execute(sql`
      insert into build_steps (job_id, step, attempt, duration_ms, outputs)
      values (${job.lease.jobId}, ${step}, ${job.attempts}, ${Math.round(durationMs)}, ${outputs})
      on conflict (job_id, step) do update set attempt = excluded.attempt, duration_ms = excluded.duration_ms,
        outputs = excluded.outputs, finished_at = slipway_now()`);
    return { outcome: 'recorded' };
  };
  return await fencedWrite(db, job.lease, { body });
}

/** The steps that are done, in their order, with the attempt that did each. */
export async function listSteps(db: DbOrTx, jobId: string): Promise<(FinishedStep & { attempt: number })[]> {
  const rows = await db.execute<FinishedStep & { attempt: number } & Record<string, unknown>>(sql`
    select step, attempt, duration_ms as "durationMs", outputs from build_steps where job_id = ${jobId}`);
  return [...rows].sort((a, b) => buildStepNames.indexOf(a.step) - buildStepNames.indexOf(b.step));
}
