import {
  auditResponse,
  createInvitationResponse,
  type CreateProjectResponse,
  INVITATIONS_LIMIT,
  invitationListResponse,
  invitationResponse,
  peopleResponse,
  resetLinkCreatedResponse,
  sessionListResponse,
  sessionResponse,
  SESSIONS_LIMIT,
  signInMethods,
} from '@slipway/contracts';
import { createSession } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makePerson, signIn, testPassword } from '../auth/testing/make-person.ts';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
let admin: { id: string; token: string };
beforeAll(async () => {
  tested = await createTestServer();
  admin = await makePerson(tested, 'admin@example.org', 'admin');
}, 60_000);
afterAll(() => tested.close());
beforeEach(() => tested.database.db.execute(sql`delete from sign_in_attempts`));

const api = (token: string, method: string, path: string, json?: unknown) =>
  tested.callApi(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
const open = (path: string, json: unknown, server = tested) => server.callApi('POST', `/api/v1/auth${path}`, { json });
const tokenOf = (link: string) => link.split('#')[1]!;
const invite = async (body: object = { role: 'user', expiresInDays: 7 }) =>
  createInvitationResponse.parse((await api(admin.token, 'POST', '/admin/invitations', body)).json());

describe('inviting and signing up', () => {
  it('SV-12 an invitation makes one account, with its role; the link never reaches a server by itself', async () => {
    const { link, invitation } = await invite({ role: 'admin', expiresInDays: 7 });
    expect(link).toMatch(new RegExp(`^${tested.server.hosts.appOrigin}/invitation#[\\w-]{43}$`));
    const looked = await open('/invitation', { token: tokenOf(link) });
    expect(invitationResponse.parse(looked.json()).email).toBeNull();
    const stored = JSON.stringify(await tested.database.db.execute(sql`select * from invitations`));
    expect(stored).not.toContain(tokenOf(link));
    const person = { email: 'Ann@Example.org', name: 'Ann', password: 'correct horse' };
    expect((await open('/sign-up', person)).json()).toMatchObject({ code: 'SIGN_UP_CLOSED' });
    const signUps = await Promise.all(
      ['ann@example.org', 'ann2@example.org'].map((email) =>
        open('/sign-up', { ...person, email, invitation: tokenOf(link) }),
      ),
    );
    expect(signUps.map(({ status }) => status).sort()).toEqual([201, 404]);
    const made = signUps.find(({ status }) => status === 201)!;
    expect(sessionResponse.parse(made.json()).data.user).toMatchObject({ name: 'Ann', role: 'admin' });
    expect(made.headers['set-cookie']![0]).toMatch(/^__Host-refreshToken=/);
    expect((await open('/invitation', { token: tokenOf(link) })).json()).toMatchObject({ code: 'LINK_NOT_VALID' });
    expect(
      invitationListResponse.parse((await api(admin.token, 'GET', '/admin/invitations')).json()).invitations,
    ).not.toContainEqual(invitation);
  }, 120_000);

  it('SV-12 an invitation for an address is for nobody else; one taken back or too old is for nobody; a taken address keeps it', async () => {
    const { link } = await invite({ email: 'bob@example.org', role: 'user', expiresInDays: 1 });
    const body = (email: string, invitation: string) => ({ email, name: 'Bob', password: 'correct horse', invitation });
    expect((await open('/sign-up', body('eve@example.org', tokenOf(link)))).json()).toMatchObject({
      code: 'LINK_NOT_VALID',
    });
    const other = await invite();
    expect((await open('/sign-up', body('admin@example.org', tokenOf(other.link)))).json()).toMatchObject({
      code: 'EMAIL_TAKEN',
    });
    expect((await open('/invitation', { token: tokenOf(other.link) })).status).toBe(200);
    expect((await api(admin.token, 'DELETE', `/admin/invitations/${other.invitation.id}`)).status).toBe(200);
    expect((await api(admin.token, 'DELETE', `/admin/invitations/${other.invitation.id}`)).status).toBe(404);
    expect((await open('/sign-up', body('bea@example.org', tokenOf(other.link)))).status).toBe(404);
    await tested.database.db.execute(sql`update invitations set expires_at = slipway_now()`);
    expect((await open('/sign-up', body('bob@example.org', tokenOf(link)))).status).toBe(404);
  }, 120_000);

  it('SV-12 who may sign up is the operator\u2019s choice, and foreign pages may not', async () => {
    const env = (SIGN_UP: string) => ({ database: tested.database, env: { SIGN_UP } });
    const [closed, all] = [await createTestServer(env('closed')), await createTestServer(env('open'))];
    const person = { email: 'cleo@example.org', name: 'Cleo', password: 'correct horse' };
    const { link } = await invite();
    expect((await open('/sign-up', { ...person, invitation: tokenOf(link) }, closed)).json()).toMatchObject({
      code: 'SIGN_UP_CLOSED',
    });
    const made = await open('/sign-up', person, all);
    expect(sessionResponse.parse(made.json()).data.user).toMatchObject({ email: 'cleo@example.org', role: 'user' });
    expect(signInMethods.parse((await all.call('GET', '/api/v1/auth/methods')).json()).signUp).toBe('open');
    const foreign = { origin: 'http://evil.slipway.localhost' };
    for (const path of ['/sign-up', '/reset', '/invitation', '/reset-link'])
      expect((await all.callApi('POST', `/api/v1/auth${path}`, { json: person, headers: foreign })).status).toBe(403);
    await Promise.all([closed.close(), all.close()]);
  }, 120_000);

  it('SV-12 AU-10 while the owner of the machine has no password, nobody else comes in and locks him out', async () => {
    const fresh = await createTestServer({ env: { SIGN_UP: 'open' } });
    const token = await fresh.signIn();
    const person = { email: 'dan@example.org', name: 'Dan', password: 'correct horse' };
    expect((await open('/sign-up', person, fresh)).json()).toMatchObject({ code: 'PASSWORD_NEEDED' });
    const invited = await fresh.call('POST', '/api/v1/admin/invitations', {
      token,
      json: { role: 'user', expiresInDays: 1 },
    });
    expect(invited.json()).toMatchObject({ code: 'PASSWORD_NEEDED' });
    await fresh.close();
  }, 120_000);

  it('SV-12 where nobody can sign in yet, the log has the first admin\u2019s link, which sets address and password', async () => {
    const lines: string[] = [];
    const env = { PUBLIC_URL: 'https://ide.example.org', SITES_DOMAIN: 'sites.example.net', LOG_LEVEL: 'warn' };
    const fresh = await createTestServer({ env, log: (line) => void lines.push(line) });
    const { link } = JSON.parse(lines.find((line) => line.includes('first admin'))!) as { link: string };
    expect(link).toMatch(/^https:\/\/ide\.example\.org\/reset#/);
    const asApp = (path: string, json: unknown) =>
      fresh.callApi('POST', `/api/v1/auth${path}`, { json, host: 'ide.example.org' });
    expect((await asApp('/reset-link', { token: tokenOf(link) })).json()).toEqual({
      email: 'owner@localhost',
      chooseEmail: true,
    });
    const body = { token: tokenOf(link), password: 'correct horse', email: 'first@example.org' };
    expect((await asApp('/reset', body)).json()).toEqual({ success: true });
    const login = await asApp('/login', { email: 'first@example.org', password: 'correct horse' });
    expect(sessionResponse.parse(login.json()).data.user.role).toBe('admin');
    expect((await asApp('/reset', body)).status).toBe(404);
    await fresh.close();
  }, 120_000);
});

describe('a person and her account', () => {
  it('SV-12 sees her sessions and ends them; a session that was ended is over at once', async () => {
    const first = await makePerson(tested, 'eva@example.org');
    const second = await signIn(tested, 'eva@example.org');
    const third = await signIn(tested, 'eva@example.org');
    const list = async () =>
      sessionListResponse.parse((await api(first.token, 'GET', '/account/sessions')).json()).sessions;
    const sessions = await list();
    expect(sessions).toHaveLength(3);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ address: '127.0.0.1' });
    const other = sessions.find(({ current }) => !current)!;
    expect((await api(first.token, 'DELETE', `/account/sessions/${other.id}`)).status).toBe(200);
    const alive = async () =>
      await Promise.all([first, second, third].map(async ({ token }) => (await api(token, 'GET', '/auth/me')).status));
    expect((await alive()).sort()).toEqual([200, 200, 401]);
    expect((await api(admin.token, 'DELETE', `/account/sessions/${sessions[1]!.id}`)).status).toBe(404);
    expect((await api(first.token, 'DELETE', '/account/sessions')).status).toBe(200);
    expect(await alive()).toEqual([200, 401, 401]);
    for (let at = 0; at < SESSIONS_LIMIT; at++)
      await createSession(tested.database.db, { userId: first.id, tokenHash: `many ${at}`, lifetimeUs: 1e12 });
    expect(await list()).toHaveLength(SESSIONS_LIMIT);
  }, 120_000);

  it('SV-12 changes her name and her password, which ends her other sessions', async () => {
    const eve = await makePerson(tested, 'fay@example.org');
    const other = await signIn(tested, 'fay@example.org');
    expect((await api(eve.token, 'PATCH', '/account', { name: 'Fay' })).json()).toMatchObject({
      user: { name: 'Fay' },
    });
    const change = (currentPassword: string) =>
      api(eve.token, 'PUT', '/auth/password', { currentPassword, password: 'another one' });
    expect((await change('wrong')).json()).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect((await change(testPassword)).json()).toEqual({ success: true });
    expect((await api(eve.token, 'GET', '/auth/me')).status).toBe(200);
    expect((await api(other.token, 'GET', '/auth/me')).status).toBe(401);
    await expect(signIn(tested, 'fay@example.org')).rejects.toThrow('INVALID_CREDENTIALS');
    await signIn(tested, 'fay@example.org', 'another one');
  }, 120_000);

  it('SV-12 SV-15 deletes her account with all that is hers; what is left is an id in the log', async () => {
    const gus = await makePerson(tested, 'gus@example.org');
    await api(gus.token, 'POST', '/projects', { name: 'Mine' });
    expect((await api(gus.token, 'POST', '/account/delete', { password: 'wrong' })).status).toBe(401);
    expect((await api(gus.token, 'POST', '/account/delete', {})).status).toBe(401);
    expect((await api(gus.token, 'POST', '/account/delete', { password: testPassword })).json()).toEqual({
      success: true,
    });
    expect((await api(gus.token, 'GET', '/auth/me')).status).toBe(401);
    const left = await tested.database.db.execute<{ table_name: string }>(sql`
      select table_name, column_name from information_schema.columns
      where table_schema = 'public' and data_type = 'uuid' and table_name <> 'audit_log'`);
    for (const { table_name, column_name } of left as unknown as { table_name: string; column_name: string }[]) {
      const rows = await tested.database.db.execute(
        sql`select from ${sql.identifier(table_name)} where ${sql.identifier(column_name)} = ${gus.id}`,
      );
      expect(rows, `${table_name}.${column_name}`).toHaveLength(0);
    }
    const log = auditResponse.parse((await api(admin.token, 'GET', '/admin/audit')).json());
    expect(log.entries.find(({ action }) => action === 'user.delete')).toMatchObject({ actorId: gus.id, actor: null });
    expect(JSON.stringify(log)).not.toContain('gus@example.org');
  }, 120_000);
});

