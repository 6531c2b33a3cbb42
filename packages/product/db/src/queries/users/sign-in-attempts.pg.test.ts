import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { type CountAttemptResult, countSignInAttempt, signInLimits } from './count-sign-in-attempt.ts';
import { deleteDeadSessions } from './delete-dead-sessions.ts';
import { forgetSignInAttempts } from './forget-sign-in-attempts.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());
beforeEach(() => database.db.execute(sql`delete from sign_in_attempts`));

/** So many at once; who refused how many. */
async function flood(count: number, keys: () => { account: string; address: string }) {
  const results = await Promise.all(Array.from({ length: count }, () => countSignInAttempt(database.db, keys())));
  const by = (limit: string) => results.filter((result) => result.outcome === 'refused' && result.by === limit).length;
  return {
    counted: results.filter((result: CountAttemptResult) => result.outcome === 'counted').length,
    account: by('account'),
    address: by('address'),
    all: by('all'),
  };
}
const pass = (us: number) => database.db.execute(sql`update sign_in_attempts set full_at = full_at - ${us}::bigint`);

describe('sign-in attempts', () => {
  it('SV-09 of 200 at once on one account ten are let through, and the address keeps what is left of its own', async () => {
    expect(await flood(200, () => ({ account: 'a', address: 'x' }))).toEqual({
      counted: 10,
      account: 190,
      address: 0,
      all: 0,
    });
    const rest = await flood(20, () => ({ account: randomUUID(), address: 'x' }));
    // An address gets one back every three seconds, in which a slow machine may still be asking.
    expect(rest.counted).toBeGreaterThanOrEqual(10);
    expect(rest.counted).toBeLessThan(18);
    expect(rest.address).toBe(20 - rest.counted);
  });

  it('SV-09 of 200 at once from one address twenty, of 200 from everywhere a hundred', async () => {
    const oneAddress = await flood(200, () => ({ account: randomUUID(), address: 'y' }));
    expect(oneAddress.counted).toBeGreaterThanOrEqual(20);
    expect(oneAddress.counted).toBeLessThan(30);
    expect(oneAddress.address).toBe(200 - oneAddress.counted);
    const everywhere = await flood(200, () => ({ account: randomUUID(), address: randomUUID() }));
    expect(everywhere.counted).toBeGreaterThanOrEqual(70);
    expect(everywhere.counted).toBeLessThan(140);
    expect(everywhere.all).toBe(200 - everywhere.counted);
  });

  it('SV-09 attempts come back one by one; a right password brings those of its account back at once', async () => {
    const keys = { account: 'b', address: 'z' };
    expect((await flood(12, () => keys)).counted).toBe(10);
    await pass(2 * signInLimits.account.refillUs);
    expect((await flood(5, () => keys)).counted).toBe(2);
    await forgetSignInAttempts(database.db, keys, 'one');
    expect((await flood(5, () => keys)).counted).toBe(1);
    await forgetSignInAttempts(database.db, keys, 'all');
    expect((await flood(12, () => keys)).counted).toBe(10);
    await pass(1e12);
    await deleteDeadSessions(database.db);
    const [row] = await database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from sign_in_attempts`,
    );
    expect(row!.count).toBe(0);
  });
});
