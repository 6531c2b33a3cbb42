import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { type AuditLine, recordAudit } from '../audit/record-audit.ts';

/** Sets a password by a link, once, and signs the person out everywhere. */
export async function usePasswordReset(
  db: Db,
  reset: { tokenHash: string; passwordHash: string; email: string | undefined },
  from: Pick<AuditLine, 'address' | 'requestId'>,
): Promise<{ outcome: 'set' | 'link-invalid' | 'email-taken' }> {
  return await db.transaction(async (tx): Promise<{ outcome: 'set' | 'link-invalid' | 'email-taken' }> => {
    const [found] = await tx.execute<{ userId: string; chooseEmail: boolean }>(sql`
      select users.id as "userId", users.local_owner and users.email = 'owner@localhost' as "chooseEmail"
      from password_resets join users on users.id = password_resets.user_id
      where token_hash = ${reset.tokenHash} and expires_at > slipway_now() for update`);
    if (!found) return { outcome: 'link-invalid' };
    const { userId } = found;
    if (found.chooseEmail && reset.email !== undefined) {
      const taken = await tx.execute(sql`select from users where email = ${reset.email} and id <> ${userId}`);
      if (taken.length > 0) return { outcome: 'email-taken' };
      await tx.execute(sql`update users set email = ${reset.email}, updated_at = slipway_now() where id = ${userId}`);
    }
    await tx.execute(sql`delete from password_resets where user_id = ${userId}`);
    await tx.execute(sql`
      insert into credentials (user_id, password_hash) values (${userId}, ${reset.passwordHash})
      on conflict (user_id) do update set password_hash = excluded.password_hash, updated_at = slipway_now()`);
    await tx.execute(sql`
      update refresh_families set revoked_at = slipway_now() where user_id = ${userId} and revoked_at is null`);
    await recordAudit(tx, { ...from, actorId: userId, action: 'password.reset' });
    return { outcome: 'set' };
  });
}
