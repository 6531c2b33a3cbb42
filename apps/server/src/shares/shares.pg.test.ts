import {
  type CreateProjectResponse,
  createShareResponse,
  type CreateShareResponse,
  type ProjectResponse,
  SHARED_FILE_BYTES,
  SHARES_LIMIT,
  sharedProjectResponse,
  shareListResponse,
} from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePerson } from '../auth/testing/make-person.ts';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
let owner: { id: string; token: string };
let visitor: { id: string; token: string };
let projectId: string;
const logged: string[] = [];
beforeAll(async () => {
  tested = await createTestServer({ env: { ACCESS_LOG: 'on', LOG_LEVEL: 'info' }, log: (line) => logged.push(line) });
  owner = await makePerson(tested, 'owner@example.org');
  visitor = await makePerson(tested, 'visitor@example.org');
  projectId = await makeProject('Shared', {
    'src/a.ts': 'export const a = 1;\n',
    'big.txt': 'x'.repeat(SHARED_FILE_BYTES + 1),
  });
}, 60_000);
afterAll(() => tested.close());

const as = (token: string) => (method: string, path: string, json?: unknown) =>
  tested.callApi(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
const openly = (path: string, json: unknown) => tested.callApi('POST', `/api/v1${path}`, { json });

async function makeProject(name: string, files: Record<string, string>): Promise<string> {
  const api = as(owner.token);
  const { id } = (await api('POST', '/projects', { name })).json<CreateProjectResponse>().project;
  const entries = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const sha256 = createHash('sha256').update(text).digest('hex');
      await tested.callApi('PUT', `/api/v1/blobs/${sha256}`, { token: owner.token, body: text });
      return { kind: 'file', path, mode: 0o644, sha256, size: text.length };
    }),
  );
  expect((await api('POST', `/projects/${id}/snapshots`, { baseRevision: 0, entries })).status).toBe(201);
  return id;
}
const make = async (kind: 'copy' | 'embed' = 'copy', project = projectId): Promise<CreateShareResponse> =>
  createShareResponse.parse(
    (await as(owner.token)('POST', `/projects/${project}/shares`, { kind, expiresInHours: 24 })).json(),
  );
const list = async () =>
  shareListResponse.parse((await as(owner.token)('GET', `/projects/${projectId}/shares`)).json()).shares;

describe('a share (UX-15, UX-20)', () => {
  it('UX-20 its token is shown once and hashed at rest; its owner lists it, and takes it back at once', async () => {
    const { share, token } = await make();
    expect(share).toMatchObject({ projectId, kind: 'copy', ending: token.slice(-4), views: 0, copies: 0 });
    const [stored] = await tested.database.db.execute(sql`select * from shares where id = ${share.id}`);
    expect(JSON.stringify(stored)).not.toContain(token);
    expect((await list()).map(({ id }) => id)).toContain(share.id);
    expect((await openly('/shared', { token })).status).toBe(200);
    expect((await list()).find(({ id }) => id === share.id)).toMatchObject({ views: 1 });

    expect((await as(owner.token)('DELETE', `/projects/${projectId}/shares/${share.id}`)).status).toBe(200);
    for (const path of ['/shared', '/shared/file'])
      expect((await openly(path, { token, path: 'src/a.ts' })).status).toBe(path === '/shared' ? 400 : 404);
    expect((await openly('/shared', { token })).json()).toMatchObject({ code: 'LINK_NOT_VALID' });
    expect((await as(visitor.token)('POST', '/shared/copy', { token })).status).toBe(404);
    expect((await tested.call('GET', `/s/${token}`)).status).toBe(404);
    expect((await list()).map(({ id }) => id)).not.toContain(share.id);
  });

  it('UX-20 it ends by itself, says so to nobody, and is forgotten a month later', async () => {
    const { share, token } = await make();
    await tested.database.db.execute(sql`update shares set expires_at = slipway_now() - 1 where id = ${share.id}`);
    expect((await openly('/shared', { token })).json()).toMatchObject({ code: 'LINK_NOT_VALID' });
    expect((await list()).map(({ id }) => id)).not.toContain(share.id);
    for (const expiresInHours of [0, 8785, 1.5])
      expect(
        (await as(owner.token)('POST', `/projects/${projectId}/shares`, { kind: 'copy', expiresInHours })).status,
      ).toBe(400);
  });

  it('UX-20 belongs to the project’s owner: to anybody else there is none, and access tokens reach none', async () => {
    const { share } = await make();
    const stranger = as(visitor.token);
    expect((await stranger('GET', `/projects/${projectId}/shares`)).status).toBe(404);
    expect((await stranger('POST', `/projects/${projectId}/shares`, { kind: 'copy', expiresInHours: 1 })).status).toBe(
      404,
    );
    expect((await stranger('DELETE', `/projects/${projectId}/shares/${share.id}`)).status).toBe(404);
    const scopes = [{ verb: 'write', projectId: null }];
    const made = await as(owner.token)('POST', '/access-tokens', { name: 'x', scopes, expiresInDays: 1 });
    const program = as(made.json<{ token: string }>().token);
    expect((await program('GET', `/projects/${projectId}/shares`)).json()).toMatchObject({ code: 'SCOPE_MISSING' });
  });

  it('UX-20 a project has so many, and no more', async () => {
    const full = await makeProject('Full', {});
    const answers = await Promise.all(Array.from({ length: SHARES_LIMIT }, () => make('copy', full)));
    expect(answers).toHaveLength(SHARES_LIMIT);
    const more = await as(owner.token)('POST', `/projects/${full}/shares`, { kind: 'copy', expiresInHours: 1 });
    expect(more.json()).toMatchObject({ code: 'TOO_MANY' });
    expect((await as(owner.token)('DELETE', `/projects/${full}`)).status).toBe(200);
    const left = await tested.database.db.execute(sql`select from shares where project_id = ${full}`);
    expect(left).toHaveLength(0);
  });

  it('UX-20 what is done with it is in the audit log of both, and its token in no log', async () => {
    const { share, token } = await make();
    const copied = await as(visitor.token)('POST', '/shared/copy', { token });
    await tested.call('GET', `/s/${token}`);
    await as(owner.token)('DELETE', `/projects/${projectId}/shares/${share.id}`);
    const lines = (await as(owner.token)('GET', '/account/audit')).json<{
      entries: { action: string; target: string }[];
    }>();
    const told = lines.entries.map(({ action, target }) => `${action} ${target}`);
    expect(told).toContain(`share.create ${share.id}`);
    expect(told).toContain(`share.revoke ${share.id}`);
    expect(told).toContain(`share.copy ${copied.json<ProjectResponse>().project.id}`);
    await expect.poll(() => logged.join('')).toContain('"/s/…"');
    expect(logged.join('')).not.toContain(token);
  });
});

