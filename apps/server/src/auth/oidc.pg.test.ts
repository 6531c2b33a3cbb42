import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { describeUserService } from './testing/describe-user-service.ts';
import { storePerson } from './testing/make-person.ts';
import { type OidcStand, startOidcStand } from './testing/oidc-stand.ts';

describeUserService('an identity provider', () => startOidcStand());

describe('an identity provider besides', () => {
  let stand: OidcStand;
  beforeAll(
    async () =>
      void (stand = await startOidcStand({ SIGN_UP: 'invite', OIDC_ADMINS: 'Boss@example.org', OIDC_NAME: 'Acme' })),
    60_000,
  );
  afterAll(() => stand.close());
  const person = (name: string, email_verified = true) => {
    const email = `${name}@example.org`;
    stand.people.set(email, { sub: `sub-${name}`, email, email_verified, name });
    return email;
  };
  const come = async (email: string) => await stand.walk(email, 'correct horse');
  const roleOf = async (email: string) => {
    const [row] = await stand.tested.database.db.execute<{ role: string; provider: string }>(
      sql`select role, provider from users where email = ${email}`,
    );
    return row && `${row.role} ${row.provider}`;
  };

  it('SV-13 SV-12 who may come for the first time is the policy\u2019s to say; an unverified address stands for nobody', async () => {
    const { db } = stand.tested.database;
    expect((await stand.tested.call('GET', '/api/v1/auth/methods')).json()).toMatchObject({ oidc: 'Acme' });
    const stranger = await come(person('stranger'));
    expect([stranger.answer.status, stranger.cookie]).toEqual([403, '']);
    expect(stranger.answer.text).toContain('by invitation only');

    const existing = await storePerson(stand.tested, person('existing'));
    await storePerson(stand.tested, person('claimed', false));
    expect((await come('claimed@example.org')).answer.status).toBe(403);
    expect(await roleOf('claimed@example.org')).toBe('user local');
    expect((await come('existing@example.org')).answer.headers.location).toBe('/');
    expect(await roleOf('existing@example.org')).toBe('user oidc');

    await db.execute(sql`
      insert into invitations (token_hash, email, role, invited_by, expires_at)
      values ('x', 'guest@example.org', 'user', ${existing}, slipway_now() + 1000000000)`);
    expect((await come(person('guest'))).answer.headers.location).toBe('/');
    expect((await db.execute(sql`select from invitations where used_at is not null`)).length).toBe(1);
    expect((await come('guest@example.org')).answer.headers.location).toBe('/');
  }, 120_000);

  it('SV-13 the operator\u2019s admins are admins, by a verified address', async () => {
    const { db } = stand.tested.database;
    await storePerson(stand.tested, person('boss'));
    await come('boss@example.org');
    expect(await roleOf('boss@example.org')).toBe('admin oidc');
    expect((await db.execute(sql`select from audit_log where action = 'user.link'`)).length).toBe(2);
  }, 120_000);

  it('SV-13 a way back that this browser has not begun, or has gone already, leads nowhere', async () => {
    const cookies = new Map<string, string>();
    const victim = await stand.tested.call('GET', '/api/v1/auth/oidc/callback?code=x&state=y');
    expect(victim.status).toBe(401);
    await stand.walk('boss@example.org', 'correct horse', cookies);
    // The flow's cookie is gone with its use; another browser's is for another state.
    expect([...cookies.keys()].some((name) => name.endsWith('oidc'))).toBe(false);
    const begun = await stand.tested.call('GET', '/api/v1/auth/oidc/start');
    expect(begun.headers['set-cookie']![0]).toMatch(
      /^__Host-oidc=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const cookie = begun.headers['set-cookie']![0]!.split(';')[0]!;
    const location = new URL(begun.headers.location!);
    expect(location.searchParams.get('code_challenge_method')).toBe('S256');
    for (const query of [
      'code=x&state=wrong',
      `state=${location.searchParams.get('state')}`,
      'error=access_denied',
      '',
    ])
      expect(
        (await stand.tested.call('GET', `/api/v1/auth/oidc/callback?${query}`, { headers: { cookie } })).status,
        query,
      ).not.toBe(303);
    expect(
      (
        await stand.tested.call('GET', '/api/v1/auth/oidc/callback?code=x&state=y', {
          headers: { cookie: '__Host-oidc=nonsense' },
        })
      ).status,
    ).toBe(401);
  }, 120_000);

  it('SV-13 a provider that is away is a page that says so, and half a configuration stops the start', async () => {
    await stand.goDown!();
    const away = await come('boss@example.org');
    // Its settings are known already: the browser is sent there, and comes back with nothing.
    expect([303, 503]).toContain(away.answer.status);
    expect(away.cookie).toBe('');
    await stand.comeBack!();
    expect(() => parseConfig({ OIDC_ISSUER: 'https://idp.example.org' })).toThrow(
      'OIDC_CLIENT_ID: is needed with OIDC_ISSUER',
    );
    expect(() => parseConfig({ USER_SERVICE_URL: 'https://users.example.org' })).toThrow(
      'USER_SERVICE_API_KEY: is needed',
    );
  });
});
