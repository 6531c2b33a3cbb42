import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listProcessTree } from '../processes/process-tree.ts';
import { foldersOf } from '../processes/sandbox-folder.ts';
import { BUILDER_PREFIX, type BuilderBrowser, launchBuilderBrowser } from './builder-browser.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';
import { mustFindBrowser } from '@slipway/find-browser';

const executable = mustFindBrowser();
const hashOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 10);

/** Our server, and another one on this machine that a build must not reach. */
let own: Server;
let foreign: Server;
let foreignHits = 0;
let origin: string;
let proxy: EgressProxy;
let browser: BuilderBrowser;
const refused: string[] = [];
const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

beforeAll(async () => {
  own = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<body>ours'));
  foreign = createServer(
    (_, response) => (foreignHits++, response.writeHead(200, { 'access-control-allow-origin': '*' }).end('theirs')),
  );
  await listen(own);
  await listen(foreign);
  origin = `http://b1.rt.slipway.localhost:${portOf(own)}`;
  proxy = await startEgressProxy({
    origin,
    dial: { host: '127.0.0.1', port: portOf(own) },
    onRefused: (target) => refused.push(target),
  });
  browser = await launchBuilderBrowser({
    executable,
    proxyUrl: proxy.url,
    id: 'test',
    memoryLimitBytes: 4e9,
    onMemoryExceeded: () => undefined,
  });
}, 30_000);
afterAll(async () => {
  await browser?.kill();
  await proxy?.close();
  own?.close();
  foreign?.close();
});

const processesNamed = (text: string) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text) && !line.includes('ps -eo'));

describe('the builder\u2019s browser', () => {
  it('runs with Chromium\u2019s own sandbox on, also when the worker is root', async () => {
    const page = await browser.context.newPage();
    await page.goto('chrome://sandbox');
    expect(await page.innerText('body')).toContain('You are adequately sandboxed.');
    await page.close();
  }, 20_000);

  it('reaches our server\u2019s one origin and nothing else: no other port, no other host, no address', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/`);
    expect(await page.innerText('body')).toBe('ours');
    const port = portOf(foreign);
    const targets = [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://b1.rt.slipway.localhost:${port}/`,
      `http://[::1]:${port}/`,
      `http://slipway.localhost:${portOf(own)}/`,
      `http://127.0.0.1:${portOf(own)}/`,
      'http://example.com/',
      'https://example.com/',
      `${proxy.url}/`,
    ];
    const results = await page.evaluate(async (urls) => {
      const answers: string[] = [];
      for (const url of urls)
        answers.push(
          await fetch(url).then(
            (response) => `${response.status}`,
            () => 'failed',
          ),
        );
      return answers;
    }, targets);
    for (const [at, result] of results.entries()) expect(['403', 'failed'], targets[at]).toContain(result);
    const socket = await page.evaluate(
      (url) =>
        new Promise((resolve) =>
          Object.assign(new WebSocket(url), { onopen: () => resolve('open'), onerror: () => resolve('failed') }),
        ),
      `ws://127.0.0.1:${port}/`,
    );
    expect(socket).toBe('failed');
    expect(foreignHits).toBe(0);
    expect(refused.length).toBeGreaterThan(4);
    await page.close();
  }, 30_000);

  it('WebRTC gathers no candidate, so no datagram finds a way around the proxy', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/`);
    const candidates = await page.evaluate(async () => {
      const { RTCPeerConnection } = globalThis as unknown as { RTCPeerConnection: new (config: object) => any };
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:3478' }] });
      const found: string[] = [];
      peer.createDataChannel('x');
      const done = new Promise((resolve) => {
        peer.onicecandidate = (event: { candidate: { candidate: string } | null }) =>
          event.candidate ? found.push(event.candidate.candidate) : resolve(undefined);
      });
      await peer.setLocalDescription(await peer.createOffer());
      await done;
      return found.filter((candidate) => / udp /i.test(candidate));
    });
    expect(candidates).toEqual([]);
    await page.close();
  }, 30_000);

  it('has nothing of the worker\u2019s environment', async () => {
    process.env['SLIPWAY_TEST_SECRET'] = 'secret';
    const other = await launchBuilderBrowser({
      executable,
      proxyUrl: proxy.url,
      id: 'test',
      memoryLimitBytes: 4e9,
      onMemoryExceeded: () => undefined,
    });
    try {
      const pids = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes('slipway-builder-'))
        .map((line) => Number.parseInt(line, 10));
      const leaking = pids.filter((pid) =>
        readFileSync(`/proc/${pid}/environ`, 'utf8').includes('SLIPWAY_TEST_SECRET'),
      );
      expect(pids.length).toBeGreaterThan(3);
      expect(leaking).toEqual([]);
    } finally {
      delete process.env['SLIPWAY_TEST_SECRET'];
      await other.kill();
    }
  }, 30_000);

  it('P-09 kill leaves no process and no profile, even of a page that never yields', async () => {
    const other = await launchBuilderBrowser({
      executable,
      proxyUrl: proxy.url,
      id: 'test',
      memoryLimitBytes: 4e9,
      onMemoryExceeded: () => undefined,
    });
    const page = other.context.pages()[0] ?? (await other.context.newPage());
    const profile = /slipway-builder-\w+/.exec(processesNamed('slipway-builder-').at(-1) ?? '')?.[0] ?? 'none';
    const busy = page
      .evaluate(() => {
        for (;;);
      })
      .catch((error: Error) => error.message);
    await other.kill();
    await busy;
    expect(processesNamed(`${profile}/`)).toEqual([]);
  }, 30_000);

  it('SB-03 tells the exit code of a browser that died by itself', async () => {
    const other = await launchBuilderBrowser({
      executable,
      proxyUrl: proxy.url,
      id: 'dies',
      memoryLimitBytes: 4e9,
      onMemoryExceeded: () => undefined,
    });
    const closed = new Promise((resolve) => other.context.once('close', resolve));
    const [folder = ''] = foldersOf(BUILDER_PREFIX).filter((name) => name.includes(hashOf('dies')));
    // The browser, and not the launcher that waits for it.
    const [, child = 0] = listProcessTree(Number(readFileSync(`${folder}/pid`, 'utf8')));
    process.kill(child, 'SIGKILL');
    await closed;
    expect(await other.exitCode()).toBe(137);
    await other.kill();
  }, 30_000);

  it('a browser above its memory limit is reported', async () => {
    let used = 0;
    const exceeded = new Promise<void>((resolve) => {
      void launchBuilderBrowser({
        executable,
        proxyUrl: proxy.url,
        id: 'test',
        memoryLimitBytes: 1000,
        onMemoryExceeded: (bytes) => ((used = bytes), resolve()),
      }).then(async (other) => {
        await exceeded;
        await other.kill();
      });
    });
    await exceeded;
    expect(used).toBeGreaterThan(1e7);
  }, 30_000);
});
