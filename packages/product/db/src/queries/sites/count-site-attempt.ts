import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Guesses at a site's password: so many at once, which come back one by one. */
export const siteAttemptLimits = {
  site: { attempts: 20, refillUs: 15_000_000 },
  /** Of one address whatever site it asks for. */
  address: { attempts: 10, refillUs: 6_000_000 },
} as const;

/**
 * Takes one attempt of each before the password is looked at (ST-11), in one statement, as sign-ins
 * are counted; their rows are other ones, so that no guess here shuts anybody out there.
 */
export async function countSiteAttempt(
  db: DbOrTx,
  keys: { site: string; address: string },
): Promise<{ outcome: 'counted' | 'refused' }> {
  const { site, address } = siteAttemptLimits;
  const [row] = await db.execute<{ counted: boolean }>(sql`
    with clock as materialized (select slipway_now() as us),
    of_address as (
      insert into sign_in_attempts as known (key, full_at)
      select ${keys.address}, clock.us + ${address.refillUs}::bigint from clock
      on conflict (key) do update
        set full_at = greatest(known.full_at, (select us from clock)) + ${address.refillUs}::bigint
        where greatest(known.full_at, (select us from clock)) - (select us from clock)
          <= ${(address.attempts - 1) * address.refillUs}::bigint
      returning key),
    of_site as (
      insert into sign_in_attempts as known (key, full_at)
      select ${keys.site}, clock.us + ${site.refillUs}::bigint from clock, of_address
      on conflict (key) do update
        set full_at = greatest(known.full_at, (select us from clock)) + ${site.refillUs}::bigint
        where greatest(known.full_at, (select us from clock)) - (select us from clock)
          <= ${(site.attempts - 1) * site.refillUs}::bigint
      returning key)
    select exists (select from of_site) as counted`);
  return { outcome: row!.counted ? 'counted' : 'refused' };
}
