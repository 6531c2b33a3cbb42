import type { LogLine } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';
import { publishEvent } from '../events/publish-event.ts';

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
    update preview_builds set log_seq = log_seq + ${lines.length} where id = ${build.buildId} returning log_seq as last`);
  if (!counter) throw new Error(`Cannot append to the log of build ${build.buildId}: no such build`);
  const from = counter.last - lines.length + 1;
  const rows = lines.map((line, at) => ({ seq: from + at, stream: line.stream, text: storable(line.text) }));
  await tx.execute(sql`
    insert into build_logs (build_id, seq, stream, text)
    select ${build.buildId}, l.seq, l.stream, l.text
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l(seq int, stream text, text text)`);
  await publishEvent(tx, build.ownerId, {
    type: 'log',
    payload: { buildId: build.buildId, projectId: build.projectId, from, to: counter.last },
  });
}

/** Postgres text holds neither NUL nor half a surrogate pair; programs print both. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}
