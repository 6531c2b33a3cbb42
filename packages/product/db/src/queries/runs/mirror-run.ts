import type { HolderFence, RunRecord } from '@slipway/contracts';
import { isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { heldProject } from './holder-lease.ts';

/** Keeps what the holder says of its run (RN-13); null: there is none. A holder that lost its claim writes nothing. */
export async function mirrorRun(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  fence: HolderFence,
  run: Omit<RunRecord, 'appId'> | null,
): Promise<{ outcome: 'kept' | 'lost' }> {
  const holder = sql`
    select project_id, owner_id from project_holders
    where ${isHeld(heldProject(ownerId, projectId, fence))} for share`;
  const rows =
    run === null
      ? await db.execute(sql`
          with held as (${holder}), gone as (
            delete from project_runs r using held where r.project_id = held.project_id
          )
          select project_id from held`)
      : await db.execute(sql`
          with held as (${holder})
          insert into project_runs as r (project_id, owner_id, type, pid, started_at, finished_at, exit_code,
            log_path, container)
          select project_id, owner_id, ${run.type}, ${run.pid}::int, ${run.startedAt}::bigint,
            ${run.finishedAt}::bigint, ${run.exitCode}::int, ${run.logPath}, ${run.container}::uuid from held
          on conflict (project_id) do update set type = excluded.type, pid = excluded.pid,
            started_at = excluded.started_at, finished_at = excluded.finished_at, exit_code = excluded.exit_code,
            log_path = excluded.log_path, container = excluded.container, updated_at = slipway_now()
          returning r.project_id`);
  return { outcome: rows.length > 0 ? 'kept' : 'lost' };
}
