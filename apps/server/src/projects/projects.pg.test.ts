import { createHash } from 'node:crypto';
import {
  createProjectResponse,
  openResponse,
  projectListResponse,
  snapshotResponse,
  snapshotTreeResponse,
  templateListResponse,
  treePage,
  type ProjectListResponse,
  type TreeEntry,
} from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePerson } from '../auth/testing/make-person.ts';
import { createTestServer, type CallOptions, type TestServer } from '../testing.ts';

let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer({ env: { BLOB_LIMIT_BYTES: '100000' } });
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, options: CallOptions = {}) =>
  tested.call(method, `/api/v1${path}`, { token, ...options });
const shaOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function create(name: string, template?: string) {
  const answer = await api('POST', '/projects', { json: { name, template } });
  expect(answer.status).toBe(201);
  return createProjectResponse.parse(answer.json());
}

describe('projects and snapshots', () => {
  it('every template of create-vite becomes a project whose snapshot mounts', async () => {
    const { templates } = templateListResponse.parse((await api('GET', '/templates')).json());
    expect(templates.map((template) => template.id).slice(0, 4)).toEqual([
      'vanilla-ts',
      'vanilla',
      'react-ts',
      'react',
    ]);
    for (const id of ['vanilla-ts', 'react-ts']) {
      const { project, snapshot } = await create('My "App"', id);
      expect(snapshot).toMatchObject({ revision: 1 });
      const { entries } = snapshotTreeResponse.parse(
        (await api('GET', `/projects/${project.id}/snapshots/latest`)).json(),
      );
      const paths = entries.map((entry) => entry.path);
      expect(paths).toContain('.gitignore');
      expect(paths).not.toContain('_gitignore');
      const mount = await api('GET', `/projects/${project.id}/snapshots/${snapshot!.id}/mount`);
      const tree = mount.json<{ d: Record<string, { f: { c: string } }> }>();
      expect(JSON.parse(tree.d['package.json']!.f.c)).toMatchObject({ name: 'my-app', scripts: { dev: 'vite' } });
      expect(tree.d['index.html']!.f.c).toContain('<title>my-app</title>');
    }
    expect((await api('POST', '/projects', { json: { name: 'x', template: 'none' } })).json()).toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
    });
  });

  it('a tab uploads what is missing, commits, and reads back the same bytes', async () => {
    const { project } = await create('Upload');
    const files = {
      'a.txt': Buffer.from('hello'),
      'b.bin': Buffer.from([0, 255, 254, 0xc3]),
      'bom.txt': Buffer.from('\ufeffx'),
      __proto__x: Buffer.from(''),
    };
    const all = Object.values(files).map(shaOf);
    expect(
      (await api('POST', '/blobs/missing', { json: { sha256: all } })).json<{ missing: string[] }>().missing.sort(),
    ).toEqual([...all].sort());
    const entries: TreeEntry[] = Object.entries(files).map(([path, bytes]) => ({
      kind: 'file',
      path,
      mode: 0o644,
      sha256: shaOf(bytes),
      size: bytes.length,
    }));
    entries.push({ kind: 'link', path: 'l', target: 'a.txt' }, { kind: 'dir', path: 'empty', mode: 0o755 });
    const early = await api('POST', `/projects/${project.id}/snapshots`, { json: { baseRevision: 0, entries } });
    expect(early.status).toBe(422);
    expect(early.json<{ details: { missing: string[] } }>().details.missing.sort()).toEqual([...all].sort());
    for (const bytes of Object.values(files))
      expect((await api('PUT', `/blobs/${shaOf(bytes)}`, { body: bytes })).status).toBe(200);
    const committed = await api('POST', `/projects/${project.id}/snapshots`, { json: { baseRevision: 0, entries } });
    expect(committed.status).toBe(201);
    const stale = await api('POST', `/projects/${project.id}/snapshots`, { json: { baseRevision: 0, entries } });
    expect(stale.status).toBe(409);
    expect(stale.json()).toMatchObject({ code: 'STALE_REVISION', details: { revision: 1 } });
    const mount = (await api('GET', `/projects/${project.id}/snapshots/latest/mount`)).json<{
      d: Record<string, unknown>;
    }>();
    expect(mount.d).toEqual({
      'a.txt': { f: { c: 'hello', m: 0o644 } },
      'b.bin': { f: { c: '\0\u00ff\u00fe\u00c3', b: true, m: 0o644 } },
      'bom.txt': { f: { c: '\ufeffx', m: 0o644 } },
      __proto__x: { f: { c: '', m: 0o644 } },
      l: { f: { l: 'a.txt' } },
      empty: { d: {} },
    });
    const blob = await api('GET', `/blobs/${shaOf(files['b.bin'])}`);
    expect(blob.body).toEqual(files['b.bin']);
    expect(blob.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
    });
  });

  it('wrong bytes, too many bytes and broken trees are refused', async () => {
    const { project } = await create('Refused');
    expect((await api('PUT', `/blobs/${shaOf('a')}`, { body: 'b' })).json()).toMatchObject({ code: 'BLOB_MISMATCH' });
    const large = Buffer.alloc(100_001);
    expect((await api('PUT', `/blobs/${shaOf(large)}`, { body: large })).json()).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    const commit = (entries: unknown) =>
      api('POST', `/projects/${project.id}/snapshots`, { json: { baseRevision: 0, entries } });
    const dir = (path: string) => ({ kind: 'dir', path, mode: 0o755 });
    expect((await commit([dir('../x')])).json()).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ field: 'entries.0.path' }],
    });
    expect((await commit([dir('x'), dir('x')])).json()).toMatchObject({ code: 'INVALID_TREE' });
    expect(
      (
        await api('POST', `/projects/${project.id}/snapshots`, {
          body: '{',
          headers: { 'content-type': 'application/json' },
        })
      ).json(),
    ).toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  it('P-07 another user finds nothing of mine', async () => {
    const { project, snapshot } = await create('Mine', 'vanilla-ts');
    const { id: otherId, token: stranger } = await makePerson(tested, 'other@example.org');
    const paths: [string, string, unknown?][] = [
      ['GET', `/projects/${project.id}`],
      ['PATCH', `/projects/${project.id}`, { name: 'Stolen' }],
      ['DELETE', `/projects/${project.id}`],
      ['GET', `/projects/${project.id}/snapshots/latest`],
      ['GET', `/projects/${project.id}/snapshots/${snapshot!.id}/mount`],
      ['POST', `/projects/${project.id}/snapshots`, { baseRevision: 1, entries: [] }],
      ['POST', `/projects/${project.id}/builds`, { snapshotId: snapshot!.id }],
      ['GET', `/projects/${project.id}/builds`],
      ['POST', `/projects/${project.id}/capability`, {}],
      ['GET', `/blobs/${shaOf('hello')}`],
    ];
    for (const [method, path, json] of paths) {
      const answer = await api(method, path, { token: stranger, ...(json === undefined ? {} : { json }) });
      expect(answer.status, `${method} ${path}`).toBe(404);
    }
    expect(projectListResponse.parse((await api('GET', '/projects', { token: stranger })).json()).projects).toEqual([]);
    await tested.database.db.execute(sql`delete from users where id = ${otherId}`);
  });

  it('a project is renamed and deleted', async () => {
    const { project } = await create('Old');
    expect((await api('PATCH', `/projects/${project.id}`, { json: { name: ' New ' } })).json()).toMatchObject({
      project: { name: 'New' },
    });
    expect((await api('DELETE', `/projects/${project.id}`)).json()).toEqual({ success: true });
    expect((await api('GET', `/projects/${project.id}`)).json()).toMatchObject({ code: 'PROJECT_NOT_FOUND' });
    expect((await api('GET', '/projects/no-uuid')).status).toBe(404);
  });
});

