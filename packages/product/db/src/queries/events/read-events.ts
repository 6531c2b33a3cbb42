import { sql } from 'drizzle-orm';
import type { LogLine, ServerEvent } from '@slipway/contracts';
import type { DbOrTx } from '../../database.ts';
import type { StoredEvent } from './publish-event.ts';

export type ReadEventsResult =
  | { outcome: 'events'; events: { seq: number; event: ServerEvent }[] }
  /** The row behind `after` is gone: its reader must start anew from `cursor`. */
  | { outcome: 'too-old'; cursor: number };

const batch = 200;

/** The owner's events after a number, in order. An empty list means there is nothing new. */
export async function readEvents(db: DbOrTx, ownerId: string, after: number): Promise<ReadEventsResult> {
  const rows = await db.execute<StoredEvent & { seq: number }>(sql`
    select seq, type, payload from owner_events
    where owner_id = ${ownerId} and seq > ${after} order by seq limit ${batch}`);
  const first = rows[0];
  if (first ? first.seq !== after + 1 : await movedOn(db, ownerId, after)) {
    const [row] = await db.execute<{ seq: number }>(sql`select seq from event_cursors where owner_id = ${ownerId}`);
    return { outcome: 'too-old', cursor: row?.seq ?? 0 };
  }
  const events: { seq: number; event: ServerEvent }[] = [];
  for (const row of rows) {
    switch (row.type) {
      case 'log':
        events.push({
          seq: row.seq,
          event: {
            type: 'log',
            buildId: row.payload.buildId,
            projectId: row.payload.projectId,
            lines: await readLines(db, row.payload.buildId, row.payload.from, row.payload.to),
          },
        });
        break;
      case 'build':
        events.push({ seq: row.seq, event: { type: 'build', ...row.payload } });
        break;
      case 'project':
        events.push({ seq: row.seq, event: { type: 'project', ...row.payload } });
        break;
    }
  }
  return { outcome: 'events', events };
}

/**
 * Without rows there is either nothing new, or everything new was swept already,
 * or the reader comes with a number from another database. A row that committed
 * between the two statements counts as "nothing new yet", not as a gap.
 */
async function movedOn(db: DbOrTx, ownerId: string, after: number): Promise<boolean> {
  const [row] = await db.execute<{ gap: boolean }>(sql`
    select coalesce((select seq from event_cursors where owner_id = ${ownerId}), 0) < ${after}
      or (select seq from event_cursors where owner_id = ${ownerId}) > ${after}
        and not exists (select from owner_events where owner_id = ${ownerId} and seq = ${after}::bigint + 1) as gap`);
  return row!.gap;
}

async function readLines(db: DbOrTx, buildId: string, from: number, to: number): Promise<LogLine[]> {
  return await db.execute<LogLine & Record<string, unknown>>(sql`
    select seq, stream, text, created_at as "createdAt" from build_logs
    where build_id = ${buildId} and seq between ${from} and ${to} order by seq`);
}
