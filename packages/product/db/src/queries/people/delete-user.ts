import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { type AuditLine, recordAudit } from '../audit/record-audit.ts';
import { isLastAdmin } from './is-last-admin.ts';

/** Removes a person with all that is hers, by cascade; bytes that nobody names any more go with the next sweep. */
export async function deleteUser(
  db: Db,
  userId: string,
  by: Pick<AuditLine, 'actorId' | 'address' | 'requestId'>,
): Promise<{ outcome: 'deleted' | 'missing' | 'last-admin' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'deleted' | 'missing' | 'last-admin' }> => {
    if (await isLastAdmin(tx, userId)) return { outcome: 'last-admin' };
    // Large accounts take a while: the rows of every build and tree go along.
    await tx.execute(sql`select set_config('statement_timeout', '5min', true)`);
    const gone = await tx.execute(sql`delete from users where id = ${userId} returning 1`);
    if (gone.length === 0) return { outcome: 'missing' };
    await recordAudit(tx, { ...by, personId: userId, action: 'user.delete', target: userId });
    return { outcome: 'deleted' };
  });
}