it('SV-05 a long list of projects comes in pages, each project once, last changed first', async () => {
  const { db } = tested.database;
  const [me] = await db.execute<{ id: string }>(sql`select id from users where local_owner`);
  const before = projectListResponse.parse((await api('GET', '/projects')).json()).projects.length;
  // Of one moment, as an import may make them: the id decides among them.
  await db.execute(sql`
    insert into projects (owner_id, name, container_id, created_at, updated_at)
    select ${me!.id}, 'Page ' || nr, 'cpage' || nr, 5, 5 + nr % 2 from generate_series(1, 150) nr`);
  const pages: ProjectListResponse[] = [];
  for (let next: string | undefined = ''; next !== undefined; next = pages.at(-1)!.next)
    pages.push(projectListResponse.parse((await api('GET', `/projects${next === '' ? '' : `?after=${next}`}`)).json()));
  const all = pages.flatMap(({ projects }) => projects);
  expect(pages.map(({ projects }) => projects.length)).toEqual([100, 50 + before]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(150 + before);
  expect(all.map(({ updatedAt }) => updatedAt)).toEqual(all.map(({ updatedAt }) => updatedAt).sort((a, b) => b - a));
  for (const after of ['x', '5', `5_${'g'.repeat(36)}`, "5_' or true --"])
    expect((await api('GET', `/projects?after=${encodeURIComponent(after)}`)).status, after).toBe(400);
  // What a page's first answer holds is a page too.
  const opened = await tested.callApi('POST', '/api/v1/open', { json: {} });
  const { home } = openResponse.parse(opened.json());
  expect([home?.projects.length, home?.next]).toEqual([100, pages[0]!.next]);
  await db.execute(sql`delete from projects where container_id like 'cpage%'`);
});

it('SV-05 a tree above one page comes in pages by its paths, while newer snapshots are made, and with the page’s first data', async () => {
  const { project } = await create('Many');
  const bytes = 'same bytes';
  await api('PUT', `/blobs/${shaOf(bytes)}`, { body: bytes });
  const entries = Array.from({ length: treePage.entries + 10 }, (_, at) => {
    const path = `src/${String(at).padStart(5, '0')}.ts`;
    return { kind: 'file', path, mode: 0o644, sha256: shaOf(bytes), size: bytes.length } as const;
  });
  const commit = (baseRevision: number, kept: typeof entries) =>
    api('POST', `/projects/${project.id}/snapshots`, { json: { baseRevision, entries: kept } });
  const { snapshot } = snapshotResponse.parse((await commit(0, entries)).json());
  const page = async (id: string, query = '') =>
    snapshotTreeResponse.parse((await api('GET', `/projects/${project.id}/snapshots/${id}${query}`)).json());
  const first = await page('latest');
  expect(first.entries).toEqual(entries.slice(0, treePage.entries));
  await commit(snapshot.revision, entries.slice(0, 1));
  const second = await page(first.snapshot.id, `?after=${encodeURIComponent(first.next!)}`);
  expect([second.entries, second.next]).toEqual([entries.slice(treePage.entries), undefined]);
  expect((await page('latest')).entries).toHaveLength(1);
  const wrong = await api('GET', `/projects/${project.id}/snapshots/latest?after=../x`);
  expect([wrong.status, wrong.json()]).toMatchObject([400, { code: 'VALIDATION_ERROR' }]);
}, 60_000);
