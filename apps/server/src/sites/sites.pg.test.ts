import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, createTestServer, open, type TestServer } from '../testing.ts';
import { makePublishedProject, type PublishedVersion } from './testing/publish-site.ts';

let tested: TestServer;
/** Of the machine's owner, who can sign in so only while nobody else is there. */
let sessionCookies: string[] = [];
beforeAll(async () => {
  tested = await createTestServer();
  sessionCookies = (await tested.callApi('POST', '/api/v1/open', { json: {} })).headers['set-cookie'] ?? [];
}, 60_000);
afterAll(() => tested.close());

const page = { accept: 'text/html', 'sec-fetch-dest': 'document' };
const asScript = { 'sec-fetch-dest': 'script', accept: '*/*' };
const text = 'All work and no play makes Jack a dull boy.\n'.repeat(200);

async function publish(
  files: Record<string, string | Uint8Array>,
  serving: Parameters<Awaited<ReturnType<typeof makePublishedProject>>['publish']>[1] = {},
): Promise<PublishedVersion & { get: (path: string, options?: CallOptions) => ReturnType<TestServer['call']> }> {
  const version = await (await makePublishedProject(tested.database.db)).publish(files, serving);
  return { ...version, get: (path, options = {}) => tested.call('GET', path, { host: version.host, ...options }) };
}

it('ST-13 an answer from memory is the answer that was made: headers, bytes, and what holds of them', async () => {
  const project = await makePublishedProject(tested.database.db);
  const headers = [{ pattern: '/*', set: [['x-own', 'mine'] as [string, string]], unset: [] }];
  const rules = { singlePage: true, headers };
  const first = await project.publish({ 'index.html': '<p>one</p>', 'a.js': text }, rules);
  const host = first.stableHost;
  const asked: [string, string, Record<string, string>][] = [
    ['GET', '/a.js', {}],
    ['HEAD', '/a.js', {}],
    ['GET', '/a.js', { 'accept-encoding': 'br' }],
    ['GET', '/a.js', { 'accept-encoding': 'gzip' }],
    ['GET', '/', page],
    ['GET', '/nowhere', page],
    ['GET', '/nowhere', asScript],
  ];
  const plain = ({ status, headers: got, text: body }: Awaited<ReturnType<TestServer['call']>>) => {
    const { date: _date, 'x-request-id': id, ...others } = got;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    return { status, headers: others, body };
  };
  const answers = async () => {
    const all = [];
    for (const [method, path, sent] of asked) all.push(plain(await tested.call(method, path, { host, headers: sent })));
    return all;
  };
  const made = await answers();
  expect(made.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 404]);
  expect(await answers()).toEqual(made);
  await project.publish({ 'index.html': '<p>two</p>' }, rules);
  await expect.poll(async () => (await tested.call('GET', '/', { host, headers: page })).text).toBe('<p>two</p>');
});

