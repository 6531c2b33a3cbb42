import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { StoredEvent } from './publish-event.ts';

/** A batch at most: whoever gets a full one asks again behind its last. */
export type ReadEventsResult =
  | { outcome: 'events'; events: (StoredEvent & { seq: number })[] }
  /** The row behind `after` is gone: its reader must start anew from `cursor`. */
  | { outcome: 'too-old'; cursor: number };

/** Bounds what is held at once; a reader comes again until there is nothing new. */
const BATCH = 100;

/**
 * The owner's events after a number, in order, as they are stored: see `expandEvent`. An empty list
 * means there is nothing new.
 */
export async function readEvents(db: DbOrTx, ownerId: string, after: number): Promise<ReadEventsResult> {
  const rows = await db.execute<StoredEvent & { seq: number }>(sql`
    select seq, type, payload from owner_events
    where owner_id = ${ownerId} and seq > ${after} order by seq limit ${BATCH}`);
  const first = rows[0];
  if (first ? first.seq !== after + 1 : await movedOn(db, ownerId, after)) {
    const [row] = await db.execute<{ seq: number }>(sql`select seq from event_cursors where owner_id = ${ownerId}`);
    return { outcome: 'too-old', cursor: row?.seq ?? 0 };
  }
  return { outcome: 'events', events: rows };
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
