import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { EVENT_CHANNEL } from './publish-event.ts';

/**
 * Appends what only plugins are told of, such as that there is a new project. Nothing is written while no plugin
 * runs. As `publishEvent`: last in its transaction.
 */
export async function publishFact(tx: DbOrTx, ownerId: string, type: string, data: unknown): Promise<void> {
  const payload = JSON.stringify({ type, data, actorId: ownerId, depth: 0 });
  await tx.execute(sql`
    with wanted as (select 1 from plugins where state = 'running' limit 1),
    cursor as (
      insert into event_cursors (owner_id, seq) select ${ownerId}::uuid, 1 from wanted
      on conflict (owner_id) do update set seq = event_cursors.seq + 1
      returning seq
    ),
    stored as (
      insert into owner_events (owner_id, seq, type, payload)
      select ${ownerId}::uuid, seq, 'fact', ${payload}::jsonb from cursor returning owner_id
    )
    select pg_notify(${EVENT_CHANNEL}, owner_id::text) from stored`);
}
