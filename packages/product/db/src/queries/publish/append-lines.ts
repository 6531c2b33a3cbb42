import { type LogLine, logPage } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';
import { TOPIC_CHANNEL } from '../topics/topic-source.ts';

/**
 * A line before it has a number. Only the first
 * `logPage.lineUnits` UTF-16 units of its text are kept.
 */
export type NewLogLine = Pick<LogLine, 'stream' | 'text'>;

/**
 * Appends lines to a build's log and says so on the stream. The numbers come from
 * an UPDATE of the build's counter in the inserting transaction (P-14). Whoever
 * calls this holds the fence: see `appendBuildLog`.
 */
export async function appendLines(
  tx: DbOrTx,
  build: { buildId: string; ownerId: string; projectId: string },
  lines: readonly NewLogLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const [counter] = await tx.execute<{ last: number }>(sql`
    update preview_builds set log_seq = log_seq + ${lines.length}
      where id = ${build.buildId} returning log_seq as last`);
  if (!counter) throw new Error(`Cannot append to the log of build ${build.buildId}: no such build`);
  const from = counter.last - lines.length + 1;
  await tx.execute(sql`
    insert into build_logs (build_id, seq, stream, text)
    select ${build.buildId}, ${from}::int - 1 + l.nr, l.stream, l.text
    from jsonb_to_recordset(${logRows(lines)}::jsonb) as l(nr int, stream text, text text)`);
  await publishEvent(tx, build.ownerId, {
    type: 'log',
    payload: { buildId: build.buildId, projectId: build.projectId, from, to: counter.last },
  });
  await tx.execute(sql`select pg_notify(${TOPIC_CHANNEL}, ${`build/${build.buildId}`})`);
}

/**
 * Lines as JSON rows, counted from one. A call takes what one answer and one event
 * can hold, so that neither ever has to be cut (SV-05).
 */
export function logRows(lines: readonly NewLogLine[]): string {
  if (lines.length > logPage.lines)
    throw new Error(`Cannot append ${lines.length} log lines at once: the most is ${logPage.lines}`);
  return JSON.stringify(lines.map((line, at) => ({ nr: at + 1, stream: line.stream, text: storable(line.text) })));
}

/** Postgres text holds neither NUL nor half a surrogate pair; programs print both. */
function storable(text: string): string {
  return text.slice(0, logPage.lineUnits).replaceAll('\0', '\ufffd').toWellFormed();
}
