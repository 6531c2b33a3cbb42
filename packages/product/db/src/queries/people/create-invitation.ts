import { type Invitation, INVITATIONS_LIMIT, type User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { getPasswordlessOwner } from '../users/get-passwordless-owner.ts';

/**
 * Stores an invitation's hash, unless there are too many open ones, or the owner would be locked out by a second
 * account.
 */
export async function createInvitation(
  db: Db,
  invitedBy: string,
  invitation: { email: string | undefined; role: User['role']; tokenHash: string; lifetimeUs: number },
): Promise<{ outcome: 'created'; invitation: Invitation } | { outcome: 'too-many' | 'owner-unprotected' }> {
  if (await getPasswordlessOwner(db)) return { outcome: 'owner-unprotected' };
  const [made] = await db.execute<Invitation & Record<string, unknown>>(sql`
    insert into invitations (token_hash, email, role, invited_by, expires_at)
    select ${invitation.tokenHash}, ${invitation.email ?? null}, ${invitation.role}, ${invitedBy}::uuid,
      slipway_now() + ${invitation.lifetimeUs}::bigint
    where (select count(*) from invitations where used_at is null and expires_at > slipway_now()) < ${INVITATIONS_LIMIT}
    returning id, email, role, created_at as "createdAt", expires_at as "expiresAt"`);
  return made ? { outcome: 'created', invitation: made } : { outcome: 'too-many' };
}
