import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parsePackagePath } from './package-path.ts';
import { createRegistryMirror } from './registry-mirror.ts';
import { registryRoute } from './registry-route.ts';
import { findUpstream } from './upstream.ts';

const publicUrl = 'https://public-registry.invalid/';

/** A small registry behind a proxy's path, which counts what it is asked. */
let upstream: Server;
let base: string;
let folder: string;
let asked: string[];
let now: number;
let tarball: Buffer;
let online: boolean;
let etag: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-mirror-'));
  asked = [];
  now = 1e12;
  online = true;
  etag = '"v1"';
  tarball = Buffer.from('the bytes of a tarball');
  const sum = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}${request.headers['if-none-match'] === undefined ? '' : ' (conditional)'}`);
    if (!online) return void request.socket.destroy();
    const short = (request.headers.accept ?? '').includes('vnd.npm.install-v1');
    if (request.url === '/npm/@a%2fb') {
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      const dist = { tarball: `${base}@a/b/-/b-1.0.0.tgz`, integrity: sum };
      const body = { name: '@a/b', ...(short ? {} : { readme: 'long' }), versions: { '1.0.0': { dist }, '1.0.1': { dist: { ...dist, tarball: `${base}@a/b/-/b-1.0.1.tgz`, integrity: 'sha512-AAAA' } } } };
      response.writeHead(200, { etag, 'content-type': short ? 'application/vnd.npm.install-v1+json' : 'application/json' });
      return void response.end(JSON.stringify(body));
    }
    if (request.url?.endsWith('.tgz')) return void response.writeHead(200).end(tarball);
    response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/npm/`;
});
afterEach(async () => {
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function makeRoute(limitBytes = 1e6) {
  const mirror = createRegistryMirror({ folder, limitBytes, upstream: () => Promise.resolve({ defaultUrl: publicUrl, configuredUrl: base }), now: () => now });
  return registryRoute({ mirror, log: pino({ level: 'silent' }) });
}

const short = { headers: { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' } };

describe('registry mirror', () => {
  test('tarball URLs are the public registry\'s, whatever registry was asked', async () => {
    const answer = await makeRoute().request('http://x/npm/@a%2fb', short);
    expect(answer.headers.get('content-type')).toBe('application/vnd.npm.install-v1+json');
    const packument = (await answer.json()) as { readme?: string; versions: Record<string, { dist: { tarball: string } }> };
    expect(packument.versions['1.0.0']!.dist.tarball).toBe(`${publicUrl}@a/b/-/b-1.0.0.tgz`);
    expect(packument.readme).toBeUndefined();
    expect(await (await makeRoute().request('http://x/npm/@a/b')).json()).toMatchObject({ readme: 'long' });
  });

  test('a packument is asked for once, then revalidated, and served without a network', async () => {
    const route = makeRoute();
    await Promise.all(Array.from({ length: 5 }, () => route.request('http://x/npm/@a%2fb', short)));
    expect(asked).toEqual(['GET /npm/@a%2fb']);
    const cached = await makeRoute().request('http://x/npm/@a%2fb', short);
    expect(asked).toHaveLength(1);
    now += 400_000;
    const revalidated = await route.request('http://x/npm/@a%2fb', short);
    expect(revalidated.headers.get('etag')).toBe(cached.headers.get('etag'));
    expect(asked.at(-1)).toBe('GET /npm/@a%2fb (conditional)');
    const unchanged = await route.request('http://x/npm/@a%2fb', { headers: { ...short.headers, 'if-none-match': cached.headers.get('etag')! } });
    expect(unchanged.status).toBe(304);
    await route.request('http://x/npm/@a%2fb', { headers: { ...short.headers, 'cache-control': 'no-cache' } });
    expect(asked).toHaveLength(3);
    now += 400_000;
    online = false;
    expect((await route.request('http://x/npm/@a%2fb', short)).status).toBe(200);
    expect((await route.request('http://x/npm/unknown', short)).status).toBe(504);
  });

  test('a tarball is verified before it is kept; then it needs no network', async () => {
    const route = makeRoute();
    const answers = await Promise.all([1, 2, 3].map(() => route.request('http://x/npm/@a/b/-/b-1.0.0.tgz')));
    for (const answer of answers) expect(Buffer.from(await answer.arrayBuffer())).toEqual(tarball);
    expect(asked.filter((line) => line.endsWith('.tgz'))).toHaveLength(1);
    online = false;
    expect((await makeRoute().request('http://x/npm/@a/b/-/b-1.0.0.tgz')).status).toBe(200);
    online = true;
    expect((await route.request('http://x/npm/@a/b/-/b-1.0.1.tgz')).status).toBe(502);
    expect((await route.request('http://x/npm/@a/b/-/b-9.9.9.tgz')).status).toBe(404);
    expect(readdirSync(join(folder, 'tarballs', 'bodies')).filter((name) => name.endsWith('.body'))).toHaveLength(1);
    expect(readdirSync(join(folder, 'tarballs', 'drafts'))).toEqual([]);
  });

  test('the cache stays below its limit and gives up what was not used for longest', async () => {
    const bodies = join(folder, 'packuments', 'bodies');
    const list = () => readdirSync(bodies).filter((name) => name.endsWith('.body'));
    const route = makeRoute(10);
    await route.request('http://x/npm/@a%2fb', short);
    const [first] = list();
    // In use a moment ago: it may not vanish under a reader.
    await route.request('http://x/npm/@a%2fb');
    expect(list()).toHaveLength(2);
    utimesSync(join(bodies, first!), 1, 1);
    await makeRoute(10).request('http://x/npm/@a%2fb', { headers: { 'cache-control': 'no-cache' } });
    now += 400_000;
    etag = '"v2"';
    await makeRoute(10).request('http://x/npm/@a%2fb');
    expect(list()).not.toContain(first);
    expect((await makeRoute(10).request('http://x/npm/@a%2fb', short)).status).toBe(200);
  });

  test('only packuments and tarballs pass, and only by their proper names', async () => {
    const route = makeRoute();
    for (const path of ['-/npm/v1/security/advisories/bulk', '-/v1/search', '..%2f..%2fx', 'a%2f..%2fb', '.hidden', 'a/b/c', '@a', 'x/-/..%2f..%2fy.tgz', 'x/-/y.zip', '']) {
      expect((await route.request(`http://x/npm/${path}`)).status, path).toBe(404);
    }
    expect((await route.request('http://x/npm/@a%2fb', { method: 'PUT', body: '{}' })).status).toBe(404);
    expect(asked).toEqual([]);
    expect(parsePackagePath('@types%2Fnode')).toEqual({ kind: 'packument', name: '@types/node' });
    expect(parsePackagePath('JSONStream/-/JSONStream-1.0.0+x.tgz')).toEqual({ kind: 'tarball', name: 'JSONStream', file: 'JSONStream-1.0.0+x.tgz' });
  });

  test('npm tells both registries: the built-in one and the configured one', async () => {
    const found = await findUpstream('http://mirror.invalid/npm');
    expect(found.configuredUrl).toBe('http://mirror.invalid/npm/');
    expect(found.defaultUrl).toMatch(/^https:\/\/[^/]+\/$/);
  }, 20_000);
});
