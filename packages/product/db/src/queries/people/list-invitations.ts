import type { Invitation } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The invitations that somebody may still use, newest first. */
export async function listInvitations(db: DbOrTx, limit: number): Promise<Invitation[]> {
  const rows = await db.execute<Invitation & Record<string, unknown>>(sql`
    select id, email, role, created_at as "createdAt", expires_at as "expiresAt" from invitations
    where used_at is null and expires_at > slipway_now() order by created_at desc, id limit ${limit}`);
  return [...rows];
}
