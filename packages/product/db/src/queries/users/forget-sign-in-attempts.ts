import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { EVERYBODYS_KEY, type SignInKeys, signInLimits } from './count-sign-in-attempt.ts';

/**
 * Gives an attempt back that was no guess: the password was right, which forgives the account all
 * of its attempts, or nobody had time to look.
 */
export async function forgetSignInAttempts(db: DbOrTx, keys: SignInKeys, account: 'all' | 'one'): Promise<void> {
  const forgiven = account === 'all' ? sql`null::bigint` : sql`full_at - ${signInLimits.account.refillUs}::bigint`;
  // In the order in which they are counted, so that two never wait for each other.
  await db.execute(sql`
    update sign_in_attempts set full_at = coalesce(case key
      when ${keys.account} then ${forgiven}
      when ${keys.address} then full_at - ${signInLimits.address.refillUs}::bigint
      else full_at - ${signInLimits.all.refillUs}::bigint end, 0)
    where key in (
      select key from sign_in_attempts where key in (${keys.account}, ${keys.address}, ${EVERYBODYS_KEY})
      order by key = ${keys.account} desc, key = ${keys.address} desc for update)`);
}
