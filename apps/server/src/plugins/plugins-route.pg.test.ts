import { buildGuest, NOTING_GUEST } from '@slipway/plugin-host/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePerson } from '../auth/testing/make-person.ts';
import { createTestServer, type TestServer } from '../testing.ts';

const MANIFEST = {
  id: 'projects',
  name: 'Projects',
  version: '1.0.0',
  events: ['project.*'],
  entities: {
    note: { fields: { projectId: { type: 'string', required: true, indexed: true }, name: { type: 'string' } } },
  },
};

let tested: TestServer;
let admin: string;
let user: string;
let component: Uint8Array;
beforeAll(async () => {
  [tested, component] = await Promise.all([createTestServer(), buildGuest(NOTING_GUEST, MANIFEST)]);
  ({ token: admin } = await makePerson(tested, 'admin@example.org', 'admin'));
  ({ token: user } = await makePerson(tested, 'user@example.org'));
});
afterAll(() => tested.close());

const call = (method: string, path: string, token: string, body?: Uint8Array) =>
  tested.callApi(method, `/api/v1${path}`, { token, ...(body && { body }) });

describe('plugins over the API', () => {
  it('PL-16: admins install, turn off and on, and remove; users see what there is, and neither does more', async () => {
    for (const [method, path] of [
      ['POST', '/plugins'],
      ['POST', '/plugins/projects/enable'],
      ['POST', '/plugins/projects/disable'],
      ['DELETE', '/plugins/projects'],
      ['GET', '/plugins/projects/calls'],
    ] as const) {
      const refused = await call(method, path, user, method === 'POST' ? component : undefined);
      expect([refused.status, refused.json<{ code: string }>().code], `${method} ${path}`).toEqual([403, 'FORBIDDEN']);
    }
    expect((await call('GET', '/plugins', user)).json()).toEqual({ plugins: [] });
    const installed = await call('POST', '/plugins', admin, component);
    const projects = {
      id: 'projects',
      name: 'Projects',
      version: '1.0.0',
      state: 'running',
      health: 'healthy',
      message: null,
    };
    expect([installed.status, installed.json()]).toEqual([201, { plugin: projects }]);
    expect((await call('GET', '/plugins', user)).json()).toEqual({ plugins: [projects] });
    expect((await call('POST', '/plugins', admin, component)).json()).toMatchObject({ code: 'PLUGIN_EXISTS' });
    const again = await call('POST', '/plugins/projects/enable', admin);
    expect(again.json()).toMatchObject({ code: 'PLUGIN_STATE', details: { actual: 'running' } });
    const broken = await call('POST', '/plugins', admin, component.subarray(0, 400));
    expect([broken.status, broken.json()]).toMatchObject([422, { code: 'PLUGIN_INVALID' }]);
    expect((await call('GET', '/plugins/unknown', user)).status).toBe(404);
  });

  it('PL-16: a new project reaches the plugin with its actor, and each user sees rows of her own', async () => {
    const made = await tested.callApi('POST', '/api/v1/projects', {
      token: user,
      json: { name: 'Boats', template: 'vanilla' },
    });
    expect(made.status, made.text).toBe(201);
    const rows = async (token: string, filter = '') =>
      (await call('GET', `/plugins/projects/entities/note${filter}`, token)).json<{ rows: { data: unknown }[] }>().rows;
    await expect.poll(async () => (await rows(user)).length).toBe(1);
    expect(await rows(user)).toMatchObject([{ version: 1, data: { name: 'Boats' } }]);
    expect(await rows(admin)).toEqual([]);
    const filter = (value: unknown) => `?filter=${encodeURIComponent(JSON.stringify(value))}`;
    expect(await rows(user, filter({ projectId: { eq: 'another' } }))).toEqual([]);
    const wrong = await call('GET', `/plugins/projects/entities/note${filter({ name: { eq: 'Boats' } })}`, user);
    expect(wrong.json()).toMatchObject({ code: 'VALIDATION_ERROR' });
    const calls = (await call('GET', '/plugins/projects/calls', admin)).json<{
      calls: { eventType: string; outcome: string }[];
    }>();
    expect(calls.calls).toContainEqual(
      expect.objectContaining({ eventType: 'project.created', outcome: 'ok', operations: 2 }),
    );
  });

  it('PL-06 PL-16: uninstalling takes the plugin’s tables along', async () => {
    expect((await call('POST', '/plugins/projects/disable', admin)).json()).toEqual({ success: true });
    expect((await call('GET', '/plugins/projects', user)).json()).toMatchObject({ plugin: { health: 'unhealthy' } });
    expect((await call('DELETE', '/plugins/projects', admin)).json()).toEqual({ success: true });
    expect((await call('GET', '/plugins/projects/entities/note', user)).status).toBe(404);
    const tables = await tested.database
      .client`select 1 from information_schema.tables where table_schema = 'plugin_data'`;
    expect(tables.length).toBe(0);
  });
});
