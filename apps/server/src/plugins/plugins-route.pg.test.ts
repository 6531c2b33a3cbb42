import { parseRecording, replayCall } from '@slipway/plugin-host';
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
      ['GET', '/plugins/projects/calls/1'],
      ['GET', `/plugins/projects/components/${'a'.repeat(64)}`],
      ['POST', '/plugins/examine'],
      ['PUT', '/plugins/projects'],
      ['POST', '/plugins/projects/rollback'],
    ] as const) {
      const refused = await call(method, path, user, method === 'GET' || method === 'DELETE' ? undefined : component);
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

  it('PL-16 PL-18: a recorded call is made again elsewhere for the same fuel, and who looks at it is written down', async () => {
    const calls = (await call('GET', '/plugins/projects/calls', admin)).json<{
      calls: { id: number; eventType: string; fuel: number; recorded: boolean; sha256: string }[];
    }>().calls;
    const made = calls.find(({ eventType }) => eventType === 'project.created')!;
    expect(made.recorded).toBe(true);
    const { recording, sha256 } = (await call('GET', `/plugins/projects/calls/${made.id}`, admin)).json<{
      recording: string;
      sha256: string;
    }>();
    expect(sha256).toBe(made.sha256);
    const bytes = (await call('GET', `/plugins/projects/components/${sha256}`, admin)).body;
    expect(Buffer.from(bytes).equals(Buffer.from(component))).toBe(true);
    const again = replayCall(new Uint8Array(bytes), parseRecording(recording));
    expect([again.kind, again.fuel]).toEqual(['ok', BigInt(made.fuel)]);
    expect((await call('GET', '/plugins/projects/calls/999999', admin)).status).toBe(404);
    const audit = await tested.database.client`select from audit_log where action = 'plugin.replay'`;
    expect(audit.length).toBe(1);
  });

  it('PL-13 PL-16: people write rows of their own by what the manifest says, each in the version that they saw', async () => {
    const path = '/plugins/projects/entities/note';
    const json = (method: string, at: string, body: unknown, token = user) =>
      tested.callApi(method, `/api/v1${at}`, { token, json: body });
    const rows = async (query = '') =>
      (await call('GET', `${path}${query}`, user)).json<{ rows: { id: string; version: number; data: unknown }[] }>()
        .rows;
    for (const name of ['c', 'a', 'b']) {
      expect((await json('POST', path, { data: { projectId: name, name } })).json()).toEqual({ success: true });
    }
    const names = (found: { data: unknown }[]) =>
      found.map(({ data }) => (data as { name: string }).name).filter((name) => name !== 'Boats');
    expect(names(await rows('?sort=-projectId'))).toEqual(['c', 'b', 'a']);
    expect(await rows('?sort=projectId&offset=1')).toHaveLength(3);
    for (const wrong of ['?sort=name', '?sort=nothing', '?offset=-1', '?offset=10000', '?filter=%7B']) {
      expect((await call('GET', `${path}${wrong}`, user)).json(), wrong).toMatchObject({ code: 'VALIDATION_ERROR' });
    }
    const missing = await json('POST', path, { data: { name: 'no project' } });
    expect(missing.json()).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'Invalid data: "projectId" is required',
    });
    const [row] = await rows(`?filter=${encodeURIComponent('{"projectId":{"eq":"a"}}')}`);
    const change = { data: { projectId: 'a', name: 'changed' }, version: row!.version };
    // Not somebody else's, and not twice from the same version.
    expect((await json('PUT', `${path}/${row!.id}`, change, admin)).json()).toMatchObject({
      code: 'PLUGIN_ROW_CONFLICT',
    });
    expect((await json('PUT', `${path}/${row!.id}`, change)).json()).toEqual({ success: true });
    expect((await json('PUT', `${path}/${row!.id}`, change)).json()).toMatchObject({ code: 'PLUGIN_ROW_CONFLICT' });
    expect((await call('DELETE', `${path}/${row!.id}`, user)).json()).toEqual({ success: true });
    expect((await call('DELETE', `${path}/${row!.id}`, user)).json()).toMatchObject({ code: 'PLUGIN_ROW_CONFLICT' });
    // Marked, not gone: the plugin cannot delete for good.
    const marked = await tested.database.client`
      select from plugin_data.projects__note where id = ${row!.id} and deleted_at is not null`;
    expect(marked.length).toBe(1);
    expect((await json('POST', '/plugins/projects/entities/nothing', { data: {} })).status).toBe(404);
  });

  it('PL-16 PL-17: an upgrade is examined, done and taken back', async () => {
    const fields = { ...MANIFEST.entities.note.fields, url: { type: 'string', indexed: true } };
    const newer = await buildGuest(NOTING_GUEST, { ...MANIFEST, version: '1.1.0', entities: { note: { fields } } });
    expect((await call('POST', '/plugins/examine', admin, newer)).json()).toMatchObject({
      manifest: { version: '1.1.0' },
      installed: '1.0.0',
      changes: ['field "url" of "note" is new: string, indexed'],
      refusal: null,
    });
    expect((await call('POST', '/plugins/examine', admin, component)).json()).toMatchObject({
      refusal: expect.stringContaining('is not newer'),
    });
    expect((await call('PUT', '/plugins/projects', admin, newer)).json()).toMatchObject({
      plugin: { version: '1.1.0' },
    });
    expect((await call('PUT', '/plugins/projects', admin, newer)).json()).toMatchObject({
      code: 'PLUGIN_NOT_UPGRADED',
    });
    expect((await call('GET', '/plugins/projects', user)).json()).toMatchObject({
      plugin: { version: '1.1.0' },
      manifest: { entities: { note: { fields: { url: { type: 'string' } } } } },
      versions: [{ version: '1.0.0' }],
    });
    expect((await call('POST', '/plugins/projects/rollback', admin)).json()).toEqual({ success: true });
    expect((await call('GET', '/plugins/projects', user)).json()).toMatchObject({ plugin: { version: '1.0.0' } });
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
