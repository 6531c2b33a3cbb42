import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** `missing` also for one that was used. */
export async function revokeInvitation(db: DbOrTx, invitationId: string): Promise<{ outcome: 'revoked' | 'missing' }> {
  const rows = await db.execute(
    sql`delete from invitations where id = ${invitationId} and used_at is null returning 1`,
  );
  return { outcome: rows.length > 0 ? 'revoked' : 'missing' };
}
