import { randomUUID } from 'node:crypto';
import { type CreateProjectResponse, type OpenResponse, openResponse } from '@slipway/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
beforeAll(async () => void (tested = await createTestServer()), 60_000);
afterAll(() => tested.close());

const open = async (json: unknown, headers: Record<string, string> = {}) =>
  await tested.callApi('POST', '/api/v1/open', { json, headers });
const openAs = async (json: unknown, cookie?: string): Promise<OpenResponse> =>
  openResponse.parse((await open(json, cookie === undefined ? {} : { cookie })).json());

describe('opening a page of the IDE', () => {
  it('AU-02 AU-10 signs in, tells the configuration and gives the first data of the page, in one request', async () => {
    const answer = await open({});
    const home = openResponse.parse(answer.json());
    expect(home.project).toBeNull();
    expect(home.home?.templates.length).toBeGreaterThan(0);
    const token = home.session?.accessToken ?? '';
    const made = (
      await tested.call('POST', '/api/v1/projects', { token, json: { name: 'Opened', template: 'vanilla-ts' } })
    ).json<CreateProjectResponse>();

    // The cookie of the answer is what the next page of this browser opens with.
    const cookie = /^[^;]+/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[0];
    const opened = await openAs({ projectId: made.project.id }, cookie);
    expect(opened.home).toBeNull();
    expect(opened.session?.user.id).toBe(home.session?.user.id);
    expect(opened.project?.project).toMatchObject({ id: made.project.id, name: 'Opened' });
    expect(opened.project?.config.auth).toEqual({ localOwner: true });
    expect(opened.project?.entries.map(({ path }) => path)).toContain('package.json');
    expect(opened.project?.capability).toMatch(/./);
    const tree = await tested.call('GET', `/api/v1/projects/${made.project.id}/snapshots/latest`, {
      token: opened.session?.accessToken ?? '',
    });
    expect(opened.project?.entries).toEqual(tree.json<{ entries: unknown }>().entries);
  });

  it('has no project where the owner has none of that id', async () => {
    const opened = await openAs({ projectId: randomUUID() });
    expect([opened.project, opened.session === null]).toEqual([null, false]);
    expect((await open({ projectId: 'x' })).status).toBe(400);
  });

  it('AU-09 is for the app’s own page alone', async () => {
    for (const headers of [{ origin: 'http://evil.slipway.localhost' }, { 'sec-fetch-site': 'same-site' }])
      expect((await open({}, headers)).json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
  });

  it('AU-10 shows nothing of anybody where a person has to sign in, and clears a cookie that is not good any more', async () => {
    const answer = await open({}, { 'x-forwarded-for': '10.0.0.1', cookie: '__Host-refreshToken=worn-out' });
    expect(openResponse.parse(answer.json())).toMatchObject({ session: null, home: null, project: null });
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^__Host-refreshToken=;.*Max-Age=0/);
  });
});
