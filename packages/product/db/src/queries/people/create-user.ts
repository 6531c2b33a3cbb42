import type { User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { type AuditLine, recordAudit } from '../audit/record-audit.ts';
import { getPasswordlessOwner } from '../users/get-passwordless-owner.ts';
import { getUser } from '../users/get-user.ts';

/** `link-invalid` is all that is told of an invitation that was used, is over or never was. */
export type CreateUserResult =
  | { outcome: 'created'; user: User }
  | { outcome: 'email-taken' | 'link-invalid' | 'owner-unprotected' };

/**
 * Makes an account with a password. With an invitation, which is used up, the role is the invitation's, and the address
 * the invited one where it names one.
 *
 * While the machine's owner has no password, a second account would end his way in (AU-10): there is none until then.
 */
export async function createUser(
  db: Db,
  account: { email: string; name: string; passwordHash: string; invitationHash: string | undefined },
  from: Pick<AuditLine, 'address' | 'requestId'>,
): Promise<CreateUserResult> {
  return await db.transaction(async (tx): Promise<CreateUserResult> => {
    if (await getPasswordlessOwner(tx)) return { outcome: 'owner-unprotected' };
    let role = 'user';
    if (account.invitationHash !== undefined) {
      const [invited] = await tx.execute<{ id: string; role: string }>(sql`
        update invitations set used_at = slipway_now()
        where token_hash = ${account.invitationHash} and used_at is null and expires_at > slipway_now()
          and coalesce(email, ${account.email}) = ${account.email}
        returning id, role`);
      if (!invited) return { outcome: 'link-invalid' };
      role = invited.role;
    }
    const [made] = await tx.execute<{ id: string }>(sql`
      insert into users (email, name, role) values (${account.email}, ${account.name}, ${role})
      on conflict (email) do nothing returning id`);
    if (!made) {
      // The invitation stays good: whose address it is may be another matter.
      await tx.execute(sql`update invitations set used_at = null where token_hash = ${account.invitationHash ?? ''}`);
      return { outcome: 'email-taken' };
    }
    await tx.execute(
      sql`insert into credentials (user_id, password_hash) values (${made.id}, ${account.passwordHash})`,
    );
    const invited = account.invitationHash !== undefined;
    await recordAudit(tx, { ...from, actorId: made.id, action: 'user.sign-up', details: { role, invited } });
    return { outcome: 'created', user: (await getUser(tx, made.id))! };
  });
}
