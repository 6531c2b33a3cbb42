import type { User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { type AuditLine, recordAudit } from '../audit/record-audit.ts';
import { isLastAdmin } from './is-last-admin.ts';

/** Gives a person another role; the last admin stays one. */
export async function setUserRole(
  db: Db,
  userId: string,
  role: User['role'],
  by: Pick<AuditLine, 'actorId' | 'address' | 'requestId'>,
): Promise<{ outcome: 'set' | 'missing' | 'last-admin' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'set' | 'missing' | 'last-admin' }> => {
    if (role !== 'admin' && (await isLastAdmin(tx, userId))) return { outcome: 'last-admin' };
    const changed = await tx.execute(
      sql`update users set role = ${role}, updated_at = slipway_now() where id = ${userId} returning 1`,
    );
    if (changed.length === 0) return { outcome: 'missing' };
    await recordAudit(tx, { ...by, personId: userId, action: 'user.role', target: userId, details: { role } });
    return { outcome: 'set' };
  });
}
