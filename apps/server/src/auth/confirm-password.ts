import { type Db, getCredential } from '@slipway/db';
import type { Context } from 'hono';
import { fail } from '../http/api-error.ts';
import type { UserEnv } from '../http/server-env.ts';
import { type Passwords, PasswordsBusyError } from './passwords.ts';
import { countAttempt } from './sign-in-guard.ts';

/**
 * Asks for the password of who is signed in already, before something that a borrowed session must not do. It is
 * guessed no faster than at the door. Who has no password needs none.
 */
export async function confirmPassword(
  { db, passwords }: { db: Db; passwords: Passwords },
  c: Context<UserEnv>,
  password: string | undefined,
): Promise<{ outcome: 'confirmed'; previousHash: string | null } | { outcome: 'refused'; answer: Response }> {
  const counted = await countAttempt(db, c, c.var.user.email);
  if (counted.outcome === 'refused') return counted;
  const existing = await getCredential(db, c.var.user.email);
  try {
    if (existing && !(password !== undefined && (await passwords.verify(password, existing.passwordHash))))
      return { outcome: 'refused', answer: fail(c, 'INVALID_CREDENTIALS', 'Wrong current password') };
  } catch (error) {
    if (error instanceof PasswordsBusyError) return { outcome: 'refused', answer: await counted.attempt.busy() };
    throw error;
  }
  await counted.attempt.succeeded();
  return { outcome: 'confirmed', previousHash: existing?.passwordHash ?? null };
}
