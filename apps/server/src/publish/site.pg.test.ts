import { randomUUID } from 'node:crypto';
import {
  addressResponse,
  auditResponse,
  defaultBuildSettings,
  linkListResponse,
  linkResponse,
  type MeResponse,
  siteLimits,
  siteResponse,
} from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePublishedProject, type PublishedProject } from '../sites/testing/publish-site.ts';
import { type CallOptions, createTestServer, type TestServer } from '../testing.ts';

/** What DNS says in these tests. */
const dns = new Map<string, string[][]>();
/** For which of its names it waits. */
const dnsAnswers = new Map<string, Promise<void>>();
let tested: TestServer;
let token: string;
let owner: string;
beforeAll(async () => {
  tested = await createTestServer({
    resolveTxt: async (name) => {
      await dnsAnswers.get(name);
      const records = dns.get(name);
      if (records === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
      return records;
    },
  });
  token = await tested.signIn();
  owner = (await api('GET', '/auth/me')).json<MeResponse>().user.id;
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, options: CallOptions = {}) =>
  tested.call(method, `/api/v1${path}`, { token, ...options });
const own = (): Promise<PublishedProject> => makePublishedProject(tested.database.db, owner);
const siteOf = async ({ projectId }: PublishedProject) =>
  siteResponse.parse((await api('GET', `/projects/${projectId}/site`)).json()).site;
const look = async (host: string) => {
  const { status, text } = await tested.call('GET', '/', { host });
  return [status, status === 200 ? text : ''];
};

describe('addresses', () => {
  it('P-35 one address follows what is shown, rollback is one update, and unpublish shows nothing', async () => {
    const project = await own();
    const one = await project.publish({ 'index.html': 'one' });
    const two = await project.publish({ 'index.html': 'two' });
    expect(one.stableHost).toBe(two.stableHost);
    const { addresses, activeBuildId } = await siteOf(project);
    expect(activeBuildId).toBe(two.buildId);
    expect(addresses).toMatchObject([{ kind: 'stable', verified: true, proof: null }]);
    expect(addresses[0]!.url).toMatch(/^http:\/\/test-[0-9a-f]{10}\.slipway-sites\.localhost:\d+\/$/);
    const shown = () => look(one.stableHost);
    expect(await shown()).toEqual([200, 'two']);
    expect((await api('POST', `/builds/${one.buildId}/activate`)).status).toBe(200);
    await expect.poll(shown).toEqual([200, 'one']);
    expect((await tested.call('GET', two.linkPath)).headers.location).toContain(two.host);

    expect((await api('POST', `/projects/${project.projectId}/site/unpublish`)).status).toBe(200);
    for (const host of [one.stableHost, one.host, two.host]) await expect.poll(() => look(host)).toEqual([404, '']);
    expect((await api('POST', `/builds/${two.buildId}/activate`)).status).toBe(200);
    await expect.poll(shown).toEqual([200, 'two']);
    expect(await look(two.host)).toEqual([404, '']);
  });

  it('P-35 names of one’s own are taken once, are bounded, and can be given back', async () => {
    const project = await own();
    await project.publish({ 'index.html': 'mine' });
    const add = (host: string, of = project) =>
      api('POST', `/projects/${of.projectId}/site/addresses`, { json: { kind: 'name', host } });
    const name = `Shop-${randomUUID().slice(0, 8)}`;
    const { address } = addressResponse.parse((await add(name)).json());
    expect(address).toMatchObject({ kind: 'name', host: name.toLowerCase(), verified: true });
    await expect.poll(() => look(new URL(address.url).hostname)).toEqual([200, 'mine']);
    const other = await own();
    expect((await add(name, other)).json()).toMatchObject({ code: 'ADDRESS_TAKEN' });
    const { host } = await other.publish({ 'index.html': 'x' });
    expect((await add(host.split('.')[0]!)).status).toBe(400);
    for (let at = 1; at < siteLimits.names; at++)
      expect((await add(`n${at}-${randomUUID().slice(0, 8)}`)).status).toBe(201);
    expect((await add('one-too-many')).json()).toMatchObject({ code: 'TOO_MANY' });
    expect((await add('www')).status).toBe(400);
    const path = `/projects/${project.projectId}/site/addresses/${address.id}`;
    expect((await api('DELETE', path)).status).toBe(200);
    await expect.poll(() => look(new URL(address.url).hostname)).toEqual([404, '']);
    expect((await add(name, other)).status).toBe(201);
    const stable = (await siteOf(project)).addresses[0]!;
    expect((await api('DELETE', `/projects/${project.projectId}/site/addresses/${stable.id}`)).status).toBe(404);
  });

  it('P-37 a domain is shown when its DNS has the proof, by one project, until it is removed', async () => {
    const domain = `www.${randomUUID().slice(0, 8)}.example.org`;
    const project = await own();
    await project.publish({ 'index.html': 'mine' });
    const rival = await own();
    await rival.publish({ 'index.html': 'rival' });
    const claim = async (of: PublishedProject) =>
      addressResponse.parse(
        (
          await api('POST', `/projects/${of.projectId}/site/addresses`, { json: { kind: 'domain', host: domain } })
        ).json(),
      ).address;
    const [mine, theirs] = [await claim(project), await claim(rival)];
    expect(mine).toMatchObject({ kind: 'domain', verified: false, proof: { name: `_slipway.${domain}` } });
    expect(mine.proof!.value).not.toBe(theirs.proof!.value);
    const verify = (of: PublishedProject, { id }: { id: string }) =>
      api('POST', `/projects/${of.projectId}/site/addresses/${id}/verify`);
    expect((await verify(project, mine)).json()).toMatchObject({ code: 'DOMAIN_NOT_PROVEN' });
    expect((await look(domain))[0]).toBe(421);
    expect((await api('GET', `/site-domains/${domain}`)).status).toBe(404);

    dns.set(`_slipway.${domain}`, [['v=spf1'], [mine.proof!.value]]);
    // Another's proof is none.
    expect((await verify(rival, theirs)).json()).toMatchObject({ code: 'DOMAIN_NOT_PROVEN' });
    expect((await verify(project, mine)).json()).toMatchObject({ address: { verified: true } });
    expect((await verify(project, mine)).status).toBe(200);
    await expect.poll(() => look(domain)).toEqual([200, 'mine']);
    expect((await tested.call('GET', `/api/v1/site-domains/${domain}`)).status).toBe(200);

    // Who has the DNS now, and proves it, takes nothing from who holds the domain here.
    dns.set(`_slipway.${domain}`, [[theirs.proof!.value]]);
    expect((await verify(rival, theirs)).json()).toMatchObject({ code: 'ADDRESS_TAKEN' });
    expect(await look(domain)).toEqual([200, 'mine']);
    await api('DELETE', `/projects/${project.projectId}/site/addresses/${mine.id}`);
    await expect.poll(async () => (await look(domain))[0]).toBe(421);
    expect((await verify(rival, theirs)).status).toBe(200);
    await expect.poll(() => look(domain)).toEqual([200, 'rival']);
  });

  it('SV-02 P-37 who waits for DNS that does not answer keeps nobody from writing, himself neither', async () => {
    const project = await own();
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    const claims = await Promise.all(
      ['one', 'two', 'three', 'four'].map(async (name) => {
        dnsAnswers.set(`_slipway.${name}.silent.org`, promise);
        const json = { kind: 'domain', host: `${name}.silent.org` };
        const claimed = await api('POST', `/projects/${project.projectId}/site/addresses`, { json });
        return addressResponse.parse(claimed.json()).address;
      }),
    );
    const waiting = claims.map(({ id }) => api('POST', `/projects/${project.projectId}/site/addresses/${id}/verify`));
    const written = await api('PUT', `/projects/${project.projectId}/site/settings`, { json: defaultBuildSettings });
    expect(written.status).toBe(200);
    answer();
    for (const verified of await Promise.all(waiting))
      expect(verified.json()).toMatchObject({ code: 'DOMAIN_NOT_PROVEN' });
  });

  it('P-37 what is no domain of one person is refused, and so is another owner’s project', async () => {
    const project = await own();
    for (const host of ['slipway.localhost', 'co.uk', 'a_b.org', '10.0.0.1'])
      expect([
        host,
        (await api('POST', `/projects/${project.projectId}/site/addresses`, { json: { kind: 'domain', host } })).status,
      ]).toEqual([host, 400]);
    const stranger = await makePublishedProject(tested.database.db);
    const { buildId } = await stranger.publish({ 'index.html': 'theirs' });
    const of = `/projects/${stranger.projectId}`;
    const refused: [string, string, unknown?][] = [
      ['GET', `${of}/site`],
      ['GET', `${of}/links`],
      ['PUT', `${of}/site/settings`, defaultBuildSettings],
      ['PUT', `${of}/site/password`, { password: null }],
      ['PUT', `${of}/site/variables/A`, { value: '1', secret: false }],
      ['DELETE', `${of}/site/variables/A`],
      ['POST', `${of}/site/unpublish`],
      ['POST', `${of}/site/addresses`, { kind: 'name', host: 'not-mine' }],
      ['PATCH', `/builds/${buildId}/link`, { revoked: true }],
      ['DELETE', `/builds/${buildId}`],
    ];
    for (const [method, path, json] of refused)
      expect([path, (await api(method, path, { json })).status]).toEqual([path, 404]);
  });
});

describe('links and versions', () => {
  it('P-36 a link gets an end, a password, a limit, and is taken back and given again', async () => {
    const project = await own();
    const version = await project.publish({ 'index.html': 'shown' });
    const change = async (json: unknown) =>
      linkResponse.parse((await api('PATCH', `/builds/${version.buildId}/link`, { json })).json()).link;
    const list = async () =>
      linkListResponse.parse((await api('GET', `/projects/${project.projectId}/links`)).json()).links;
    expect(await list()).toMatchObject([
      { buildId: version.buildId, revoked: false, hasPassword: false, expiresAt: null, viewLimit: null, views: 0 },
    ]);
    expect((await list())[0]!.siteUrl).toContain(version.host);
    const changed = await change({ expiresInSeconds: 3600, password: 'sesame', viewLimit: 5 });
    expect(changed).toMatchObject({ hasPassword: true, viewLimit: 5, revoked: false });
    expect(changed.expiresAt! - changed.createdAt).toBeGreaterThanOrEqual(3_600_000_000);
    await expect.poll(async () => (await look(version.host))[0]).toBe(401);
    // What is not named stays.
    expect(await change({ password: null, expiresInSeconds: null, viewLimit: null, revoked: true })).toMatchObject({
      hasPassword: false,
      expiresAt: null,
      viewLimit: null,
      revoked: true,
    });
    await expect.poll(() => look(version.host)).toEqual([404, '']);
    expect(await change({})).toMatchObject({ revoked: true });
    await change({ revoked: false });
    await expect.poll(() => look(version.host)).toEqual([200, 'shown']);
    expect((await api('PATCH', `/builds/${randomUUID()}/link`, { json: {} })).status).toBe(404);
    expect((await api('PATCH', `/builds/${version.buildId}/link`, { json: { viewLimit: 0 } })).status).toBe(400);
  });

  it('P-36 the password of the address is its own', async () => {
    const project = await own();
    const version = await project.publish({ 'index.html': 'shown' });
    await api('PUT', `/projects/${project.projectId}/site/password`, { json: { password: 'sesame' } });
    await expect.poll(async () => (await look(version.stableHost))[0]).toBe(401);
    expect(await look(version.host)).toEqual([200, 'shown']);
    expect((await siteOf(project)).hasPassword).toBe(true);
    await api('PUT', `/projects/${project.projectId}/site/password`, { json: { password: null } });
    await expect.poll(() => look(version.stableHost)).toEqual([200, 'shown']);
  });

  it('P-36 a version is deleted for good, but not the one that is shown or still being made', async () => {
    const project = await own();
    const old = await project.publish({ 'index.html': 'old' });
    const shown = await project.publish({ 'index.html': 'shown' });
    const remove = async (buildId: string) => (await api('DELETE', `/builds/${buildId}`)).status;
    expect(await remove(shown.buildId)).toBe(409);
    expect(await remove(old.buildId)).toBe(200);
    expect(await remove(old.buildId)).toBe(404);
    await expect.poll(() => look(old.host)).toEqual([404, '']);
    expect((await tested.call('GET', old.linkPath)).status).toBe(404);
    expect(await look(shown.stableHost)).toEqual([200, 'shown']);
    const [left] = await tested.database.db.execute(sql`
      select (select count(*) from artifacts where build_id = ${old.buildId})::int as artifacts,
        (select count(*) from build_logs where build_id = ${old.buildId})::int as lines,
        (select count(*) from runtime_jobs where preview_build_id = ${old.buildId})::int as jobs`);
    expect(left).toEqual({ artifacts: 0, lines: 0, jobs: 0 });
    const snapshot = await project.save('more');
    const queued = (
      await api('POST', `/projects/${project.projectId}/builds`, { json: { snapshotId: snapshot.id } })
    ).json<{ build: { id: string } }>();
    expect(await remove(queued.build.id)).toBe(409);
  });
});

describe('build settings', () => {
  it('P-29 settings are stored for the project, and what they leave open is detected', async () => {
    const project = await own();
    expect(await siteOf(project)).toMatchObject({ settings: defaultBuildSettings, detected: null, problem: null });
    await project.save('<h1>plain</h1>');
    expect(await siteOf(project)).toMatchObject({ detected: { framework: null, build: null, output: '' } });
    const settings = { ...defaultBuildSettings, build: 'make site', output: 'out', trailingSlash: 'never' };
    expect((await api('PUT', `/projects/${project.projectId}/site/settings`, { json: settings })).status).toBe(200);
    expect(await siteOf(project)).toMatchObject({ settings, detected: { build: 'make site', output: 'out' } });
    await api('PUT', `/projects/${project.projectId}/site/settings`, { json: { ...settings, root: 'nowhere' } });
    const { problem } = await siteOf(project);
    expect(problem).toContain('"nowhere" is not in the project');
    expect(
      (await api('PUT', `/projects/${project.projectId}/site/settings`, { json: { ...settings, root: '../x' } }))
        .status,
    ).toBe(400);
  });

  it('P-30 variables are sealed, a secret is never told again, and there are so many and no more', async () => {
    const project = await own();
    const set = (name: string, value: string, secret: boolean) =>
      api('PUT', `/projects/${project.projectId}/site/variables/${name}`, { json: { value, secret } });
    expect((await set('VITE_TITLE', 'Shop', false)).status).toBe(200);
    expect((await set('API_KEY', 'very-secret-value', true)).status).toBe(200);
    expect((await set('API_KEY', 'another-secret-value', true)).status).toBe(200);
    expect((await siteOf(project)).variables).toEqual([
      { name: 'API_KEY', secret: true, value: null },
      { name: 'VITE_TITLE', secret: false, value: 'Shop' },
    ]);
    const rows = await tested.database.db.execute<{ sealed: string }>(sql`
      select sealed from build_variables where project_id = ${project.projectId}`);
    expect(rows.every(({ sealed }) => sealed.startsWith('sb1.') && !/secret|Shop/.test(sealed))).toBe(true);
    for (const name of ['PATH', 'A-B', '1A']) expect((await set(name, 'x', false)).status).toBe(400);
    await tested.database.db.execute(sql`
      insert into build_variables (project_id, owner_id, name, secret, sealed)
      select ${project.projectId}, ${owner}, 'V' || n, false, 'x' from generate_series(3, ${siteLimits.variables}) n`);
    expect((await set('ONE_MORE', 'x', false)).json()).toMatchObject({ code: 'TOO_MANY' });
    expect((await set('API_KEY', 'replaced-value', true)).status).toBe(200);
    expect((await api('DELETE', `/projects/${project.projectId}/site/variables/API_KEY`)).status).toBe(200);
    expect((await api('DELETE', `/projects/${project.projectId}/site/variables/API_KEY`)).status).toBe(404);
  });
});

it('SV-15 every change of links, addresses and passwords is a line of the log, without the password', async () => {
  const project = await own();
  const { buildId } = await project.publish({ 'index.html': 'x' });
  const link = (json: object) => api('PATCH', `/builds/${buildId}/link`, { json });
  await link({ expiresInSeconds: 60, password: 'once upon a time' });
  await link({ revoked: true, viewLimit: 3, password: null });
  expect((await api('PATCH', `/builds/${randomUUID()}/link`, { json: { revoked: true } })).status).toBe(404);
  const site = `/projects/${project.projectId}/site`;
  await api('PUT', `${site}/password`, { json: { password: 'twice upon a time' } });
  const host = `log-${randomUUID().slice(0, 8)}`;
  const { address } = addressResponse.parse(
    (await api('POST', `${site}/addresses`, { json: { kind: 'name', host } })).json(),
  );
  await api('DELETE', `${site}/addresses/${address.id}`);
  const { entries } = auditResponse.parse((await api('GET', '/account/audit')).json());
  const lines = entries.filter(({ target }) => [buildId, project.projectId, address.id].includes(target ?? ''));
  expect(lines.map(({ action, target, details }) => ({ action, target, details })).reverse()).toEqual([
    { action: 'link.change', target: buildId, details: { expiresInSeconds: 60, password: true } },
    { action: 'link.change', target: buildId, details: { revoked: true, viewLimit: 3, password: false } },
    { action: 'site.password.change', target: project.projectId, details: { password: true } },
    {
      action: 'site.address.add',
      target: address.id,
      details: { kind: 'name', host, projectId: project.projectId },
    },
    { action: 'site.address.remove', target: address.id, details: {} },
  ]);
  expect(JSON.stringify(entries)).not.toContain('upon a time');
});
