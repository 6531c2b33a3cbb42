import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drip, falterAfterHeaders, type RudeServer, startRudeServer } from './testing/rude-server.ts';
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
    asked.push(
      `${request.method} ${request.url}${request.headers['if-none-match'] === undefined ? '' : ' (conditional)'}`,
    );
    if (!online) return void request.socket.destroy();
    const short = (request.headers.accept ?? '').includes('vnd.npm.install-v1');
    if (request.url === '/npm/@a%2fb') {
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
      const dist = { tarball: `${base}@a/b/-/b-1.0.0.tgz`, integrity: sum };
      const body = {
        name: '@a/b',
        'dist-tags': { latest: '1.0.1' },
        ...(short ? {} : { readme: 'long' }),
        versions: {
          '1.0.0': { dist },
          '1.0.1': { dist: { ...dist, tarball: `${base}@a/b/-/b-1.0.1.tgz`, integrity: 'sha512-AAAA' } },
        },
      };
      response.writeHead(200, {
        etag,
        'content-type': short ? 'application/vnd.npm.install-v1+json' : 'application/json',
      });
      return void response.end(JSON.stringify(body));
    }
    if (request.url === '/npm/-/v1/search?text=left')
      return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"objects":[]}');
    if (request.url === '/npm/-/npm/v1/security/advisories/bulk')
      return void request.toArray().then((pieces) =>
        response.end(
          JSON.stringify({
            encoding: request.headers['content-encoding'],
            got: String(Buffer.concat(pieces as Buffer[])),
          }),
        ),
      );
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
  const mirror = createRegistryMirror({
    folder,
    limitBytes,
    upstream: () => Promise.resolve({ defaultUrl: publicUrl, configuredUrl: base }),
    now: () => now,
  });
  return registryRoute({ mirror, log: pino({ level: 'silent' }) });
}

