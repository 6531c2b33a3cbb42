import { isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { EVENT_CHANNEL } from '../events/publish-event.ts';
import { TOPIC_CHANNEL } from '../topics/topic-source.ts';
import { logRows, type NewLogLine } from './append-lines.ts';
import type { ClaimedJob } from './claim-job.ts';
import { heldJob } from './job-lease.ts';

/** `already-there`: an earlier try had succeeded, though nobody was told. */
export type AppendBuildLogResult = { outcome: 'appended' | 'already-there' | 'lost-lease' };

/**
 * A batch of a running build's output. A worker that lost its lease appends
 * nothing (P-14). One statement, because a worker does this all the time: however
 * it is stopped, it holds no lock between two of them (SV-02). The locks are those
 * of `fencedWrite` and `appendLines`, in their order: job, build, event cursor.
 *
 * `after` is the number of the last line before these, as this worker knows it: under
 * its lease nobody else appends, so where the log has gone on, it was by this batch. A
 * connection that is lost in the middle leaves no other way to know.
 */
export async function appendBuildLog(
  db: DbOrTx,
  { lease, ownerId, projectId }: ClaimedJob,
  buildId: string,
  lines: readonly NewLogLine[],
  after?: number,
): Promise<AppendBuildLogResult> {
  if (lines.length === 0) return { outcome: 'appended' };
  const [row] = await db.execute<{ held: boolean; appended: boolean }>(sql`
    with fence as (
      select id from runtime_jobs where ${isHeld(heldJob(lease))} for update
    ),
    counter as (
      update preview_builds set log_seq = log_seq + ${lines.length}::int from fence
      where preview_builds.id = ${buildId} and log_seq = coalesce(${after ?? null}::int, log_seq)
      returning log_seq as last
    ),
    inserted as (
      insert into build_logs (build_id, seq, stream, text)
      select ${buildId}, counter.last - ${lines.length}::int + l.nr, l.stream, l.text
      from counter, jsonb_to_recordset(${logRows(lines)}::jsonb) as l(nr int, stream text, text text)
    ),
    cursor as (
      insert into event_cursors (owner_id, seq) select ${ownerId}::uuid, 1 from counter
      on conflict (owner_id) do update set seq = event_cursors.seq + 1
      returning seq
    ),
    event as (
      insert into owner_events (owner_id, seq, type, payload)
      select ${ownerId}::uuid, cursor.seq, 'log', jsonb_build_object(
        'buildId', ${buildId}::text, 'projectId', ${projectId}::text, 'from',
          counter.last - ${lines.length}::int + 1, 'to', counter.last)
      from cursor, counter
    )
    select exists (select from fence) as held, exists (select from counter) as appended,
      (select pg_notify(${EVENT_CHANNEL}, ${ownerId}::text) from cursor) as told,
      (select pg_notify(${TOPIC_CHANNEL}, ${`build/${buildId}`}) from counter) as told_topic`);
  if (row!.appended) return { outcome: 'appended' };
  return { outcome: row!.held ? 'already-there' : 'lost-lease' };
}
