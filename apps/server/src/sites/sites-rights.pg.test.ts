import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteAttemptLimits } from '@slipway/db';
import { scryptSync } from 'node:crypto';
import { type CallOptions, createTestServer, type TestServer } from '../testing.ts';
import { makePublishedProject, type PublishedVersion } from './testing/publish-site.ts';

/** Two servers over one database that would remember a site for an hour: only a notification makes them forget. */
let one: TestServer;
let two: TestServer;
beforeAll(async () => {
  one = await createTestServer({ siteKeepMs: 3_600_000 });
  two = await createTestServer({ database: one.database, siteKeepMs: 3_600_000 });
}, 60_000);
afterAll(async () => {
  await two.close();
  await one.close();
});

const page = { accept: 'text/html', 'sec-fetch-dest': 'document' };
const files = { 'index.html': '<p>home</p>', 'a.js': 'code' };
/** A hash that is quick to check: what a real one costs is not what is tested here. */
const hashOf = (password: string) =>
  `scrypt$1024$8$1$${Buffer.from('salt').toString('base64url')}$${scryptSync(password, 'salt', 32, { N: 1024, r: 8, p: 1 }).toString('base64url')}`;

const publish = async (): Promise<PublishedVersion> => (await makePublishedProject(one.database.db)).publish(files);
const get = (server: TestServer, host: string, path = '/', headers: Record<string, string> = {}) =>
  server.call('GET', path, { host, headers });
const post = (host: string, password: string, more: CallOptions = {}) =>
  one.call('POST', '/a.js?x=1', {
    host,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...page },
    body: new URLSearchParams({ password }).toString(),
    ...more,
  });
const change = (version: PublishedVersion, set: ReturnType<typeof sql>) =>
  one.database.db.execute(sql`update preview_tokens set ${set} where token = ${version.token}`);
const pairOf = (cookies: string[] | undefined) => cookies?.[0]?.split(';')[0] ?? '';

