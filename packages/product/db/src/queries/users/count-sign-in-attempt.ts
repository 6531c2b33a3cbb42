import { type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** So many attempts at once, which come back one by one. */
interface AttemptLimit {
  attempts: number;
  refillUs: number;
}

/**
 * Of one account whoever asks, of one address whatever it asks for, and of all
 * together: what all may spend is about a processor's time in hashes.
 */
export const signInLimits = {
  account: { attempts: 10, refillUs: 30_000_000 },
  address: { attempts: 20, refillUs: 3_000_000 },
  all: { attempts: 100, refillUs: 500_000 },
} as const satisfies Record<string, AttemptLimit>;

/** Which limit was reached; the server tells the client how long to wait by it. */
export type SignInLimit = keyof typeof signInLimits;

/** Hashes, so that the table names nobody who mistyped a password for an address. A missing key is not counted. */
export interface SignInKeys {
  account: string;
  address: string;
}

/** Of a refusal the first limit that said no, in the order account, address, all. */
export type CountAttemptResult = { outcome: 'counted' } | { outcome: 'refused'; by: SignInLimit };

/** One row for all guesses of this installation, from wherever they come. */
export const EVERYBODYS_KEY = 'all';

/**
 * Takes one attempt of each, before any work is done for it (SV-09): in one
 * statement, so that of two hundred guesses at once as many are let through as of
 * two hundred in a row. One that a limit refuses costs nothing of the limits behind
 * it: a flood on one account shuts out neither its address nor everybody.
 */
export async function countSignInAttempt(db: DbOrTx, keys: SignInKeys): Promise<CountAttemptResult> {
  const take = (key: string, { attempts, refillUs }: AttemptLimit, from: SQL) => sql`
    insert into sign_in_attempts as known (key, full_at) select ${key}, clock.us + ${refillUs}::bigint from ${from}
    on conflict (key) do update set full_at = greatest(known.full_at, (select us from clock)) + ${refillUs}::bigint
      where greatest(known.full_at,
        (select us from clock)) - (select us from clock) <= ${(attempts - 1) * refillUs}::bigint
    returning key`;
  const [row] = await db.execute<Record<SignInLimit, boolean>>(sql`
    with clock as materialized (select slipway_now() as us),
    account as (${take(keys.account, signInLimits.account, sql`clock`)}),
    address as (${take(keys.address, signInLimits.address, sql`clock, account`)}),
    everybody as (${take(EVERYBODYS_KEY, signInLimits.all, sql`clock, address`)})
    select exists (select from account) as account, exists (select from address) as address,
      exists (select from everybody) as all`);
  const by = (Object.keys(signInLimits) as SignInLimit[]).find((limit) => !row![limit]);
  return by === undefined ? { outcome: 'counted' } : { outcome: 'refused', by };
}