describe('admins', () => {
  it('SV-12 see people in pages, change roles, end sessions, hand over reset links, delete; others may not', async () => {
    const hal = await makePerson(tested, 'hal@example.org');
    const list = peopleResponse.parse((await api(admin.token, 'GET', '/admin/people')).json());
    expect(list.people.find(({ id }) => id === hal.id)).toMatchObject({ role: 'user', hasPassword: true, projects: 0 });
    const behind = peopleResponse.parse((await api(admin.token, 'GET', '/admin/people?after=hal@example.org')).json());
    expect(behind.people.every(({ email }) => email > 'hal@example.org')).toBe(true);
    for (const [method, path] of [
      ['GET', '/people'],
      ['GET', '/audit'],
      ['GET', '/invitations'],
      ['POST', '/invitations'],
      ['PATCH', `/people/${admin.id}`],
      ['DELETE', `/people/${admin.id}`],
      ['POST', `/people/${admin.id}/reset`],
      ['POST', `/people/${admin.id}/sign-out`],
    ] as const)
      expect(
        (
          await api(
            hal.token,
            method,
            `/admin${path}`,
            method === 'GET' || method === 'DELETE' ? undefined : { role: 'admin' },
          )
        ).json(),
      ).toMatchObject({
        code: 'FORBIDDEN',
      });

    const made = resetLinkCreatedResponse.parse(
      (await api(admin.token, 'POST', `/admin/people/${hal.id}/reset`)).json(),
    );
    expect((await open('/reset-link', { token: tokenOf(made.link) })).json()).toEqual({
      email: 'hal@example.org',
      chooseEmail: false,
    });
    const reset = { token: tokenOf(made.link), password: 'a new one', email: 'thief@example.org' };
    expect((await open('/reset', reset)).json()).toEqual({ success: true });
    expect((await api(hal.token, 'GET', '/auth/me')).status).toBe(401);
    const again = await signIn(tested, 'hal@example.org', 'a new one');
    expect((await api(admin.token, 'POST', `/admin/people/${hal.id}/sign-out`)).status).toBe(200);
    expect((await api(again.token, 'GET', '/auth/me')).status).toBe(401);

    expect((await api(admin.token, 'PATCH', `/admin/people/${hal.id}`, { role: 'admin' })).status).toBe(200);
    const promoted = await signIn(tested, 'hal@example.org', 'a new one');
    expect((await api(promoted.token, 'GET', '/admin/people')).status).toBe(200);
    expect((await api(admin.token, 'PATCH', `/admin/people/${hal.id}`, { role: 'user' })).status).toBe(200);
    // The role is over with the next request, not with the session.
    expect((await api(promoted.token, 'GET', '/admin/people')).status).toBe(403);
    expect((await api(admin.token, 'DELETE', `/admin/people/${hal.id}`)).status).toBe(200);
    expect((await api(admin.token, 'DELETE', `/admin/people/${hal.id}`)).status).toBe(404);
  }, 120_000);

  it('SV-12 one is always left, also when two remove each other at once', async () => {
    await tested.database.db.execute(sql`update users set role = 'user' where id <> ${admin.id}`);
    expect((await api(admin.token, 'POST', '/account/delete', { password: testPassword })).json()).toMatchObject({
      code: 'LAST_ADMIN',
    });
    expect((await api(admin.token, 'PATCH', `/admin/people/${admin.id}`, { role: 'user' })).status).toBe(409);
    expect((await api(admin.token, 'DELETE', `/admin/people/${admin.id}`)).status).toBe(409);
    const other = await makePerson(tested, 'ida@example.org', 'admin');
    const both = await Promise.all([
      api(admin.token, 'PATCH', `/admin/people/${other.id}`, { role: 'user' }),
      api(other.token, 'PATCH', `/admin/people/${admin.id}`, { role: 'user' }),
    ]);
    // One wins; the other is no admin any more, or would leave none.
    const won = both.map(({ status }) => status).filter((status) => status === 200);
    expect(won).toHaveLength(1);
    const [left] = await tested.database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from users where role = 'admin'`,
    );
    expect(left!.count).toBe(1);
    await tested.database.db.execute(sql`update users set role = 'admin' where id = ${admin.id}`);
  }, 120_000);

  it('SV-12 have so many invitations open and no more', async () => {
    await tested.database.db.execute(sql`
      insert into invitations (token_hash, role, invited_by, expires_at)
      select 'many ' || nr, 'user', ${admin.id}::uuid, slipway_now() + 1000000000
      from generate_series(1, ${INVITATIONS_LIMIT}) as nr`);
    const refused = await api(admin.token, 'POST', '/admin/invitations', { role: 'user', expiresInDays: 1 });
    expect(refused.json()).toMatchObject({ code: 'TOO_MANY' });
    await tested.database.db.execute(sql`delete from invitations`);
  });

  it('SV-15 see the whole log in pages; a person sees what she did and what was done to her', async () => {
    const jan = await makePerson(tested, 'jan@example.org');
    await tested.call('POST', '/api/v1/auth/login', { json: { email: 'jan@example.org', password: 'wrong one' } });
    await api(admin.token, 'POST', `/admin/people/${jan.id}/reset`);
    const own = auditResponse.parse((await api(jan.token, 'GET', '/account/audit')).json());
    expect(own.entries.map(({ action, actor }) => [action, actor])).toEqual([
      ['password.reset-link', 'admin@example.org'],
      ['session.refuse', null],
      ['session.open', 'jan@example.org'],
    ]);
    await tested.database.db.execute(sql`
      insert into audit_log (actor_id, action, details) select ${jan.id}::uuid, 'test.many', '{}' from generate_series(1, 120)`);
    const seen: number[] = [];
    for (let before: number | null = null, pages = 0; pages < 3; pages++) {
      const path: string = `/account/audit${before === null ? '' : `?before=${before}`}`;
      const page = auditResponse.parse((await api(jan.token, 'GET', path)).json());
      seen.push(...page.entries.map(({ id }) => id));
      before = page.next;
    }
    expect(seen).toHaveLength(123);
    expect(new Set(seen).size).toBe(123);
    expect((await api(jan.token, 'GET', '/account/audit?before=x')).status).toBe(400);
    const all = auditResponse.parse((await api(admin.token, 'GET', '/admin/audit')).json());
    expect([all.entries.length, all.next]).toEqual([50, all.entries[49]!.id]);
  });
  it('SV-15 publishes and deletions are in the log', async () => {
    const kim = await makePerson(tested, 'kim@example.org');
    const { project } = (await api(kim.token, 'POST', '/projects', { name: 'Mine' })).json<CreateProjectResponse>();
    const saved = await api(kim.token, 'POST', `/projects/${project.id}/snapshots`, { baseRevision: 0, entries: [] });
    const snapshotId = saved.json<{ snapshot: { id: string } }>().snapshot.id;
    await api(kim.token, 'POST', `/projects/${project.id}/builds`, { snapshotId });
    await api(kim.token, 'DELETE', `/projects/${project.id}`);
    const own = auditResponse.parse((await api(kim.token, 'GET', '/account/audit')).json());
    expect(own.entries.map(({ action }) => action)).toEqual(['project.delete', 'publish.queue', 'session.open']);
  });
});