describe('who may see a site', () => {
  it('ST-11 what is taken back on one server is gone on the other at once', async () => {
    const version = await publish();
    for (const server of [one, two]) expect((await get(server, version.host)).status).toBe(200);
    await change(version, sql`revoked_at = slipway_now()`);
    for (const server of [one, two]) await expect.poll(async () => (await get(server, version.host)).status).toBe(404);
    expect((await one.call('GET', version.linkPath)).status).toBe(404);
    // And what was not there is there at once.
    await change(version, sql`revoked_at = null`);
    await expect.poll(async () => (await get(two, version.host)).status).toBe(200);
  });

  it('ST-11 an expiry holds also while the site is remembered', async () => {
    const version = await publish();
    await change(version, sql`expires_at = slipway_now() + 500000`);
    await expect.poll(async () => (await get(two, version.host)).status).toBe(404);
    expect((await get(two, version.host, '/', page)).text).toContain('has expired');
  });

  it('ST-11 a password is asked for by a form, kept out of addresses, and ends with the next password', async () => {
    const version = await publish();
    await change(version, sql`password_hash = ${hashOf('sesame')}`);
    await expect.poll(async () => (await get(one, version.host)).status).toBe(401);
    const form = await get(one, version.host, '/?password=sesame', page);
    expect([form.status, form.headers['cache-control'], form.headers['x-robots-tag']]).toEqual([
      401,
      'no-store',
      'noindex',
    ]);
    expect(form.text).toContain('<form method="post">');
    expect((await get(one, version.host, '/a.js')).text).not.toContain('code');
    expect((await post(version.host, 'open')).status).toBe(403);
    const right = await post(version.host, 'sesame');
    expect([right.status, right.headers.location, right.text]).toEqual([303, '/a.js?x=1', '']);
    const cookie = pairOf(right.headers['set-cookie']);
    for (const server of [one, two]) {
      const answer = await get(server, version.host, '/a.js', { cookie });
      expect([answer.text, answer.headers['cache-control']]).toEqual(['code', 'private, no-cache']);
    }
    // With the pass there is nothing to post to.
    expect((await post(version.host, 'x', { headers: { cookie } })).status).toBe(405);
    await change(version, sql`password_hash = ${hashOf('changed')}`);
    await expect.poll(async () => (await get(two, version.host, '/a.js', { cookie })).status).toBe(401);
  });

  it('ST-11 guesses at a password are limited before they are looked at', async () => {
    const version = await publish();
    await change(version, sql`password_hash = ${hashOf('sesame')}`);
    await expect.poll(async () => (await get(one, version.host)).status).toBe(401);
    await one.database.db.execute(sql`delete from sign_in_attempts`);
    const answers = await Promise.all(
      Array.from({ length: siteAttemptLimits.address.attempts + 5 }, (_, at) => post(version.host, `guess ${at}`)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0);
    // Of another address, until the site itself has had too many.
    await one.database.db.execute(sql`
      update sign_in_attempts set full_at = slipway_now() + ${siteAttemptLimits.site.refillUs * 100}::bigint`);
    expect((await post(version.host, 'sesame')).status).toBe(429);
    await one.database.db.execute(sql`delete from sign_in_attempts`);
    expect((await post(version.host, 'x'.repeat(9000))).status).toBe(413);
    expect((await post(version.host, 'a', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
  }, 20_000);

  it('ST-11 P-36 a view is a page that was shown, and a limit of them is one for both servers', async () => {
    const version = await publish();
    const views = async () => {
      const rows = await one.database.db.execute<{ views: number }>(
        sql`select views from preview_tokens where token = ${version.token}`,
      );
      return rows[0]!.views;
    };
    const { etag } = (await get(one, version.host)).headers;
    await get(one, version.host, '/', page);
    await get(two, version.host, '/', page);
    // Neither a file, nor a 304, nor a HEAD, nor a 404.
    await get(one, version.host, '/a.js', { 'sec-fetch-dest': 'script' });
    await get(one, version.host, '/', { ...page, 'if-none-match': etag! });
    await one.call('HEAD', '/', { host: version.host, headers: page });
    await get(one, version.host, '/none', page);
    await expect.poll(views).toBe(2);

    await change(version, sql`view_limit = 4`);
    await expect.poll(async () => (await get(one, version.host, '/a.js')).status).toBe(404);
    await expect.poll(async () => (await get(two, version.host, '/a.js')).status).toBe(404);
    const shown = await get(one, version.host, '/', { ...page, 'if-none-match': etag! });
    expect([shown.status, shown.headers['cache-control'], await views()]).toEqual([200, 'private, no-cache', 3]);
    const cookie = pairOf(shown.headers['set-cookie']);
    expect((await get(two, version.host, '/a.js', { cookie })).text).toBe('code');
    const last = await Promise.all([one, two, one, two].map((server) => get(server, version.host, '/', page)));
    expect(last.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    expect(await views()).toBe(4);
    // A page that asks as a script does is a page.
    expect((await get(one, version.host, '/', { 'sec-fetch-dest': 'empty', cookie })).status).toBe(404);
    expect((await get(one, version.host, '/a.js', { cookie })).text).toBe('code');
  });

  it('ST-11 P-35 the address follows the active build on both servers, in one row update', async () => {
    const project = await makePublishedProject(one.database.db);
    const first = await project.publish({ 'index.html': 'first' });
    for (const server of [one, two]) expect((await get(server, first.stableHost)).text).toBe('first');
    const second = await project.publish({ 'index.html': 'second' });
    expect(second.stableHost).toBe(first.stableHost);
    for (const server of [one, two])
      await expect.poll(async () => (await get(server, first.stableHost)).text).toBe('second');
    await one.callApi('POST', '/api/v1/auth/local', { json: {} });
    await one.database.db.execute(sql`
      update projects set active_build_id = ${first.buildId} where id = ${project.projectId}`);
    for (const server of [one, two])
      await expect.poll(async () => (await get(server, first.stableHost)).text).toBe('first');
    // Every version goes on under its own label.
    expect((await get(two, second.host)).text).toBe('second');
  });
});