const short = { headers: { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' } };

describe('registry mirror', () => {
  it("tarball URLs are the public registry's, whatever registry was asked", async () => {
    const answer = await makeRoute().request('http://x/npm/@a%2fb', short);
    expect(answer.headers.get('content-type')).toBe('application/vnd.npm.install-v1+json');
    const packument = (await answer.json()) as {
      readme?: string;
      versions: Record<string, { dist: { tarball: string } }>;
    };
    expect(packument.versions['1.0.0']!.dist.tarball).toBe(`${publicUrl}@a/b/-/b-1.0.0.tgz`);
    expect(packument.readme).toBeUndefined();
    expect(await (await makeRoute().request('http://x/npm/@a/b')).json()).toMatchObject({ readme: 'long' });
  });

  it('a packument is asked for once, then revalidated, and served without a network', async () => {
    const route = makeRoute();
    await Promise.all(Array.from({ length: 5 }, () => route.request('http://x/npm/@a%2fb', short)));
    expect(asked).toEqual(['GET /npm/@a%2fb']);
    const cached = await makeRoute().request('http://x/npm/@a%2fb', short);
    expect(asked).toHaveLength(1);
    now += 400_000;
    const revalidated = await route.request('http://x/npm/@a%2fb', short);
    expect(revalidated.headers.get('etag')).toBe(cached.headers.get('etag'));
    expect(asked.at(-1)).toBe('GET /npm/@a%2fb (conditional)');
    const unchanged = await route.request('http://x/npm/@a%2fb', {
      headers: { ...short.headers, 'if-none-match': cached.headers.get('etag')! },
    });
    expect(unchanged.status).toBe(304);
    await route.request('http://x/npm/@a%2fb', { headers: { ...short.headers, 'cache-control': 'no-cache' } });
    expect(asked).toHaveLength(3);
    now += 400_000;
    online = false;
    expect((await route.request('http://x/npm/@a%2fb', short)).status).toBe(200);
    expect((await route.request('http://x/npm/unknown', short)).status).toBe(504);
  });

  it('a tarball is verified before it is kept; then it needs no network', async () => {
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

  it('the cache stays below its limit and gives up what was not used for longest', async () => {
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

  it('only packuments and tarballs pass, and only by their proper names', async () => {
    const route = makeRoute();
    for (const path of [
      '-/npm/v1/security/advisories/bulk',
      '-/user/org.couchdb.user:me',
      '-/v1/searching',
      '..%2f..%2fx',
      'a%2f..%2fb',
      '.hidden',
      'a/b/c',
      '@a',
      'x/-/..%2f..%2fy.tgz',
      'x/-/y.zip',
      '',
    ]) {
      expect((await route.request(`http://x/npm/${path}`)).status, path).toBe(404);
    }
    expect((await route.request('http://x/npm/@a%2fb', { method: 'PUT', body: '{}' })).status).toBe(404);
    expect(asked).toEqual([]);
    expect(parsePackagePath('@types%2Fnode')).toEqual({ kind: 'packument', name: '@types/node' });
    expect(parsePackagePath('JSONStream/-/JSONStream-1.0.0+x.tgz')).toEqual({
      kind: 'tarball',
      name: 'JSONStream',
      file: 'JSONStream-1.0.0+x.tgz',
    });
  });

  it('TC-01 one version, a tag and the tags are answered from what is known of the package', async () => {
    const route = makeRoute();
    const ask = async (path: string) => {
      const answer = await route.request(`http://x/npm/${path}`);
      return { status: answer.status, body: (await answer.json()) as { dist?: { tarball: string }; latest?: string } };
    };
    expect((await ask('@a%2fb/1.0.0')).body.dist?.tarball).toBe(`${publicUrl}@a/b/-/b-1.0.0.tgz`);
    expect((await ask('@a/b/latest')).body.dist?.tarball).toBe(`${publicUrl}@a/b/-/b-1.0.1.tgz`);
    expect((await ask('-/package/@a%2fb/dist-tags')).body).toEqual({ latest: '1.0.1' });
    for (const missing of ['@a/b/2.0.0', '@a/b/constructor', '-/package/@a%2fc/dist-tags'])
      expect((await ask(missing)).status, missing).toBe(404);
    expect(asked).toEqual(['GET /npm/@a%2fb', 'GET /npm/@a%2fc']);
  });

  it('TC-01 search and audit reach the registry, within a limit', async () => {
    const route = makeRoute();
    expect(await (await route.request('http://x/npm/-/v1/search?text=left')).json()).toEqual({ objects: [] });
    const path = 'http://x/npm/-/npm/v1/security/advisories/bulk';
    const post = (body: string) =>
      route.request(path, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
    expect(await (await post('packed')).json()).toEqual({ encoding: 'gzip', got: 'packed' });
    expect((await post('x'.repeat(4 * 1024 ** 2 + 1))).status).toBe(413);
    online = false;
    expect((await route.request('http://x/npm/-/v1/search?text=left')).status).toBe(504);
  });

  it('npm tells both registries: the built-in one and the configured one', async () => {
    const found = await findUpstream('http://mirror.invalid/npm');
    expect(found.configuredUrl).toBe('http://mirror.invalid/npm/');
    expect(found.defaultUrl).toMatch(/^https:\/\/[^/]+\/$/);
    // yarn's, which is another name of npm's.
    expect(found.otherUrls).toEqual([expect.stringMatching(/^https:\/\/registry\.[^/]+\/$/)]);
  }, 20_000);
});

describe('a registry that does not behave', () => {
  const deadlines = { headersMs: 300, idleMs: 300, wholeMs: 1500, limitBytes: 1e6 };
  let rude: RudeServer | undefined;
  afterEach(() => rude?.close());

  async function makeRude(behave?: Parameters<typeof startRudeServer>[0], changed: Partial<typeof deadlines> = {}) {
    rude = await startRudeServer(behave);
    const configuredUrl = `http://127.0.0.1:${rude.port}/`;
    const mirror = createRegistryMirror({
      folder,
      limitBytes: 1e6,
      upstream: () => Promise.resolve({ defaultUrl: publicUrl, configuredUrl }),
      now: () => now,
      deadlines: { ...deadlines, ...changed },
    });
    const { packuments, tarballs } = await mirror.parts();
    const ask = async () => {
      const found = await packuments.get('a', { abbreviated: true });
      return found.outcome === 'unreachable' ? String(found.cause) : found.outcome;
    };
    return { mirror, tarballs, ask, url: configuredUrl };
  }

  it.each([
    ['is silent', undefined, 'no answer within 300 ms'],
    ['sends headers and then nothing', falterAfterHeaders, 'its body was silent for 300 ms'],
    ['drips for ever', drip, 'it was not over after 1500 ms'],
  ])('SV-03 one that %s is given up with a message, and the connection with it', async (_, behave, message) => {
    const { ask, url } = await makeRude(behave);
    expect(await ask()).toBe(`Error: Cannot fetch "${url}a": ${message}`);
    await expect.poll(() => rude?.open()).toBe(0);
  });

  it('SV-03 a slow body is no silent one: it may take longer than the silence that is allowed', async () => {
    const body = JSON.stringify({ name: 'a', versions: {} });
    const { ask } = await makeRude(
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`);
        let sent = 0;
        const timer = setInterval(
          () => (sent < body.length ? socket.write(body.charAt(sent++)) : clearInterval(timer)),
          60,
        );
        socket.on('close', () => clearInterval(timer));
      },
      // Each pause far below the silence that is allowed, all of them together far above.
      { wholeMs: 600_000, headersMs: 10_000, idleMs: 900 },
    );
    expect(await ask()).toBe('found');
  });

  it('SV-03 more than the limit is not taken', async () => {
    const { ask, url } = await makeRude((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n${' '.repeat(2e6)}`),
    );
    expect(await ask()).toBe(`Error: Cannot fetch "${url}a": it is larger than 1000000 bytes`);
  });

  it('SV-03 a tarball that stops in the middle is not stored, and the shutdown of the server ends every wait at once', async () => {
    const packument = JSON.stringify({
      name: 'a',
      versions: { '1.0.0': { dist: { tarball: `${publicUrl}a/-/a-1.0.0.tgz`, integrity: 'sha512-AAAA' } } },
    });
    let asked = 0;
    const behave = (socket: import('node:net').Socket): void => {
      if (asked++ > 0) falterAfterHeaders(socket);
      else
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${packument.length}\r\nConnection: close\r\n\r\n${packument}`);
    };
    const { mirror, tarballs, url } = await makeRude(behave);
    const stopped = await tarballs.get('a', 'a-1.0.0.tgz');
    expect(stopped).toMatchObject({
      outcome: 'unreachable',
      cause: new Error(`Cannot fetch "${url}a/-/a-1.0.0.tgz": its body was silent for 300 ms`),
    });
    expect(readdirSync(join(folder, 'tarballs', 'drafts'))).toEqual([]);
    mirror.close();
    await rude?.close();
    const patient = await makeRude(undefined, { headersMs: 600_000, wholeMs: 600_000 });
    // Nothing of the first mirror's cache is asked for again: another name.
    const waiting = patient.tarballs.get('b', 'b-1.0.0.tgz');
    await rude?.connected();
    patient.mirror.close();
    expect(await waiting).toMatchObject({
      outcome: 'unreachable',
      cause: new Error('Cannot go on asking the registry: the server stops'),
    });
    expect(await patient.ask()).toBe('found');
    await expect.poll(() => rude?.open()).toBe(0);
  });
});