describe('what is behind a link (UX-15)', () => {
  it('UX-15 anybody sees the newest files, signed in or not, from the app’s own page alone', async () => {
    const { token } = await make();
    const seen = sharedProjectResponse.parse((await openly('/shared', { token })).json());
    expect(seen).toMatchObject({ kind: 'copy', name: 'Shared', owner: 'Test', cut: false });
    expect(seen.files.map(({ path }) => path)).toEqual(['big.txt', 'src/a.ts']);
    expect(JSON.stringify(seen)).not.toContain(projectId);
    const file = await openly('/shared/file', { token, path: 'src/a.ts' });
    expect([file.text, file.headers['content-disposition']]).toEqual(['export const a = 1;\n', 'attachment']);
    expect((await openly('/shared/file', { token, path: 'none' })).status).toBe(404);
    expect((await openly('/shared/file', { token, path: 'big.txt' })).status).toBe(413);
    const elsewhere = { headers: { Origin: 'http://evil.example', 'Sec-Fetch-Site': 'cross-site' }, json: { token } };
    expect((await tested.call('POST', '/api/v1/shared', elsewhere)).json()).toMatchObject({ code: 'ORIGIN_REFUSED' });
  });

  it('UX-15 anybody runs the newest files, at an origin of that link alone', async () => {
    const [one, two] = [await make(), await make('embed')];
    const mounts = await Promise.all([one, two].map(({ token }) => openly('/shared/mount', { token })));
    expect(mounts.map(({ status }) => status)).toEqual([200, 200]);
    expect(mounts[0]!.text).toContain('export const a = 1;');
    const origins = mounts.map(({ headers }) => String(headers['x-runtime-origin']));
    expect(new Set(origins).size).toBe(2);
    for (const origin of origins) expect(origin).toMatch(/^http:\/\/s[0-9a-f]{31}\.rt\.slipway\.localhost:\d+$/);
    const elsewhere = { headers: { Origin: origins[0]!, 'Sec-Fetch-Site': 'same-site' }, json: { token: one.token } };
    expect((await tested.call('POST', '/api/v1/shared/mount', elsewhere)).json()).toMatchObject({
      code: 'ORIGIN_REFUSED',
    });
    await as(owner.token)('DELETE', `/projects/${projectId}/shares/${one.share.id}`);
    expect((await openly('/shared/mount', { token: one.token })).status).toBe(404);
  });

  it('UX-15 a copy is the visitor’s own: it stays as it is, and lives on without its origin', async () => {
    const origin = await makeProject('Origin', { 'a.txt': 'first' });
    const { token } = await make('copy', origin);
    const copied = await as(visitor.token)('POST', '/shared/copy', { token });
    expect(copied.status).toBe(201);
    const { project } = copied.json<ProjectResponse>();
    expect(project).toMatchObject({ name: 'Origin (copy)', revision: 1 });
    expect((await as(owner.token)('GET', `/projects/${project.id}`)).status).toBe(404);
    expect((await as(owner.token)('DELETE', `/projects/${origin}`)).status).toBe(200);
    const file = await as(visitor.token)('GET', `/projects/${project.id}/snapshots/latest/files/a.txt`);
    expect(file.text).toBe('first');
    expect((await as(visitor.token)('GET', `/projects/${project.id}/history`)).json()).toMatchObject({
      snapshots: [{ kind: 'fork', revision: 1 }],
    });
    expect((await openly('/shared/copy', { token })).status).toBe(401);
  });

  it('UX-15 a copy counts among what the visitor may have', async () => {
    const { token } = await make();
    const quota = (name: string, amount: number) =>
      tested.database.db.execute(sql`
        insert into owner_quotas (owner_id, name, amount) values (${visitor.id}, ${name}, ${amount})
        on conflict (owner_id, name) do update set amount = excluded.amount`);
    await quota('projects', 0);
    expect((await as(visitor.token)('POST', '/shared/copy', { token })).json()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });

  it('UX-15 the page of an embed is shown in frames of any site, no other page of the app is', async () => {
    const [embed, copy] = [await make('embed'), await make('copy')];
    const policy = async (path: string) => (await tested.call('GET', path)).headers['content-security-policy'];
    expect(await policy(`/s/${embed.token}?embed=1`)).toContain('frame-ancestors *');
    for (const path of [`/s/${embed.token}`, `/s/${copy.token}?embed=1`, `/s/${'a'.repeat(43)}?embed=1`, '/', '/s/x'])
      expect(await policy(path)).toContain("frame-ancestors 'none'");
  });
});
