import { sql } from 'drizzle-orm';
import type { Build, CommandVerb, ProjectHolder } from '@slipway/contracts';
import { askPrepared } from '../../connection/ask-prepared.ts';
import type { DbOrTx } from '../../connection/database.ts';

/** What is kept of an event. A `log` event holds the range of line numbers; the lines are read again on replay. */
export type StoredEvent =
  | { type: 'build'; payload: { message: string; build: Build } }
  | { type: 'log'; payload: { buildId: string; projectId: string; from: number; to: number } }
  | { type: 'project'; payload: { projectId: string; revision: number } }
  | { type: 'holder'; payload: { projectId: string; holder: ProjectHolder | null } }
  /** For plugins alone: theirs, and what no browser waits for. */
  | { type: 'fact'; payload: { type: string; data: unknown; actorId: string | null; depth: number } }
  /** The body stays in its row and is read again on replay. */
  | {
      type: 'command';
      payload: { commandId: string; projectId: string; holderId: string; epoch: number; verb: CommandVerb };
    };

/** Every server with an event stream listens here; the payload is the owner's id. */
export const EVENT_CHANNEL = 'slipway_events';

/**
 * Appends to the owner's event stream. Call it last in the transaction that made
 * the change: the cursor row stays locked until commit, and nothing is seen of an
 * event whose change was rolled back (P-16).
 */
export async function publishEvent(tx: DbOrTx, ownerId: string, event: StoredEvent): Promise<void> {
  await askPrepared(
    tx,
    sql`
    with cursor as (
      insert into event_cursors (owner_id, seq) values (${ownerId}::uuid, 1)
      on conflict (owner_id) do update set seq = event_cursors.seq + 1
      returning seq
    ), stored as (
      insert into owner_events (owner_id, seq, type, payload)
      select ${ownerId}::uuid, seq, ${event.type}, ${JSON.stringify(event.payload)}::jsonb from cursor
      returning owner_id
    )
    select pg_notify(${EVENT_CHANNEL}, owner_id::text) from stored`,
  );
}
