import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeConfig } from '@slipway/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isolationHeaders } from '../isolation-headers.ts';
import { answer, readBody } from './app-routes.ts';
import { type ServedHosts, serveHosts } from './serve-hosts.ts';

let folder: string;
let hosts: ServedHosts;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-hosts-'));
  mkdirSync(join(folder, 'dist/assets'), { recursive: true });
  for (const name of ['headless.html', 'connect.html', 'authorize.html', 'preview.html', 'sw.js', 'assets/a-1.js'])
    writeFileSync(join(folder, 'dist', name), name);
  writeFileSync(join(folder, 'secret'), 'secret');
  hosts = await serveHosts({
    files: join(folder, 'dist'),
    app: async (url, request, response) => {
      if (url.pathname !== '/echo') return false;
      answer(response, 200, 'text/plain', await readBody(request, 5), isolationHeaders.app);
      return true;
    },
    moreAppHosts: ['localhost'],
    moreParents: ['localhost'],
    seenLimit: 20,
    registry: {
      origins: async () => ['http://packages.invalid'],
      path: '/npm/',
      answer: async (asked) => new Response(`mirror of ${new URL(asked.url).pathname}`, { status: 203 }),
    },
  });
});
afterAll(async () => {
  await hosts.close();
  rmSync(folder, { recursive: true });
});

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By host name, which Node's own resolver may not know. */
function get(host: string, path: string, options: { method?: string; body?: string } = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      {
        host: '127.0.0.1',
        port: hosts.port,
        path,
        method: options.method ?? 'GET',
        headers: { host: `${host}:${hosts.port}` },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    asked.on('error', reject);
    asked.end(options.body);
  });
}

const RUNTIME = 'a.rt.slipway.localhost';
const PREVIEW = '3000--a.slipway.localhost';

it('the pages of a runtime host have addresses of their own, and the runtime\u2019s headers', async () => {
  for (const [path, file] of [
    ['/headless', 'headless.html'],
    ['/connect', 'connect.html'],
    ['/webcontainer/connect/1', 'connect.html'],
    ['/oauth/authorize?x=1', 'authorize.html'],
  ] as const) {
    const { status, headers, text } = await get(RUNTIME, path);
    expect({ status, text }).toEqual({ status: 200, text: file });
    expect(headers).toMatchObject({
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("'wasm-unsafe-eval'"),
    });
  }
  expect((await get(RUNTIME, '/headless?coep=none')).headers['cross-origin-embedder-policy']).toBe('credentialless');
  expect((await get('rt.slipway.localhost', '/headless')).text).toBe('headless.html');
});

it('assets may be kept for ever, pages may not', async () => {
  expect((await get(RUNTIME, '/assets/a-1.js')).headers['cache-control']).toContain('immutable');
  expect((await get(RUNTIME, '/headless')).headers['cache-control']).toBe('no-cache');
  expect((await get(PREVIEW, '/')).headers['cache-control']).toBe('no-store');
});

it('a preview host has its bootstrap at every address, and a service worker for all of them', async () => {
  expect((await get(PREVIEW, '/any/path')).text).toBe('preview.html');
  const worker = await get(PREVIEW, '/__slip/sw.js');
  expect(worker.text).toBe('sw.js');
  expect(worker.headers['service-worker-allowed']).toBe('/');
  expect((await get(PREVIEW, '/__slip/assets/a-1.js')).text).toBe('assets/a-1.js');
  expect((await get(PREVIEW, '/form', { method: 'POST' })).status).toBe(503);
});

it('every host but the app\u2019s tells the configuration, with the registry\u2019s origins', async () => {
  for (const host of [RUNTIME, PREVIEW]) {
    const config = runtimeConfig.parse(JSON.parse((await get(host, '/__slip/config.json')).text));
    expect(config.app.origin).toBe(hosts.app);
    expect(config.runtime.allowedParents).toEqual([hosts.app, `http://localhost:${hosts.port}`]);
    expect(config.registry).toEqual({ origins: ['http://packages.invalid'], mirrorPath: '/npm/' });
  }
  expect((await get('slipway.localhost', '/__slip/config.json')).status).toBe(404);
});

it('the mirror answers on runtime hosts, under the runtime\u2019s headers', async () => {
  const { status, headers, text } = await get(RUNTIME, '/npm/left-pad');
  expect({ status, text }).toEqual({ status: 203, text: 'mirror of /npm/left-pad' });
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect((await get(PREVIEW, '/npm/left-pad')).text).toBe('preview.html');
});

it('no address leads out of the folder, and none that is broken ends the server', async () => {
  for (const path of ['/../secret', '/..%2fsecret', '/%2e%2e/secret', '/assets', '/none', '/%00', '/%', '/sw.js/x'])
    expect(await get(RUNTIME, path)).toMatchObject({ status: 404, text: 'not found' });
  expect((await get('elsewhere.invalid', '/')).status).toBe(421);
});

it('the app host answers its own routes alone, with a limit to what it reads', async () => {
  expect(await get('localhost', '/echo', { method: 'POST', body: '12345' })).toMatchObject({
    status: 200,
    text: '12345',
  });
  const refused = await get('slipway.localhost', '/echo', { method: 'POST', body: '123456' });
  expect(refused).toMatchObject({ status: 500, text: 'Cannot read the request: it has more than 5 bytes' });
  const missing = await get('slipway.localhost', '/other');
  expect(missing.status).toBe(404);
  expect(missing.headers['cross-origin-opener-policy']).toBe('same-origin');
});

it('what was asked can be read, and only the newest of it is kept', async () => {
  await get(RUNTIME, '/seen?query');
  expect(hosts.seen.at(-1)).toBe(`${RUNTIME}/seen`);
  await Promise.all(Array.from({ length: 50 }, () => get(RUNTIME, '/more')));
  expect(hosts.seen).toEqual(Array.from({ length: 20 }, () => `${RUNTIME}/more`));
});
