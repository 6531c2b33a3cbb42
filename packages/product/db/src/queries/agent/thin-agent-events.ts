import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** One sweep; the next comes a minute later. */
const BATCH = 5000;

/** Forgets the pieces of texts whose whole is kept: what a browser that was away so long would not have seen typed. */
export async function thinAgentEvents(db: DbOrTx, keepUs: number): Promise<number> {
  const deleted = await db.execute(sql`
    delete from agent_events e using (
      select session_id, seq from agent_events
      where type in ('TextDelta', 'ReasoningDelta', 'ToolCallArgsDelta')
        and created_at < slipway_now() - ${keepUs}::bigint
      order by created_at limit ${BATCH}
    ) old
    where e.session_id = old.session_id and e.seq = old.seq returning e.seq`);
  return deleted.length;
}
