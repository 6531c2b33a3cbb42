import type { SignUpPolicy, User } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { getUser } from './get-user.ts';

/** A person for whom somebody else vouches (AU-05). */
export interface ForeignUser {
  provider: 'upstream' | 'oidc';
  subject: string;
  email: string;
  /** Only then may the address stand for an account, or an invitation, that is there already. */
  emailVerified: boolean;
  name: string;
  /** Undefined: the role is ours to give. */
  role: User['role'] | undefined;
}

/**
 * The account of a foreign person, brought up to date. One who comes for the first time takes the account with her
 * verified address, or gets a new one where the policy allows it.
 */
export async function admitForeignUser(
  db: Db,
  person: ForeignUser,
  policy: SignUpPolicy,
): Promise<{ outcome: 'admitted'; user: User } | { outcome: 'email-taken' | 'not-invited' }> {
  type Result = { outcome: 'admitted'; user: User } | { outcome: 'email-taken' | 'not-invited' };
  return await db.transaction(async (tx): Promise<Result> => {
    const { provider, subject, email, name, role } = person;
    // Of two first sign-ins at once the second waits for the first one's account.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${provider} ${email}`}, 0))`);
    const [known] = await tx.execute<{ id: string }>(sql`
      update users set name = ${name}, role = coalesce(${role ?? null}, role), updated_at = slipway_now(),
        email = case when exists (
          select from users as other where other.email = ${email} and other.subject is distinct from ${subject}
        ) then email else ${email} end
      where provider = ${provider} and subject = ${subject} returning id`);
    if (known) return { outcome: 'admitted', user: (await getUser(tx, known.id))! };
    if (person.emailVerified) {
      const [linked] = await tx.execute<{ id: string }>(sql`
        update users set provider = ${provider}, subject = ${subject}, role = coalesce(${role ?? null}, role),
          updated_at = slipway_now()
        where email = ${email} and subject is null returning id`);
      if (linked) {
        await recordAudit(tx, { actorId: linked.id, action: 'user.link', details: { provider } });
        return { outcome: 'admitted', user: (await getUser(tx, linked.id))! };
      }
    }
    const [invited] = person.emailVerified
      ? await tx.execute<{ role: User['role'] }>(sql`
          update invitations set used_at = slipway_now() where id = (
            select id from invitations where email = ${email} and used_at is null and expires_at > slipway_now()
            order by created_at limit 1)
          returning role`)
      : [];
    if (!invited && policy !== 'open') return { outcome: 'not-invited' };
    const [made] = await tx.execute<{ id: string }>(sql`
      insert into users (email, name, role, provider, subject)
      values (${email}, ${name}, ${role ?? invited?.role ?? 'user'}, ${provider}, ${subject})
      on conflict (email) do nothing returning id`);
    if (!made) return { outcome: 'email-taken' };
    await recordAudit(tx, { actorId: made.id, action: 'user.sign-up', details: { provider, invited: !!invited } });
    return { outcome: 'admitted', user: (await getUser(tx, made.id))! };
  });
}