describe('conditional requests and parts', () => {
  it('ST-01 what a browser has is 304 without a body, by tag first and by time else', async () => {
    const { get, host } = await publish({ 'index.html': '<p>hi</p>', 'a.bin': 'bytes' });
    const first = await get('/a.bin');
    const etag = first.headers.etag!;
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const modified = first.headers['last-modified']!;
    for (const headers of [
      { 'if-none-match': etag },
      { 'if-none-match': `W/${etag}` },
      { 'if-none-match': `"x", ${etag}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
    ]) {
      const answer = await get('/a.bin', { headers });
      expect([answer.status, answer.text, answer.headers.etag, answer.headers['content-length']]).toEqual([
        304,
        '',
        etag,
        undefined,
      ]);
    }
    expect((await get('/a.bin', { headers: { 'if-none-match': '"x"', 'if-modified-since': modified } })).status).toBe(
      200,
    );
    // Nobody reads the bytes for it: they may be locked.
    await withLocked(['blobs'], async () => {
      expect((await get('/a.bin', { headers: { 'if-none-match': etag } })).status).toBe(304);
      expect((await tested.call('HEAD', '/', { host })).status).toBe(200);
    });
  });

  it('ST-02 parts of a file, their ends, and what cannot be had of it', async () => {
    const { get, host } = await publish({ 'index.html': '', 'a.bin': '0123456789' });
    const part = async (range: string, more: Record<string, string> = {}) => {
      const answer = await get('/a.bin', { headers: { range, ...more } });
      return [answer.status, answer.text, answer.headers['content-range']];
    };
    expect(await part('bytes=2-4')).toEqual([206, '234', 'bytes 2-4/10']);
    expect(await part('bytes=7-')).toEqual([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10']);
    expect(await part('bytes=10-')).toEqual([416, '', 'bytes */10']);
    expect(await part('bytes=0-1,3-4')).toEqual([200, '0123456789', undefined]);
    const { etag, 'last-modified': modified } = (await get('/a.bin')).headers;
    expect((await part('bytes=0-0', { 'if-range': etag! }))[0]).toBe(206);
    expect((await part('bytes=0-0', { 'if-range': modified! }))[0]).toBe(206);
    expect((await part('bytes=0-0', { 'if-range': '"old"' }))[0]).toBe(200);
    const head = await tested.call('HEAD', '/a.bin', { host, headers: { range: 'bytes=0-1' } });
    expect([head.status, head.headers['content-length'], head.headers['accept-ranges'], head.text]).toEqual([
      200,
      '10',
      'bytes',
      '',
    ]);
  });

  it('ST-02 a part of a large file is read as a part', async () => {
    const bytes = Buffer.alloc(3 * 1024 ** 2, 'a');
    bytes.write('needle', 2_500_000);
    const { get } = await publish({ 'large.bin': bytes });
    const answer = await get('/large.bin', { headers: { range: 'bytes=2500000-2500005' } });
    expect([answer.status, answer.text]).toEqual([206, 'needle']);
    expect((await get('/large.bin')).body.equals(bytes)).toBe(true);
  });
});

describe('what is sent', () => {
  it('ST-03 texts come packed as the browser prefers, each form with a tag and parts of its own', async () => {
    const { get } = await publish({ 'index.html': text, 'photo.png': text });
    const ask = (accept: string, more = {}) => get('/', { headers: { 'accept-encoding': accept, ...more } });
    const brotli = await ask('gzip, br');
    expect([brotli.headers['content-encoding'], brotli.headers.vary]).toEqual(['br', 'Accept-Encoding']);
    expect(brotliDecompressSync(brotli.body).toString()).toBe(text);
    const gzip = await ask('br;q=0.1, gzip');
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).toString()).toBe(text);
    const plain = await ask('br;q=0, gzip;q=0');
    expect([plain.headers['content-encoding'], plain.text, plain.headers.vary]).toEqual([
      undefined,
      text,
      'Accept-Encoding',
    ]);
    expect(new Set([brotli, gzip, plain].map(({ headers }) => headers.etag)).size).toBe(3);
    expect((await ask('br', { 'if-none-match': brotli.headers.etag })).status).toBe(304);
    expect((await ask('gzip', { 'if-none-match': brotli.headers.etag })).status).toBe(200);
    const part = await ask('br', { range: 'bytes=1-3' });
    expect([part.status, part.body.equals(brotli.body.subarray(1, 4))]).toEqual([206, true]);
    const image = await get('/photo.png', { headers: { 'accept-encoding': 'br' } });
    expect([image.headers['content-encoding'], image.headers.vary]).toEqual([undefined, undefined]);
  });

  it('ST-04 hashed assets are kept for a year on open sites, and by nobody between on others', async () => {
    const files = {
      'index.html': '',
      'assets/app-BxYz12Ab.js': '1',
      'assets/app-CxYz12Ab.js': '1',
      'logo.svg': '<svg/>',
    };
    const { get, token } = await publish(files, {
      headers: [{ pattern: '/assets/app-C*', set: [['cache-control', 'public, max-age=5']], unset: [] }],
    });
    const control = async (path: string) => (await get(path)).headers['cache-control'];
    expect(await control('/assets/app-BxYz12Ab.js')).toBe('public, max-age=31536000, immutable');
    expect(await control('/assets/app-CxYz12Ab.js')).toBe('public, max-age=5');
    expect(await control('/logo.svg')).toBe('no-cache');
    expect(await control('/')).toBe('no-cache');
    await tested.database.db.execute(sql`
      update preview_tokens set expires_at = slipway_now() + 3600000000 where token = ${token}`);
    await expect.poll(() => control('/assets/app-BxYz12Ab.js')).toBe('private, no-cache');
    expect(await control('/assets/app-CxYz12Ab.js')).toBe('private, max-age=5');
  });

  it('ST-05 rules of headers and redirects hold, and their files are not served', async () => {
    const { get, host } = await publish(
      { 'index.html': 'home', 'new.html': 'new', _headers: '/*\n x-a: 1', _redirects: '/old /new' },
      {
        headers: [
          {
            pattern: '/*',
            set: [
              ['x-all', '1'],
              ['x-content-type-options', 'sniff'],
            ],
            unset: ['cross-origin-resource-policy'],
          },
          { pattern: 'https://elsewhere.example/new', set: [['x-host', 'no']], unset: [] },
        ],
        redirects: [
          { from: '/old', to: '/new', status: 301 },
          { from: '/api/*', to: 'https://api.example.org/:splat?v=1', status: 307 },
          { from: '/shown', to: '/new.html', status: 200 },
          { from: '/up/*', to: '/:splat', status: 200 },
        ],
      },
    );
    const old = await get('/old?a=b');
    expect([old.status, old.headers.location, old.text]).toEqual([301, '/new?a=b', '']);
    expect((await get('/api/x%20y?z=1')).headers.location).toBe('https://api.example.org/x%20y?v=1');
    expect((await get('/shown')).text).toBe('new');
    expect((await get('/up/new')).text).toBe('new');
    const home = (await get('/')).headers;
    expect([home['x-all'], home['x-content-type-options'], home['cross-origin-resource-policy']]).toEqual([
      '1',
      'nosniff',
      undefined,
    ]);
    expect((await get('/new')).headers['x-host']).toBeUndefined();
    for (const path of ['/_headers', '/_redirects', '/up/_headers']) expect((await get(path)).status).toBe(404);
    expect((await tested.call('HEAD', '/old', { host })).status).toBe(301);
  });

  it('ST-06 a page has one address, and its query goes along', async () => {
    const files = { 'index.html': 'home', 'a.html': 'a', 'b/index.html': 'b' };
    const { get } = await publish(files);
    expect((await get('/a')).text).toBe('a');
    const folder = await get('/b?x=1');
    expect([folder.status, folder.headers.location, folder.headers['cache-control']]).toEqual([
      308,
      '/b/?x=1',
      'no-cache',
    ]);
    expect((await get('/b/')).text).toBe('b');
    const never = await publish(files, { trailingSlash: 'never' });
    expect((await never.get('/b/')).headers.location).toBe('/b');
  });

  it('ST-07 the nearest 404 page, or the single page for navigations, or a plain one', async () => {
    const own = await publish(
      { 'index.html': 'home', '404.html': 'top', 'docs/404.html': 'docs' },
      { singlePage: true },
    );
    const missing = await own.get('/docs/x/y', { headers: page });
    expect([missing.status, missing.text, missing.headers['cache-control']]).toEqual([404, 'docs', 'no-cache']);
    expect((await own.get('/x', { headers: { range: 'bytes=0-0' } })).text).toBe('top');
    const single = await publish({ 'index.html': 'home' }, { singlePage: true });
    expect((await single.get('/any/where', { headers: page })).text).toBe('home');
    expect((await single.get('/any.js', { headers: asScript })).status).toBe(404);
    const plain = await publish({ 'index.html': 'home' });
    const none = await plain.get('/none', { headers: page });
    expect([none.status, none.text.includes('This page is not there')]).toEqual([404, true]);
  });

  it('ST-08 types with charset, nosniff, and no dot files whatever the version holds', async () => {
    const { get } = await publish({ 'a.mjs': '1', '.env': 'KEY=1', '.well-known/security.txt': 'mail', x: 'y' });
    const typed = await get('/a.mjs');
    expect([typed.headers['content-type'], typed.headers['x-content-type-options']]).toEqual([
      'text/javascript; charset=utf-8',
      'nosniff',
    ]);
    expect((await get('/x')).headers['content-type']).toBe('application/octet-stream');
    expect((await get('/.env')).status).toBe(404);
    expect((await get('/%2eenv')).status).toBe(404);
    expect((await get('/.well-known/security.txt')).text).toBe('mail');
  });

  it('ST-09 names of any script in any encoding, and 400 for what is no name', async () => {
    const { get } = await publish({ 'ä b/日本.txt': 'yes', 'index.html': 'home', 'CASE.txt': 'upper' });
    for (const path of ['/%C3%A4%20b/%E6%97%A5%E6%9C%AC.txt', '/%c3%a4%20%62/%E6%97%A5%e6%9c%ac%2Etxt'])
      expect((await get(path)).text).toBe('yes');
    expect((await get('/case.txt')).status).toBe(404);
    for (const path of ['/../etc/passwd', '/a/../index.html', '/%2e%2e/', '/..%5cindex.html', '/a%00', '/%c0%ae', '/%'])
      expect([path, (await get(path)).status]).toEqual([path, 400]);
    const slashes = await get('//evil.example/', { headers: asScript });
    expect([slashes.status, slashes.headers.location]).toEqual([404, undefined]);
  });

  it('ST-10 only GET and HEAD; OPTIONS answers; anything else is 405', async () => {
    const { host } = await publish({ 'index.html': 'home' });
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])
      expect([method, (await tested.call(method, '/', { host })).status]).toEqual([method, 405]);
    const options = await tested.call('OPTIONS', '/', { host });
    expect([options.status, options.headers.allow, options.text]).toEqual([204, 'GET, HEAD, OPTIONS', '']);
  });

  it('ST-12 links that are passed on stay out of search engines, the address of the site does not', async () => {
    const { get, stableHost, host } = await publish({ 'index.html': 'home', 'robots.txt': 'User-agent: *' });
    expect((await get('/')).headers['x-robots-tag']).toBe('noindex');
    const stable = await tested.call('GET', '/', { host: stableHost });
    expect([stable.text, stable.headers['x-robots-tag']]).toEqual(['home', undefined]);
    expect((await tested.call('GET', '/robots.txt', { host: stableHost })).text).toBe('User-agent: *');
    expect((await tested.call('GET', '/none', { host, headers: page })).text).toContain('noindex');
  });

  it('ST-14 no cookie of ours comes near a site, and it is an agent of its own', async () => {
    const { get } = await publish(
      { 'index.html': 'home' },
      {
        headers: [
          {
            pattern: '/*',
            set: [
              ['cross-origin-opener-policy', 'same-origin'],
              ['cross-origin-embedder-policy', 'require-corp'],
            ],
            unset: [],
          },
        ],
      },
    );
    // Bound to the app's own host: neither a domain that sites could be below, nor another name.
    expect(sessionCookies).toHaveLength(1);
    expect(sessionCookies[0]).toMatch(/^__Host-(?!.*domain=)/i);
    const { headers } = await get('/', { headers: page });
    expect(headers).toMatchObject({
      'origin-agent-cluster': '?1',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    expect(headers['set-cookie']).toBeUndefined();
  });
});

describe('load', () => {
  it('ST-13 a hot file takes one query, and none while its site is remembered', async () => {
    const patient = await createTestServer({ database: tested.database, siteKeepMs: 3_600_000 });
    try {
      const { host } = await publish({ 'index.html': 'home', 'a.js': 'hot' });
      const get = (server: TestServer) => server.call('GET', '/a.js', { host });
      await Promise.all([get(tested), get(patient)]);
      await withLocked(['blobs', 'tree_entries', 'blob_encodings'], async () =>
        expect((await get(tested)).text).toBe('hot'),
      );
      await withLocked(
        ['blobs', 'tree_entries', 'blob_encodings', 'preview_tokens', 'artifacts', 'site_hosts'],
        async () => expect((await get(patient)).text).toBe('hot'),
      );
    } finally {
      await patient.close();
    }
  });

  it('ST-13 SV-06 twelve slow readers of 60 MiB cost less than one of them has left to read', async () => {
    const size = 60 * 1024 ** 2;
    const { host } = await publish({ 'video.mp4': new Uint8Array(size) });
    const used = () => {
      collectGarbage();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const before = used();
    const readers = await Promise.all(
      Array.from({ length: 12 }, () => open(tested.server.port, 'GET', '/video.mp4', { host })),
    );
    let most = 0;
    for (let round = 0; round < 3; round++) {
      for (const reader of readers) await readSome(reader, 2 * 1024 ** 2);
      most = Math.max(most, used() - before);
    }
    for (const reader of readers) reader.destroy();
    expect(most).toBeLessThan(64 * 1024 ** 2);
  }, 60_000);
});

/** What is garbage counts for nobody. */
const collectGarbage = ((): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** Runs work while nobody else can read these tables. */
async function withLocked(tables: string[], work: () => Promise<void>): Promise<void> {
  await tested.database.db.transaction(async (tx) => {
    await tx.execute(sql.raw(`lock table ${tables.join(', ')} in access exclusive mode`));
    await work();
  });
}

/** Takes that many bytes, and leaves the rest where it is. */
async function readSome(incoming: Awaited<ReturnType<typeof open>>, bytes: number): Promise<void> {
  for (let taken = 0; taken < bytes;) {
    const chunk = incoming.read() as Buffer | null;
    if (chunk !== null) taken += chunk.length;
    else await new Promise((resolve) => incoming.once('readable', resolve));
  }
}
