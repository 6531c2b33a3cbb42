import { type SessionResponse, sessionResponse } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type Answer, type TestServer } from '../testing.ts';

let tested: TestServer;
beforeAll(async () => void (tested = await createTestServer()), 60_000);
afterAll(() => tested.close());

const local = (headers: Record<string, string> = {}, host?: string) =>
  tested.callApi('POST', '/api/v1/auth/local', { json: {}, headers, ...(host === undefined ? {} : { host }) });
const cookieOf = (answer: Answer) => /^([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1] ?? '';
const refresh = (cookie: string, headers: Record<string, string> = {}) =>
  tested.callApi('POST', '/api/v1/auth/refresh', {
    json: {},
    headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
  });

describe('sign-in', () => {
  it('AU-02 AU-03 AU-10 a browser on this machine is signed in as the owner; the refresh token is in the cookie alone', async () => {
    const answer = await local();
    expect(answer.status).toBe(200);
    expect(sessionResponse.parse(answer.json()).data.user).toMatchObject({ email: 'owner@localhost' });
    const cookie = answer.headers['set-cookie']![0]!;
    expect(cookie).toMatch(
      /^__Host-refreshToken=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=604800$/,
    );
    expect(answer.text).not.toContain(cookieOf(answer).split('=')[1]);
    // A second browser, too: it is the machine that is trusted.
    expect((await local()).status).toBe(200);
  });

  it('AU-10 a proxy header, a foreign Host, a foreign page: no sign-in without password', async () => {
    const signs = [
      'forwarded',
      'via',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-port',
      'x-real-ip',
      'cf-ray',
    ];
    for (const header of [...signs, 'x-original-host', 'true-client-ip', 'x-client-ip', 'x-envoy-internal'])
      expect((await local({ [header]: '1' })).status, header).toBe(403);
    expect((await local({}, 'slipway.example.org')).status).toBe(421);
    expect((await local({ origin: 'http://evil.slipway.localhost' })).json<{ code: string }>().code).toBe(
      'ORIGIN_REFUSED',
    );
    expect((await local({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
  });

  it('AU-10 SV-10 naming a proxy ends the sign-in without password, whether it forwards or not', async () => {
    const proxied = await createTestServer({ database: tested.database, env: { TRUSTED_PROXIES: '127.0.0.1' } });
    const answer = await proxied.callApi('POST', '/api/v1/auth/local', { json: {} });
    expect(answer.json()).toMatchObject({ code: 'LOCAL_OWNER_UNAVAILABLE' });
    await proxied.close();
  });

  it('AU-10 PUBLIC_URL ends the sign-in without password', async () => {
    const port = tested.server.port;
    const publicServer = await createTestServer({
      database: tested.database,
      env: { PUBLIC_URL: `http://slipway.localhost:${port}`, SITES_DOMAIN: 'slipway-sites.localhost' },
    });
    const answer = await publicServer.call('POST', '/api/v1/auth/local', {
      json: {},
      headers: { origin: `http://slipway.localhost:${port}`, 'sec-fetch-site': 'same-origin' },
    });
    expect(answer.json()).toMatchObject({ code: 'LOCAL_OWNER_UNAVAILABLE' });
    await publicServer.close();
  });

  it('AU-09 preview and published hosts cannot refresh or sign out, though the browser sends them the cookie', async () => {
    const cookie = cookieOf(await local());
    const port = tested.server.port;
    for (const origin of [
      `http://3000--abc.slipway.localhost:${port}`,
      `http://${'a'.repeat(32)}.slipway-sites.localhost:${port}`,
      'null',
    ]) {
      for (const path of ['/api/v1/auth/refresh', '/api/v1/auth/sign-out', '/api/v1/auth/local']) {
        const answer = await tested.call('POST', path, {
          json: {},
          headers: { cookie, origin, 'sec-fetch-site': 'same-site' },
        });
        expect(answer.json(), `${origin} ${path}`).toMatchObject({ code: 'ORIGIN_REFUSED' });
      }
    }
    // A form of the app's own origin is refused as well: it cannot send JSON.
    const form = { cookie, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await tested.callApi('POST', '/api/v1/auth/refresh', { body: 'a=b', headers: form })).status).toBe(400);
    expect((await tested.callApi('GET', '/api/v1/auth/refresh', { headers: { cookie } })).status).toBe(401);
    expect((await refresh(cookie)).status).toBe(200);
  });

  it('AU-04 refresh rotates the cookie; without one, or with a bad one, 401', async () => {
    const none = await refresh('');
    expect(none.status).toBe(401);
    expect(none.json()).toMatchObject({ code: 'UNAUTHORIZED', message: 'No refresh token provided' });
    const bad = await refresh('__Host-refreshToken=nonsense');
    expect(bad.json()).toMatchObject({ message: 'Invalid or expired refresh token' });
    expect(bad.headers['set-cookie']![0]).toContain('Max-Age=0');
    const first = cookieOf(await local());
    const second = await refresh(first);
    expect(sessionResponse.parse(second.json()).success).toBe(true);
    expect(cookieOf(second)).not.toBe(first);
    expect((await refresh(cookieOf(second))).status).toBe(200);
  });

  it('AU-02 a tossed cookie of another name does not count', async () => {
    expect((await refresh('refreshToken=tossed')).json()).toMatchObject({ message: 'No refresh token provided' });
    const good = cookieOf(await local());
    expect((await refresh(`refreshToken=tossed; ${good}`)).status).toBe(200);
  });

  it('AU-09 two tabs stay signed in; a token that comes back later revokes the family and ends its access at once', async () => {
    const signedIn = await local();
    const first = cookieOf(signedIn);
    const tabs = await Promise.all([refresh(first), refresh(first)]);
    expect(tabs.map((answer) => answer.status)).toEqual([200, 200]);
    const token = tabs[0]!.json<SessionResponse>().data.accessToken;
    expect((await tested.call('GET', '/api/v1/auth/me', { token })).status).toBe(200);
    await tested.database.db.execute(sql`update refresh_tokens set rotated_at = 1 where rotated_at is not null`);
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(cookieOf(tabs[1]!))).status).toBe(401);
    expect((await tested.call('GET', '/api/v1/auth/me', { token })).status).toBe(401);
  });

  it('AU-09 sign-out clears the cookie and revokes', async () => {
    const signedIn = await local();
    const cookie = cookieOf(signedIn);
    const answer = await tested.callApi('POST', '/api/v1/auth/sign-out', { json: {}, headers: { cookie } });
    expect(answer.headers['set-cookie']![0]).toContain('Max-Age=0');
    expect((await refresh(cookie)).status).toBe(401);
    expect(
      (await tested.call('GET', '/api/v1/auth/me', { token: signedIn.json<SessionResponse>().data.accessToken }))
        .status,
    ).toBe(401);
  });

  it('AU-09 no route but refresh and sign-out takes the cookie for an answer', async () => {
    const cookie = cookieOf(await local());
    for (const path of ['/api/v1/auth/me', '/api/v1/projects', '/api/v1/events', '/api/v1/templates']) {
      expect((await tested.callApi('GET', path, { headers: { cookie } })).json(), path).toMatchObject({
        code: 'UNAUTHORIZED',
      });
    }
  });

  it('a capability for the runtime opens nothing of the API', async () => {
    const token = await tested.signIn();
    const { project } = (await tested.call('POST', '/api/v1/projects', { token, json: { name: 'x' } })).json<{
      project: { id: string };
    }>();
    const answer = await tested.call('POST', `/api/v1/projects/${project.id}/capability`, { token });
    const { capability } = answer.json<{ capability: string }>();
    expect((await tested.call('GET', '/api/v1/auth/me', { token: capability })).status).toBe(401);
    expect((await tested.call('GET', '/api/v1/auth/me', { token: `${token}x` })).status).toBe(401);
  });

  it('AU-07 only listed origins may call the API from a browser', async () => {
    const port = tested.server.port;
    const other = await createTestServer({
      database: tested.database,
      env: { ALLOWED_ORIGINS: 'https://shell.example.org' },
    });
    const preflight = (origin: string) =>
      other.call('OPTIONS', '/api/v1/projects', {
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
    const listed = (await preflight('https://shell.example.org')).headers;
    expect(listed).toMatchObject({
      'access-control-allow-origin': 'https://shell.example.org',
      'access-control-allow-credentials': 'true',
    });
    for (const origin of ['https://evil.example.org', `http://3000--c1.slipway.localhost:${port}`]) {
      expect((await preflight(origin)).headers['access-control-allow-origin'], origin).toBeUndefined();
    }
    await other.close();
  });

  // Last: it ends the mode that the tests above use.
  it('AU-01 AU-08 AU-10 with a password set, only email and password sign in', async () => {
    const token = await tested.signIn();
    const set = await tested.call('PUT', '/api/v1/auth/password', {
      token,
      json: { password: 'correct horse', email: 'Me@Example.org' },
    });
    expect(set.json()).toEqual({ success: true });
    expect((await local()).json()).toMatchObject({ code: 'LOCAL_OWNER_UNAVAILABLE' });
    const login = (json: unknown, headers = {}) => tested.call('POST', '/api/v1/auth/login', { json, headers });
    const invalid = await login({ email: 'x', password: '123' });
    expect(invalid.status).toBe(400);
    expect(invalid.json()).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'Invalid input',
      details: [{ field: 'email' }, { field: 'password' }],
    });
    expect((await login({ email: 'me@example.org', password: 'wrong one' })).json()).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    expect((await login({ email: 'nobody@example.org', password: 'wrong one' })).status).toBe(401);
    const right = await login({ email: 'ME@example.org ', password: 'correct horse' });
    expect(sessionResponse.parse(right.json()).data.user.email).toBe('me@example.org');
    expect(
      (await login({ email: 'me@example.org', password: 'correct horse' }, { origin: 'http://evil.slipway.localhost' }))
        .status,
    ).toBe(403);
    expect(
      (await tested.call('PUT', '/api/v1/auth/password', { token, json: { password: 'another one' } })).status,
    ).toBe(401);
    const guesses: number[] = [];
    for (let at = 0; at < 12; at++)
      guesses.push((await login({ email: 'guess@example.org', password: 'wrong one' })).status);
    expect(guesses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(guesses.at(-1)).toBe(429);
  }, 90_000);
});
