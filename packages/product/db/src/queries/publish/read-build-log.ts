import { type LogLine, logPage } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** A piece of a log. `next` is the number to go on behind, null where the log ends for now. */
export interface LogPage {
  lines: LogLine[];
  next: number | null;
}

/**
 * One page of the persisted lines after a number (P-23): as many as `logPage`
 * allows, and at least one (SV-05). The build's owner is part of the question.
 */
export async function readBuildLog(
  db: DbOrTx,
  ownerId: string,
  buildId: string,
  after: number,
  through?: number,
): Promise<LogPage> {
  // Numbers have no gaps, so the range of a full page is known before its text is looked at.
  const rows = await db.execute<LogLine & { more: boolean } & Record<string, unknown>>(sql`
    select * from (
      select l.seq, l.stream, l.text, l.created_at as "createdAt", l.seq < least(b.log_seq,
        ${through ?? null}::int) as more,
        sum(octet_length(l.text)) over (order by l.seq) - octet_length(l.text) as bytes_before
      from build_logs l join preview_builds b on b.id = l.build_id
      where l.build_id = ${buildId} and b.owner_id = ${ownerId}
        and l.seq > ${after} and l.seq <= least(${after}::bigint + ${logPage.lines}, ${through ?? null}::int)
    ) page where bytes_before < ${logPage.bytes} order by seq`);
  const lines = rows.map(({ seq, stream, text, createdAt }) => ({ seq, stream, text, createdAt }));
  const last = rows.at(-1);
  return { lines, next: last?.more ? last.seq : null };
}
