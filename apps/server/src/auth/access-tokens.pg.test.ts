import {
  ACCESS_TOKENS_LIMIT,
  accessTokenListResponse,
  type CreateAccessTokenResponse,
  createAccessTokenResponse,
  type CreateProjectResponse,
  type TokenScope,
} from '@slipway/contracts';
import { makeUser } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, open, type TestServer } from '../testing.ts';
import { authenticateToken, scopesAllow } from './index.ts';

let tested: TestServer;
let session: string;
beforeAll(async () => {
  tested = await createTestServer();
  session = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, json?: unknown, token = session) =>
  tested.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
const make = async (scopes: TokenScope[], expiresInDays = 30): Promise<CreateAccessTokenResponse> =>
  createAccessTokenResponse.parse(
    (await api('POST', '/access-tokens', { name: 'For a test', scopes, expiresInDays })).json(),
  );
const makeProject = async (name: string) =>
  (await api('POST', '/projects', { name })).json<CreateProjectResponse>().project.id;
const listed = async () => accessTokenListResponse.parse((await api('GET', '/access-tokens')).json()).accessTokens;

describe('access tokens', () => {
  it('SV-14 a token does what its scopes say, in the projects they name, and no more', async () => {
    const [mine, other] = [await makeProject('Mine'), await makeProject('Other')];
    const { token } = await make([
      { verb: 'read', projectId: mine },
      { verb: 'publish', projectId: mine },
    ]);
    const as = async (method: string, path: string, json?: unknown) => (await api(method, path, json, token)).status;
    expect(await as('GET', `/projects/${mine}`)).toBe(200);
    expect(await as('GET', `/projects/${mine}/builds`)).toBe(200);
    expect((await api('GET', '/projects', undefined, token)).json()).toMatchObject({ projects: [{ id: mine }] });
    // Reaches the route, which knows no such snapshot.
    expect(await as('POST', `/projects/${mine}/builds`, { snapshotId: mine })).toBe(404);
    for (const [method, path, json] of [
      ['GET', `/projects/${other}`],
      ['PATCH', `/projects/${mine}`, { name: 'x' }],
      ['DELETE', `/projects/${mine}`],
      ['POST', '/projects', { name: 'x' }],
      ['POST', `/projects/${other}/builds`, { snapshotId: mine }],
      ['GET', `/blobs/${'a'.repeat(64)}`],
      ['GET', '/events'],
      // What is about the account itself, or has no rule, is for sessions.
      ['GET', '/access-tokens'],
      ['POST', '/access-tokens', { name: 'x', scopes: [{ verb: 'write', projectId: null }], expiresInDays: 1 }],
      ['PUT', '/auth/password', { password: 'another one' }],
      ['POST', `/projects/${mine}/capability`],
      ['POST', `/projects/${mine}/holder`, { holderId: mine, kind: 'tab' }],
    ] as const) {
      const answer = await api(method, path, json, token);
      expect([answer.status, answer.json()], `${method} ${path}`).toMatchObject([403, { code: 'SCOPE_MISSING' }]);
    }
  });

  it('SV-14 HI-01 a token that may write saves, sets checkpoints and goes back to them; one that may read looks', async () => {
    const [mine, other] = [await makeProject('Written'), await makeProject('Not written')];
    await api('POST', `/projects/${mine}/snapshots`, { baseRevision: 0, entries: [] });
    const writing = (await make([{ verb: 'write', projectId: mine }])).token;
    const reading = (await make([{ verb: 'read', projectId: mine }])).token;
    const code = async (method: string, path: string, json: unknown, token: string) =>
      (await api(method, path, json, token)).json<{ code?: string }>().code;
    // The route says what it wants, to who comes that far.
    expect(await code('POST', `/projects/${mine}/saves`, {}, writing)).toBe('VALIDATION_ERROR');
    const made = await api(
      'POST',
      `/projects/${mine}/checkpoints`,
      { taskId: 'a', step: 0, description: 'b' },
      writing,
    );
    expect([made.status, made.json()]).toMatchObject([201, { checkpoint: {} }]);
    expect(await code('POST', `/projects/${mine}/restore`, {}, writing)).toBe('VALIDATION_ERROR');
    expect(await code('GET', `/projects/${mine}/history`, undefined, writing)).toBe('SCOPE_MISSING');
    for (const path of ['history', 'checkpoints', 'checkpoints/latest'])
      expect((await api('GET', `/projects/${mine}/${path}`, undefined, reading)).status, path).toBe(200);
    for (const path of ['saves', 'restore', 'checkpoints', 'checkpoints/latest/restore'])
      expect(await code('POST', `/projects/${mine}/${path}`, {}, reading), path).toBe('SCOPE_MISSING');
    expect(await code('POST', `/projects/${other}/saves`, {}, writing)).toBe('SCOPE_MISSING');
  });

  it('SV-14 a build is reached through its project; runs ask for the project that the body names', async () => {
    const [mine, other] = [await makeProject('Built'), await makeProject('Not built')];
    const entries: unknown[] = [];
    const saved = await api('POST', `/projects/${mine}/snapshots`, { baseRevision: 0, entries });
    const snapshotId = saved.json<{ snapshot: { id: string } }>().snapshot.id;
    const built = await api('POST', `/projects/${mine}/builds`, { snapshotId });
    const buildId = built.json<{ build: { id: string } }>().build.id;
    const right = await make([
      { verb: 'read', projectId: mine },
      { verb: 'run', projectId: mine },
    ]);
    const wrong = await make([
      { verb: 'read', projectId: other },
      { verb: 'run', projectId: other },
    ]);
    expect((await api('GET', `/builds/${buildId}/logs`, undefined, right.token)).status).toBe(200);
    expect((await api('GET', `/builds/${buildId}/logs`, undefined, wrong.token)).status).toBe(403);
    expect((await api('POST', `/builds/${buildId}/cancel`, {}, right.token)).status).toBe(403);
    const run = (token: string, path: string, json?: unknown) =>
      tested.call(json === undefined ? 'GET' : 'POST', `/api/workspace/run/${path}`, {
        token,
        ...(json === undefined ? {} : { json }),
      });
    expect((await run(right.token, 'start', { appId: mine })).json()).toMatchObject({ code: 'NO_HOLDER' });
    expect((await run(wrong.token, 'start', { appId: mine })).json()).toMatchObject({ code: 'SCOPE_MISSING' });
    expect((await run(right.token, `status?appId=${mine}`)).status).toBe(200);
    expect((await run(right.token, 'status')).json()).toMatchObject({ code: 'SCOPE_MISSING' });
    expect((await run(right.token, 'stop', {})).json()).toMatchObject({ code: 'SCOPE_MISSING' });
  });

  it('SV-14 the token is shown once and hashed at rest; the list says when it was last used', async () => {
    const { token, accessToken } = await make([{ verb: 'read', projectId: null }]);
    expect(token).toMatch(/^slipway_pat_[\w-]{43}$/);
    expect(accessToken).toMatchObject({ name: 'For a test', ending: token.slice(-4), lastUsedAt: null });
    const stored = await tested.database.db.execute(sql`select * from access_tokens`);
    expect(JSON.stringify(stored)).not.toContain(token);
    expect((await api('GET', '/auth/me', undefined, token)).json()).toMatchObject({ user: { role: 'admin' } });
    const [found] = (await listed()).filter(({ id }) => id === accessToken.id);
    expect(found!.lastUsedAt).toBeGreaterThanOrEqual(accessToken.createdAt);
    expect(JSON.stringify(await listed())).not.toContain(token);
    const authenticated = await authenticateToken(tested.database.db, token);
    expect(scopesAllow(authenticated!.scopes, 'read', accessToken.id)).toBe(true);
    expect(scopesAllow(authenticated!.scopes, 'write', null)).toBe(false);
  });

  it('SV-14 a token ends when it is revoked, when it expires and with its owner; a scope ends with its project', async () => {
    const project = await makeProject('Short-lived');
    const [revoked, expired, narrow] = [
      await make([{ verb: 'read', projectId: null }]),
      await make([{ verb: 'read', projectId: null }]),
      await make([{ verb: 'read', projectId: project }]),
    ];
    expect((await api('DELETE', `/access-tokens/${revoked.accessToken.id}`)).json()).toEqual({ success: true });
    expect((await api('DELETE', `/access-tokens/${revoked.accessToken.id}`)).status).toBe(404);
    await tested.database.db.execute(
      sql`update access_tokens set expires_at = slipway_now() where id = ${expired.accessToken.id}`,
    );
    for (const { token } of [revoked, expired])
      expect((await api('GET', '/projects', undefined, token)).status).toBe(401);
    expect((await listed()).map(({ id }) => id)).not.toContain(expired.accessToken.id);
    await api('DELETE', `/projects/${project}`);
    expect((await api('GET', '/projects', undefined, narrow.token)).status).toBe(403);
    for (const text of ['slipway_pat_', `slipway_pat_${'a'.repeat(43)}`, 'slipway_pat_\u00e9'])
      expect(await authenticateToken(tested.database.db, text)).toBeUndefined();
  });

  it('SV-14 nobody makes a token for a project that is not theirs, revokes another one\u2019s, or has more than the limit', async () => {
    const { db } = tested.database;
    const stranger = await makeUser(db);
    const [project] = await db.execute<{ id: string }>(sql`
      insert into projects (owner_id, name, container_id) values (${stranger}, 'Theirs', 'theirs') returning id`);
    const [theirs] = await db.execute<{ id: string }>(sql`
      insert into access_tokens (user_id, name, token_hash, ending, expires_at)
      values (${stranger}, 'Theirs', 'x', 'xxxx', slipway_now() + 1000000000) returning id`);
    const asked = { name: 'x', scopes: [{ verb: 'read', projectId: project!.id }], expiresInDays: 1 };
    expect((await api('POST', '/access-tokens', asked)).json()).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    expect((await api('DELETE', `/access-tokens/${theirs!.id}`)).status).toBe(404);
    await db.execute(sql`
      insert into access_tokens (user_id, name, token_hash, ending, expires_at)
      select users.id, 'Many', 'many ' || nr, 'many', slipway_now() + 1000000000
      from users, generate_series(1, ${ACCESS_TOKENS_LIMIT - (await listed()).length - 1}) as nr where local_owner`);
    const all = { name: 'x', scopes: [{ verb: 'read', projectId: null }], expiresInDays: 1 };
    const both = await Promise.all([api('POST', '/access-tokens', all), api('POST', '/access-tokens', all)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await api('POST', '/access-tokens', all)).json()).toMatchObject({ code: 'TOO_MANY' });
    await db.execute(sql`delete from access_tokens where name = 'Many'`);
    for (const wrong of [
      { ...all, expiresInDays: 367 },
      { ...all, scopes: [] },
      { ...all, scopes: Array.from({ length: 65 }, () => ({ verb: 'read', projectId: null })) },
      { ...all, name: '' },
    ])
      expect((await api('POST', '/access-tokens', wrong)).status).toBe(400);
  });

  it('SV-14 an event stream by token follows the owner', async () => {
    const { token } = await make([{ verb: 'read', projectId: null }]);
    const stream = await open(tested.server.port, 'GET', '/api/v1/events', { token });
    expect(stream.statusCode).toBe(200);
    const [first] = await new Promise<[Buffer]>((resolve) => stream.once('data', (chunk: Buffer) => resolve([chunk])));
    expect(first.toString()).toContain('event: hello');
    stream.destroy();
  });

  it('SV-15 making and revoking a token is written down', async () => {
    const { accessToken } = await make([{ verb: 'read', projectId: null }]);
    await api('DELETE', `/access-tokens/${accessToken.id}`);
    const lines = await tested.database.db.execute<{ action: string; address: string; details: unknown }>(
      sql`select action, address, details from audit_log where target = ${accessToken.id} order by id`,
    );
    expect([...lines]).toEqual(
      ['token.create', 'token.revoke'].map((action) => ({
        action,
        address: '127.0.0.1',
        details: { name: 'For a test' },
      })),
    );
  });
});
