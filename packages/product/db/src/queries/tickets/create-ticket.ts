import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Stores a ticket's hash for a project of the owner's; another one's is missing. */
export async function createTicket(
  db: DbOrTx,
  ticket: { tokenHash: string; purpose: string; ownerId: string; projectId: string; lifetimeUs: number },
): Promise<{ outcome: 'created' | 'missing' }> {
  const rows = await db.execute(sql`
    insert into tickets (token_hash, purpose, owner_id, project_id, expires_at)
    select ${ticket.tokenHash}, ${ticket.purpose}, owner_id, id, slipway_now() + ${ticket.lifetimeUs}::bigint
    from projects where id = ${ticket.projectId} and owner_id = ${ticket.ownerId} returning 1`);
  return { outcome: rows.length > 0 ? 'created' : 'missing' };
}
