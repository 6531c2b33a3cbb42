import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productConfig } from '@slipway/contracts';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
beforeAll(async () => void (tested = await createTestServer()), 60_000);
afterAll(() => tested.close());

const get = (host: string, path: string, headers: Record<string, string> = {}) =>
  tested.call('GET', path, { host, headers });

describe('the header table', () => {
  it('app: isolated, no eval, frames runtimes and previews, framed by nobody', async () => {
    for (const path of ['/', '/projects/1', '/api/v1/projects', '/assets/app-1.js', '/assets/none.js']) {
      const { headers } = await get('slipway.localhost', path);
      expect(headers['cross-origin-opener-policy'], path).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      const csp = headers['content-security-policy'] as string;
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).not.toContain('unsafe-eval');
      expect(csp).toContain(
        `frame-src blob: http://*.rt.slipway.localhost:${tested.server.port} http://*.slipway.localhost:${tested.server.port}`,
      );
    }
  });

  it('runtime: COEP as the client asks, eval, framed by the app alone; the bare host by embedders', async () => {
    const own = await get('c1.rt.slipway.localhost', '/headless?version=1.6.4&coep=credentialless');
    expect(own.text).toBe('headless');
    expect(own.headers['cross-origin-embedder-policy']).toBe('credentialless');
    expect(own.headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(own.headers['cross-origin-opener-policy']).toBeUndefined();
    const port = tested.server.port;
    const csp = own.headers['content-security-policy'] as string;
    expect(csp).toContain("script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob:");
    expect(csp).toMatch(
      new RegExp(`frame-ancestors http://slipway.localhost:${port} http://builder.slipway.localhost:${port}$`),
    );
    expect((await get('c1.rt.slipway.localhost', '/headless')).headers['cross-origin-embedder-policy']).toBe(
      'require-corp',
    );
    expect(
      (await get('rt.slipway.localhost', '/headless?embedder-checked=1')).headers['content-security-policy'],
    ).toMatch(/frame-ancestors .* http:\/\/localhost:\* http:\/\/127\.0\.0\.1:\*$/);
    expect((await get('e1.rt.slipway.localhost', '/headless')).headers['content-security-policy']).toContain(
      `http://rt.slipway.localhost:${port} `,
    );
    expect((await get('c1.rt.slipway.localhost', '/connect')).headers['content-security-policy']).toContain(
      `frame-ancestors http://*.slipway.localhost:${port}`,
    );
    expect((await get('c1.rt.slipway.localhost', '/headless.html')).status).toBe(404);
    const script = await get('c1.rt.slipway.localhost', '/assets/kernel-1.js', { 'accept-encoding': 'gzip, br' });
    expect(script.text).toBe('packed');
    expect(script.headers).toMatchObject({
      'content-encoding': 'br',
      'cross-origin-embedder-policy': 'require-corp',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await get('c1.rt.slipway.localhost', '/assets/kernel-1.js', { 'accept-encoding': 'br;q=0' })).text).toBe(
      'kernel()',
    );
  });

  it('SV-18 DI-01 whoever may not embed gets a page that anybody may frame and that boots nothing; the real one always has its ancestors', async () => {
    const answer = async (label: string, query: string, referer?: string) => {
      const { text, headers } = await get(
        `${label}rt.slipway.localhost`,
        `/headless${query}`,
        referer === undefined ? {} : { referer },
      );
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(/frame-ancestors/.test(headers['content-security-policy'] as string), text).toBe(text === 'headless');
      return text;
    };
    const own = `http://slipway.localhost:${tested.server.port}/projects/1`;
    const allowed = ['http://localhost:5801/', 'http://127.0.0.1/a', own];
    const foreign = [
      'http://localhost.evil.org:1/',
      'https://localhost:1/',
      'http://other.test.localhost/',
      'data:text/html,x',
      `http://slipway.localhost.evil.org:${tested.server.port}/`,
    ];
    for (const referer of [...allowed, ...foreign, undefined]) {
      expect(await answer('', '', referer), referer).toBe('check');
      for (const label of ['', 'c1.', `e${'0'.repeat(32)}.`])
        expect(await answer(label, '?embedder-checked=1', referer), referer).toBe('headless');
    }
    for (const referer of foreign)
      for (const label of ['c1.', `e${'0'.repeat(32)}.`])
        expect(await answer(label, '', referer), referer).toBe('check');
    // The IDE sends none.
    for (const referer of [undefined, 'nonsense', own]) expect(await answer('c1.', '', referer)).toBe('headless');
    expect(await answer('c1.', '', 'http://localhost:5801/')).toBe('check');
    expect(await answer(`e${'0'.repeat(32)}.`, '', 'http://localhost:5801/')).toBe('headless');
  });

  it('preview: any address gets the bootstrap page, the worker may rule the whole host', async () => {
    const page = await get('3000--c1.slipway.localhost', '/any/where?x=1', { accept: 'text/html' });
    expect(page.text).toBe('preview bootstrap');
    expect(page.headers).toMatchObject({
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'no-store',
    });
    expect(page.headers['content-security-policy']).toBeUndefined();
    const worker = await get('3000--c1.slipway.localhost', '/__slip/sw.js');
    expect(worker.headers).toMatchObject({
      'service-worker-allowed': '/',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect((await get('3000--c1.slipway.localhost', '/data.json', { accept: 'application/json' })).status).toBe(503);
    expect(
      (await tested.call('POST', '/form', { host: '3000--c1.slipway.localhost', headers: { accept: 'text/html' } }))
        .status,
    ).toBe(503);
  });

  it('DI-07 a runtime host signs everybody in, with tokens that open nothing, and no other host does', async () => {
    const post = (host: string, path: string) => tested.call('POST', path, { host, headers: {} });
    const tokens = (await post('rt.slipway.localhost', '/oauth/token')).json<Record<string, unknown>>();
    expect(tokens).toMatchObject({ access_token: 'anonymous', refresh_token: 'anonymous' });
    // The client sleeps that long by a timer, whose limit is 2^31 ms.
    expect(Number(tokens['expires_in']) * 1000).toBeLessThan(2 ** 31);
    const revoked = await post('c1.rt.slipway.localhost', '/oauth/revoke');
    expect([revoked.status, revoked.headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect((await post('rt.slipway.localhost', '/oauth/other')).status).toBe(404);
    expect((await post('slipway.localhost', '/oauth/token')).status).not.toBe(200);
  });

  it('loopback names lead to the app, unknown ones nowhere; health answers both', async () => {
    const redirect = await get('localhost', '/projects?a=1');
    expect(redirect.status).toBe(307);
    expect(redirect.headers.location).toBe(`http://slipway.localhost:${tested.server.port}/projects?a=1`);
    expect((await get('evil.example', '/')).json()).toMatchObject({ code: 'UNKNOWN_HOST' });
    expect((await get('10.0.0.1', '/health')).json()).toMatchObject({ status: 'ok' });
    expect((await get('127.0.0.1', '/ready')).json()).toEqual({
      status: 'ready',
      checks: { accepting: true, database: true, migrations: true, runtimeFiles: true, webFiles: true },
    });
    expect((await get('3000--c1.slipway.localhost', '/health', { accept: 'text/html' })).text).toBe(
      'preview bootstrap',
    );
  });

  it('every host tells the browser the same origins', async () => {
    for (const host of ['slipway.localhost', 'c1.rt.slipway.localhost', '3000--c1.slipway.localhost']) {
      const config = productConfig.parse((await get(host, '/__slip/config.json')).json());
      expect(config.app.origin).toBe(tested.server.hosts.appOrigin);
      expect(config.registry.origins).toEqual([
        'http://default-registry.invalid',
        'http://configured-registry.invalid',
      ]);
      expect(config.auth.localOwner).toBe(host === 'slipway.localhost');
    }
  });

  it('files outside the folder, hidden ones and odd encodings are not served', async () => {
    for (const path of [
      '/assets/../../../etc/passwd',
      '/..%2f..%2f..%2fetc/passwd',
      '/assets/%00',
      '/%',
      '/.env.txt',
    ]) {
      const answer = await get('slipway.localhost', path);
      expect([400, 404, 200], path).toContain(answer.status);
      expect(answer.text).not.toContain('root:');
    }
  });

  it('AU-06 a page that does not exist answers in the envelope', async () => {
    expect((await get('slipway.localhost', '/api/v1/nothing')).json()).toMatchObject({ code: 'UNAUTHORIZED' });
    expect((await get('slipway.localhost', '/api/nothing')).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await get('slipway.localhost', '/assets/none.js')).json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('UX-17 an address of the IDE is a page; one that is none is a page too, with a 404', async () => {
    const id = 'c0ffee00-0000-4000-8000-000000000000';
    // Whatever the IDE's router knows, with an id where it wants one.
    const app = await readFile(new URL('../../../web/src/app.tsx', import.meta.url), 'utf8');
    const routes = [...app.matchAll(/<Route path="(\/[^"]*)"/g)].map(([, route = '']) =>
      route.replace('/plugins/:id', '/plugins/a-plugin').replace(':id', id),
    );
    expect(routes.length).toBeGreaterThan(7);
    for (const path of [...routes, `/projects/${id}/`])
      expect((await get('slipway.localhost', path)).status, path).toBe(200);
    for (const path of ['/projects', '/projects/x', '/nowhere']) {
      const answer = await get('slipway.localhost', path);
      expect([answer.status, answer.text], path).toEqual([404, '<title>ide</title>']);
    }
  });

  it('UX-17 P-13 a dead link is a page for a person and the envelope for a program', async () => {
    const path = `/p/wpt_1_${'0'.repeat(32)}/`;
    const site = `${'0'.repeat(32)}.slipway-sites.localhost`;
    for (const [host, at] of [
      ['slipway.localhost', path],
      ['slipway.localhost', '/p/<script>'],
      [site, '/'],
    ] as const) {
      const page = await get(host, at, { accept: 'text/html' });
      expect([page.status, page.headers['content-type'], page.headers['cache-control']]).toEqual([
        404,
        'text/html; charset=UTF-8',
        'no-store',
      ]);
      expect(page.text).toContain('This site is not there');
      expect(page.text).not.toContain('<script');
    }
    expect((await get('slipway.localhost', path)).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await get(site, '/image.png', { 'sec-fetch-dest': 'image' })).text).toBe('This site is not there');
  });

  it('a cookie bomb is answered with 431 and cleared cookies', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(tested.server.port, '127.0.0.1');
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
      socket.write(
        `GET / HTTP/1.1\r\nHost: slipway.localhost:${tested.server.port}\r\nCookie: ${'a=b; '.repeat(8000)}\r\n\r\n`,
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('Clear-Site-Data: "cookies"');
  });
});
