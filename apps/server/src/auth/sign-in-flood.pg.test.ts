import { randomBytes, scryptSync } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type Answer, type TestServer } from '../testing.ts';

let tested: TestServer;
beforeAll(async () => void (tested = await createTestServer()), 60_000);
afterAll(() => tested.close());

/** A user whose hash is a quarter of the usual work. */
async function makeUser(email: string, password: string): Promise<void> {
  const salt = randomBytes(16);
  const N = 2 ** 15;
  const hash = `scrypt$${N}$8$1$${salt.toString('base64url')}$${scryptSync(password, salt, 32, { N, r: 8, p: 1, maxmem: 2 ** 27 }).toString('base64url')}`;
  await tested.database.db.execute(sql`
    with made as (insert into users (email, name, role) values (${email}, 'Test', 'user') returning id)
    insert into credentials (user_id, password_hash) select id, ${hash} from made`);
}
const login = (email: string, password: string) =>
  tested.call('POST', '/api/v1/auth/login', { json: { email, password } });
const countOf = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length;

describe('wrong guesses at once', () => {
  it('SV-09 of 24 on one account ten are hashed, the others are told when to come back, and a page is served before the last of them', async () => {
    await makeUser('ann@example.org', 'correct horse');
    const ends: string[] = [];
    const guesses = Array.from({ length: 24 }, async () => {
      const answer = await login('ann@example.org', 'wrong one');
      ends.push(String(answer.status));
      return answer;
    });
    // The first hash is done: nine are waiting for theirs.
    await expect.poll(() => ends, { interval: 5 }).toContain('401');
    expect((await tested.call('GET', '/assets/app-1.js')).text).toBe('app()');
    ends.push('page');
    const answers = await Promise.all(guesses);
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([10, 14]);
    expect(ends.indexOf('page')).toBeLessThan(ends.lastIndexOf('401'));
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expect(answer.json()).toMatchObject({ code: 'RATE_LIMITED' });
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    // The right password does not come through either, as long as the account has no attempt left.
    expect((await login('ann@example.org', 'correct horse')).status).toBe(429);
  }, 120_000);

  it('SV-09 of 200 on one account ten are hashed; what another server counted counts here', async () => {
    await makeUser('bob@example.org', 'correct horse');
    const other = await createTestServer({ database: tested.database });
    const guesses = Array.from({ length: 200 }, (_, at) =>
      (at % 2 === 0 ? tested : other).call('POST', '/api/v1/auth/login', {
        json: { email: 'bob@example.org', password: 'wrong one' },
      }),
    );
    const answers = await Promise.all(guesses);
    await other.close();
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([10, 190]);
  }, 120_000);

  it('SV-09 the current password is guessed no faster than at the door', async () => {
    await tested.database.db.execute(sql`delete from sign_in_attempts`);
    await makeUser('cleo@example.org', 'correct horse');
    const signedIn = (await login('cleo@example.org', 'correct horse')).json<{ data: { accessToken: string } }>();
    const guesses = Array.from({ length: 12 }, () =>
      tested.call('PUT', '/api/v1/auth/password', {
        token: signedIn.data.accessToken,
        json: { currentPassword: 'wrong one', password: 'another one' },
      }),
    );
    const answers = await Promise.all(guesses);
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([10, 2]);
  }, 120_000);
  it('SV-10 behind a named proxy each client has attempts of its own; a client that names another gains nothing', async () => {
    await tested.database.db.execute(sql`delete from sign_in_attempts`);
    const proxied = await createTestServer({ database: tested.database, env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
    let at = 0;
    const guess = (server: TestServer, forwarded: string) =>
      server.call('POST', '/api/v1/auth/login', {
        json: { email: `nobody${at++}@example.org`, password: 'wrong one' },
        headers: { 'x-forwarded-for': forwarded },
      });
    // Twenty an address: the twenty-first, however it spells whom it forwards for, is too many.
    const from = (server: TestServer, forwarded: string, count: number) =>
      Promise.all(Array.from({ length: count }, () => guess(server, forwarded)));
    await tested.database.db.execute(sql`
      insert into sign_in_attempts (key, full_at)
      values (encode(sha256('address 203.0.113.9'), 'hex'), slipway_now() + 3600000000)`);
    expect(countOf(await from(proxied, '203.0.113.9', 2), 429)).toBe(2);
    expect(countOf(await from(proxied, '8.8.8.8, 203.0.113.9', 2), 429)).toBe(2);
    expect(countOf(await from(proxied, '203.0.113.10', 2), 401)).toBe(2);
    // Without the setting the header means nothing.
    expect(countOf(await from(tested, '203.0.113.9', 2), 401)).toBe(2);
    await proxied.close();
  }, 120_000);
});
