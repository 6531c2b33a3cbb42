import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { describeUserService } from './testing/describe-user-service.ts';
import { type RunningUserService, startUserService, userServiceKey } from './testing/fake-user-service.ts';
import { storePerson } from './testing/make-person.ts';

const signInAt = (tested: TestServer) => async (email: string, password: string) => {
  const answer = await tested.callApi('POST', '/api/v1/auth/login', { json: { email, password } });
  const cookie = /^([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[1];
  return answer.status === 200 && cookie !== undefined ? { cookie } : ('refused' as const);
};

describeUserService('the own table', async () => {
  const tested = await createTestServer();
  const { db } = tested.database;
  for (const name of ['Ann', 'Bob']) {
    await storePerson(tested, `${name.toLowerCase()}@example.org`);
    await db.execute(sql`update users set name = ${name} where email = ${`${name.toLowerCase()}@example.org`}`);
  }
  return {
    tested,
    signIn: signInAt(tested),
    // Who vouches and who keeps the account are one here: the session goes with it.
    remove: async (email) => void (await db.execute(sql`delete from users where email = ${email}`)),
    close: () => tested.close(),
  };
});

const startUpstream = async () => {
  const service = await startUserService();
  const env = { USER_SERVICE_URL: `${service.url}/`, USER_SERVICE_API_KEY: userServiceKey };
  return { service, tested: await createTestServer({ env }) };
};

describeUserService('an upstream user service', async () => {
  const { service, tested } = await startUpstream();
  return {
    tested,
    signIn: signInAt(tested),
    remove: async (email) => void service.people.delete(email),
    goDown: async () => void (service.broken = { status: 503, body: 'away' }),
    comeBack: async () => void (service.broken = undefined),
    close: async () => {
      await tested.close();
      await service.close();
    },
  };
});

describe('an upstream user service besides', () => {
  let service: RunningUserService;
  let tested: TestServer;
  beforeAll(async () => void ({ service, tested } = await startUpstream()), 60_000);
  afterAll(async () => {
    await tested.close();
    await service.close();
  });
  const login = (email = 'ann@example.org', password = 'correct horse') =>
    tested.callApi('POST', '/api/v1/auth/login', { json: { email, password } });

  it('AU-05 its errors keep status, code and message, and nothing else passes; no answer is a network error', async () => {
    const wrong = await login('ann@example.org', 'wrong horse');
    expect([wrong.status, wrong.json()]).toEqual([401, { code: 'NOT_YOU', message: 'Not you' }]);
    service.broken = { status: 418, body: '<html>a teapot' };
    const plain = await login();
    expect([plain.status, plain.json()]).toEqual([418, { code: 'SERVICE_ERROR', message: 'Service error' }]);
    service.broken = { status: 200, body: '{"user":{"id":"u-1"}}' };
    expect([(await login()).status, (await login()).json()]).toMatchObject([502, { code: 'SERVICE_ERROR' }]);
    service.broken = { status: 200, body: 'x'.repeat(100_000) };
    expect((await login()).status).toBe(503);
    service.broken = 'silent';
    const silent = await login();
    expect([silent.status, silent.json()]).toMatchObject([503, { message: 'Network error' }]);
    service.broken = undefined;
    const right = await login();
    expect(right.status).toBe(200);
    expect(right.text).not.toMatch(/inside|theirs/);
  }, 120_000);

  it('AU-05 what it says of a person is brought up to date, her role too; nobody signs up here', async () => {
    service.people.set('ann@example.org', { id: 'u-1', name: 'Ann B.', role: 'admin' });
    expect((await login()).json()).toMatchObject({ data: { user: { name: 'Ann B.', role: 'admin' } } });
    const signUp = { email: 'new@example.org', name: 'New', password: 'correct horse' };
    const answer = await tested.callApi('POST', '/api/v1/auth/sign-up', { json: signUp });
    expect(answer.json()).toMatchObject({ code: 'SIGN_UP_CLOSED' });
    expect((await tested.call('GET', '/api/v1/auth/methods')).json()).toMatchObject({ signUp: 'closed' });
  });
});
