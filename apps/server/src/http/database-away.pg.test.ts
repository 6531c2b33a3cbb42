import { openDatabase } from '@slipway/db';
import { createMortalDatabase, type MortalDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, createTestServer, open, type TestServer } from '../testing.ts';

let database: MortalDatabase;
let tested: TestServer;
let token: string;
let cookie: string;
beforeAll(async () => {
  database = await createMortalDatabase({ supervised: false });
  tested = await createTestServer({ database });
  const signedIn = await tested.callApi('POST', '/api/v1/auth/local', { json: {} });
  token = signedIn.json<{ data: { accessToken: string } }>().data.accessToken;
  cookie = /^[^;]+/.exec(signedIn.headers['set-cookie']?.[0] ?? '')?.[0] ?? '';
}, 120_000);
afterAll(async () => {
  await tested.close();
  await database.close();
});

const projects = () => tested.call('GET', '/api/v1/projects', { token });

/** What every route says while there is no database. */
function expectAway(answer: Answer, path: string): void {
  expect([answer.status, answer.headers['retry-after']], path).toEqual([503, '2']);
  expect(answer.json(), path).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  // The browser stays signed in: nothing that failed for want of a database says anything of its cookie.
  expect(answer.headers['set-cookie'], path).toBeUndefined();
}

/** Reads an event stream until it has sent this. */
async function awaitEvent(incoming: Awaited<ReturnType<typeof open>>, text: string): Promise<void> {
  let seen = '';
  for await (const piece of incoming) {
    seen += String(piece);
    if (seen.includes(text)) return;
  }
  throw new Error(`The stream ended before "${text}": ${seen}`);
}

describe('a database that goes away', () => {
  it('SV-16 is 503 with Retry-After on every route that needs it, the cookie stays, and all is well when it is back', async () => {
    expect((await projects()).status).toBe(200);
    await database.stop();
    expectAway(await projects(), 'projects');
    expectAway(await tested.call('POST', '/api/v1/projects', { token, json: { name: 'New' } }), 'new project');
    expectAway(await tested.callApi('POST', '/api/v1/auth/refresh', { json: {}, headers: { cookie } }), 'refresh');
    expectAway(await tested.callApi('POST', '/api/v1/open', { json: {}, headers: { cookie } }), 'open');
    expectAway(await tested.call('GET', '/api/v1/events', { token }), 'events');
    expect((await tested.call('GET', '/health')).status).toBe(200);
    expect([(await tested.call('GET', '/ready')).status, (await tested.call('GET', '/')).status]).toEqual([503, 200]);

    expect((await tested.call('GET', '/metrics')).text).toContain('slipway_database_up 0');

    await database.start();
    await expect.poll(async () => (await projects()).status).toBe(200);
    const refreshed = await tested.callApi('POST', '/api/v1/auth/refresh', { json: {}, headers: { cookie } });
    expect(refreshed.status).toBe(200);
    const stream = await open(tested.server.port, 'GET', '/api/v1/events', { token });
    const heard = awaitEvent(stream, 'event: project');
    await expect
      .poll(
        async () =>
          (await tested.call('POST', '/api/v1/projects', { token, json: { name: 'New', template: 'vanilla' } })).status,
      )
      .toBe(201);
    await heard;
    stream.destroy();
  }, 120_000);

  it('SV-16 sessions that are ended under requests cost a 503 at most, never a 500', async () => {
    const seen = new Set<number>();
    for (let round = 0; round < 10; round++) {
      const asked = Array.from({ length: 10 }, projects);
      await database.terminateAll();
      for (const answer of await Promise.all(asked)) seen.add(answer.status);
    }
    expect([...seen].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    await expect.poll(async () => (await projects()).status).toBe(200);
  }, 60_000);

  it('SV-16 silence is 503 too, for who waits and for who comes, and all is well when it speaks again', async () => {
    database.freeze();
    try {
      // The first waits until the silence is known, the second does not wait at all.
      const [waited, stream] = await Promise.all([projects(), tested.call('GET', '/api/v1/events', { token })]);
      expect([waited.status, waited.headers['retry-after'], stream.status]).toEqual([503, '5', 503]);
      expect(waited.json()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      expect((await projects()).status).toBe(503);
      // Nothing was begun for it: whoever tries again has it once.
      const refused = await tested.call('POST', '/api/v1/projects', { token, json: { name: 'While silent' } });
      expect(refused.status).toBe(503);
      expect((await tested.call('GET', '/health')).status).toBe(200);
      expect([(await tested.call('GET', '/ready')).status, (await tested.call('GET', '/')).status]).toEqual([503, 200]);
      expect((await tested.call('GET', '/metrics')).text).toContain('slipway_database_up 0');
    } finally {
      database.thaw();
    }
    await expect.poll(async () => (await projects()).status).toBe(200);
    expect((await projects()).text).not.toContain('While silent');
    // The stream that nobody waited for any more keeps no place.
    await expect.poll(async () => (await tested.call('GET', '/metrics')).text).toContain('slipway_event_streams 0');
  }, 60_000);

  it('SV-16 no session to be had is 503, and readiness has one of its own', async () => {
    const others = openDatabase(database.url, { maxConnections: 110 });
    // Every session that the server allows, and some that it refuses.
    const held = Array.from({ length: 110 }, () => others.client`select pg_sleep(3)`.catch(() => 'refused'));
    await database.terminateAll().catch(() => 0);
    const answer = await projects();
    expect([200, 503]).toContain(answer.status);
    expect((await tested.call('GET', '/health')).status).toBe(200);
    await Promise.all(held);
    await others.close();
    await expect.poll(async () => (await projects()).status).toBe(200);
  }, 60_000);
});
