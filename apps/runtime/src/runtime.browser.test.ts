/**
 * The built pages in real Chromium, with the unmodified client. The kernel is a stand-in (container's
 * host/testing/test-kernel.worker.ts); previews and the wire are real.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { build } from 'esbuild';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildRuntime } from '../build/build-runtime.ts';
import { serveTestHosts, type TestHosts } from './testing/serve-hosts.ts';

const LABEL = 'abc123';

let dist: string;
let hosts: TestHosts;
let browser: Browser;
let context: BrowserContext;
let app: Page;

beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'slipway-runtime-'));
  await buildRuntime({
    dist,
    data: {},
    compress: false,
    workers: {
      'kernel.worker': 'packages/runtime/container/src/host/testing/test-kernel.worker.ts',
      'vfs-writer.worker': 'packages/runtime/container/src/vfs-writer.worker.ts',
      'broker.worker': 'apps/runtime/src/workers/broker.worker.ts',
    },
  });
  const page = await build({
    entryPoints: [join(import.meta.dirname, 'testing/app-page.ts')],
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  hosts = await serveTestHosts(dist, page.outputFiles[0]?.text ?? '');
  browser = await chromium.launch({ executablePath: mustFindBrowser(), args: ['--no-sandbox', ...HEADLESS_ARGS] });
});

afterAll(async () => {
  await browser?.close();
  await hosts?.close();
  rmSync(dist, { recursive: true });
});

beforeEach(async () => {
  context = await browser.newContext();
  context.setDefaultTimeout(60_000);
  app = await openApp();
});
afterEach(() => context.close());

async function openApp(path = '/', host = hosts.app): Promise<Page> {
  const page = await context.newPage();
  await page.goto(host + path);
  await page.waitForFunction(() => document.title === 'ready');
  return page;
}

const boot = (page: Page, origin = hosts.runtime(LABEL), options: object = {}): Promise<void> =>
  page.evaluate(
    async ({ origin, options }) => {
      Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
      window.container = await window.client.WebContainer.boot(options);
      for (const event of ['port', 'server-ready', 'preview-message', 'error'] as const)
        window.container.on(event as 'port', (...args: unknown[]) => void window.events.push([event, ...args]));
    },
    { origin, options },
  );

/** Starts the test site on a port and waits for its URL. */
async function serve(page: Page, port = 3000): Promise<string> {
  await page.evaluate(async (port) => {
    await window.container.spawn('serve', [String(port)]);
  }, port);
  await page.waitForFunction(
    (port) => window.events.some(([name, number]) => name === 'server-ready' && number === port),
    port,
  );
  return page.evaluate(
    (port) => String(window.events.find(([name, number]) => name === 'server-ready' && number === port)?.[2]),
    port,
  );
}

async function embed(page: Page, url: string): Promise<import('playwright-core').Frame> {
  await page.evaluate((url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    frame.allow = 'cross-origin-isolated';
    document.body.append(frame);
  }, url);
  let found: import('playwright-core').Frame | undefined;
  await expect
    .poll(() => (found = page.frames().find((frame) => frame.url().startsWith(url))) !== undefined)
    .toBe(true);
  await found?.waitForSelector('h1:has-text("site")');
  if (found === undefined) throw new Error('no frame');
  return found;
}

describe('the unmodified client', () => {
  it('boots isolated, reads, writes, mounts, exports, watches', async () => {
    await boot(app);
    const result = await app.evaluate(async () => {
      const { fs } = window.container;
      await window.container.mount({
        'a.txt': { file: { contents: 'grün' } },
        sub: {
          directory: { bin: { file: { contents: Uint8Array.of(255, 0) } }, link: { file: { symlink: '../a.txt' } } },
        },
      });
      const events: string[] = [];
      const watcher = fs.watch('.', (event, name) => void events.push(`${event} ${String(name)}`));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await fs.writeFile('new', 'x');
      while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      watcher.close();
      const zip = await window.container.export('.', { format: 'zip' });
      const binary = await window.container.export('.', { format: 'binary' });
      await window.container.fs.mkdir('again');
      await window.container.mount(binary, { mountPoint: 'again' });
      let error: unknown;
      try {
        await fs.readFile('missing');
      } catch (caught) {
        error = { ...(caught as object), isError: caught instanceof Error };
      }
      const entries = await fs.readdir('sub', { withFileTypes: true });
      return {
        isolated: crossOriginIsolated,
        workdir: window.container.workdir,
        path: window.container.path.length > 0,
        text: await fs.readFile('sub/link', 'utf-8'),
        types: entries.map((entry) => `${entry.name} ${String(entry.isFile())}`),
        events: events[0],
        zip: [zip[0], zip[1]],
        json: await window.container.export('sub'),
        again: [...(await fs.readFile('again/sub/bin'))],
        error,
      };
    });
    expect(result).toMatchObject({
      isolated: true,
      workdir: '/home/project',
      path: true,
      text: 'grün',
      types: ['bin true', 'link false'],
      events: 'rename new',
      zip: [0x50, 0x4b],
      again: [255, 0],
      error: { code: 'ENOENT', errno: -2, syscall: 'open', isError: true },
    });
    expect(result.json).toMatchObject({ link: { file: { symlink: '../a.txt' } } });
  });

  it('processes: whole characters, input, exit codes, kill, a cancelled output, an unknown command', async () => {
    await boot(app);
    const result = await app.evaluate(async () => {
      const collect = async (process: { output: ReadableStream<string> }): Promise<string> => {
        let text = '';
        for (
          let reader = process.output.getReader(), next = await reader.read();
          !next.done;
          next = await reader.read()
        )
          text += next.value;
        return text;
      };
      const split = await window.container.spawn('split');
      const text = await collect(split);
      const cat = await window.container.spawn('cat', { terminal: { cols: 80, rows: 24 } });
      const writer = cat.input.getWriter();
      await writer.write('hello €');
      await writer.write('\u0004');
      cat.resize({ cols: 100, rows: 30 });
      const echoed = collect(cat);
      const killed = await window.container.spawn('forever');
      killed.kill();
      const cancelled = await window.container.spawn('split');
      await cancelled.output.cancel();
      const missing = await window.container.spawn('nothing').catch((error: Error & { code?: string }) => error.code);
      return {
        text,
        split: await split.exit,
        cat: await cat.exit,
        echoed: await echoed,
        killed: await killed.exit,
        cancelled: await cancelled.exit,
        missing,
      };
    });
    expect(result).toEqual({
      text: 'a€😀é!',
      split: 0,
      cat: 5,
      echoed: 'hello €\u0004',
      killed: 143,
      cancelled: 0,
      missing: 'ENOENT',
    });
  });

  it('teardown settles pending exits, and the next boot works on the same frame', async () => {
    await boot(app);
    const code = await app.evaluate(async () => {
      const { exit } = await window.container.spawn('forever');
      window.container.teardown();
      window.container = await window.client.WebContainer.boot();
      await window.container.fs.writeFile('x', '1');
      return exit;
    });
    expect(code).toBe(137);
    expect(await app.evaluate(() => document.querySelectorAll('iframe').length)).toBe(1);
  });

  it('the control port tells of the boot and runs programs', async () => {
    await boot(app);
    await app.evaluate(() => window.controlPort?.postMessage({ type: 'run', id: 1, command: 'split', args: [] }));
    await app.waitForFunction(() => window.control.some(({ type }) => type === 'exit'));
    const messages = await app.evaluate(() =>
      window.control.map((message) => (message.type === 'boot' ? `boot ${message.phase}` : message.type)),
    );
    expect(messages[0]).toBe('boot assets');
    expect(messages).toEqual(expect.arrayContaining(['boot file-system', 'boot ready', 'reply', 'output', 'exit']));
    expect(messages.indexOf('reply')).toBeLessThan(messages.indexOf('output'));
  });
});

describe('a boot that cannot succeed rejects, and says why in the console', () => {
  const failing = async (
    page: Page,
    origin: string,
    options: object = {},
  ): Promise<{ message: string; warnings: string[] }> => {
    const warnings: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') warnings.push(message.text());
    });
    const message = await page.evaluate(
      async ({ origin, options }) => {
        Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
        return window.client.WebContainer.boot(options).then(
          () => 'booted',
          (error: Error) => error.message,
        );
      },
      { origin, options },
    );
    return { message, warnings };
  };

  it('an embedder that is not allowed', async () => {
    const evil = await openApp('/', hosts.app.replace('slipway', 'evil.slipway'));
    const { message, warnings } = await failing(evil, hosts.runtime(LABEL));
    expect(message).toMatch(
      /^Cannot boot: pages of "http:\/\/evil\.slipway\.localhost:\d+" may not embed this runtime: it belongs to a project of the IDE. Other pages boot at .*ALLOWED_EMBEDDERS/,
    );
    expect(warnings.join()).toContain(message);
  });

  it('an embedder that is not isolated', async () => {
    const plain = await openApp('/plain');
    expect((await failing(plain, hosts.runtime(LABEL))).message).toContain('not cross-origin isolated');
  });

  it('a query that makes no sense', async () => {
    expect((await failing(app, hosts.runtime(LABEL), { coep: 'sometimes' })).message).toBe(
      'Cannot boot: coep is "sometimes"',
    );
  });

  it('a container that fails; the next try on the same page may succeed', async () => {
    expect((await failing(app, hosts.runtime(LABEL), { workdirName: 'fail-please' })).message).toBe(
      'Cannot boot: the test wants it so',
    );
    await boot(app);
    expect(
      await app.evaluate(() => window.control.map((message) => (message.type === 'boot' ? message.phase : ''))),
    ).toEqual(expect.arrayContaining(['failed', 'ready']));
  });

  it('a kernel that cannot be loaded', async () => {
    await context.route(/kernel-[0-9a-f]+\.js/, (route) => route.abort());
    expect((await failing(app, hosts.runtime(LABEL))).message).toMatch(/^Cannot boot: /);
  });

  it('through the bare host an embedder gets an origin of its own', async () => {
    await boot(app, hosts.runtime('x').replace('x.rt', 'rt'));
    expect(await app.evaluate(() => window.container.workdir)).toBe('/home/project');
    expect(app.frames().some((frame) => /^http:\/\/e[0-9a-f]{32}\.rt\./.test(frame.url()))).toBe(true);
  });
});

describe('previews', () => {
  it('in the IDE: pages, scripts, fetches of every kind, redirects, events', async () => {
    await boot(app);
    const url = await serve(app);
    expect(url).toBe(hosts.preview(3000, LABEL));
    const frame = await embed(app, url);
    const result = await frame.evaluate(async () => {
      const json = async (
        input: string,
        init?: RequestInit,
      ): Promise<{ method: string; target: string; size: number; sum: number; headers: Record<string, string> }> =>
        (await fetch(input, init)).json();
      const upload = new Uint8Array(700_000).map((_, at) => at % 251);
      const events: string[] = [];
      await new Promise<void>((resolve) => {
        const source = new EventSource('/events');
        source.onmessage = ({ data }) => {
          if (events.push(String(data)) === 3) {
            source.close();
            resolve();
          }
        };
      });
      return {
        ran: (globalThis as { appRan?: boolean }).appRan,
        isolated: crossOriginIsolated,
        get: await json('/echo?x=1'),
        post: await json('/echo', { method: 'POST', body: upload, headers: { 'X-Own': 'yes' } }),
        sum: upload.reduce((sum, byte) => (sum + byte) % 65_521, 0),
        redirected: (await fetch('/redirect')).url,
        gone: (await fetch('/gone')).status,
        missing: (await fetch('/none')).status,
        large: (await (await fetch('/large')).arrayBuffer()).byteLength,
        events,
        parallel:
          (await Promise.all(Array.from({ length: 100 }, (_, n) => json(`/echo?${n}`))))
            .map(({ target }) => target)
            .join() === Array.from({ length: 100 }, (_, n) => `/echo?${n}`).join(),
        slow: await (await fetch('/slow')).text(),
      };
    });
    expect(result).toMatchObject({
      ran: true,
      isolated: true,
      gone: 204,
      missing: 404,
      large: 8_000_000,
      events: ['0', '1', '2'],
      parallel: true,
      slow: 'slow but fine',
    });
    expect(result.redirected).toBe(`${url}/other`);
    expect(result.get).toMatchObject({ method: 'GET', target: '/echo?x=1', headers: { Host: 'localhost:3000' } });
    expect(result.post).toMatchObject({ method: 'POST', size: 700_000, sum: result.sum });
    // What the program sees is its own address, and the cookie it set before.
    expect(result.post.headers).toMatchObject({
      origin: 'http://localhost:3000',
      referer: 'http://localhost:3000/',
      'x-own': 'yes',
      cookie: 'seen=yes',
    });
  });

  it('a form that is posted keeps its method and body', async () => {
    await boot(app);
    const frame = await embed(app, await serve(app));
    await frame.evaluate(() => (document.querySelector('#f') as HTMLFormElement).submit());
    await frame.waitForSelector('h1:has-text("POST a=b origin=http://localhost:3000")');
  });

  it('a request that is aborted ends, also in the kernel', async () => {
    await boot(app);
    const frame = await embed(app, await serve(app));
    const name = await frame.evaluate(async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 50);
      return fetch('/never', { signal: abort.signal }).catch((error: Error) => error.name);
    });
    expect(name).toBe('AbortError');
    expect(await frame.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
  });

  it('WebSockets: text, binary, protocol, close codes; other addresses stay the browser’s own', async () => {
    await boot(app);
    const frame = await embed(app, await serve(app));
    const result = await frame.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/socket`, ['chat', 'other']);
      socket.binaryType = 'arraybuffer';
      const got: unknown[] = [];
      await new Promise((resolve) => (socket.onopen = resolve));
      const next = (): Promise<MessageEvent> =>
        new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
      for (const data of ['grün', new Uint8Array(300).fill(9), new Blob(['blob'])]) {
        const answer = next();
        socket.send(data);
        const { data: echoed } = await answer;
        got.push(typeof echoed === 'string' ? echoed : (echoed as ArrayBuffer).byteLength);
      }
      const closed = new Promise<CloseEvent>((resolve) => (socket.onclose = resolve));
      socket.send('bye');
      const { code, reason, wasClean } = await closed;
      const refused = new Promise<number>(
        (resolve) => (new WebSocket('ws://127.0.0.1:9/').onclose = ({ code }) => resolve(code)),
      );
      return {
        got,
        protocol: socket.protocol,
        instance: socket instanceof WebSocket,
        state: socket.readyState,
        constants: [WebSocket.OPEN, socket.OPEN],
        code,
        reason,
        wasClean,
        refused: await refused,
      };
    });
    expect(result).toEqual({
      got: ['grün', 300, 4],
      protocol: 'chat',
      instance: true,
      state: 3,
      constants: [1, 1],
      code: 4001,
      reason: 'bye',
      wasClean: true,
      refused: 1006,
    });
  });

  it('errors reach the IDE as preview messages, as far as it asked for them', async () => {
    await boot(app, hosts.runtime(LABEL), { forwardPreviewErrors: true });
    const frame = await embed(app, await serve(app));
    await frame.evaluate(() => {
      setTimeout(() => {
        throw new TypeError('thrown');
      });
      void Promise.reject(new Error('rejected'));
      console.error('printed', { a: 1 }, () => 1);
    });
    await app.waitForFunction(() => window.events.filter(([name]) => name === 'preview-message').length === 3);
    const messages = await app.evaluate(() =>
      window.events
        .filter(([name]) => name === 'preview-message')
        .map(([, message]) => message as Record<string, unknown>),
    );
    expect(messages.map(({ type }) => type).sort()).toEqual([
      'PREVIEW_CONSOLE_ERROR',
      'PREVIEW_UNCAUGHT_EXCEPTION',
      'PREVIEW_UNHANDLED_REJECTION',
    ]);
    expect(messages.find(({ type }) => type === 'PREVIEW_UNCAUGHT_EXCEPTION')).toMatchObject({
      message: 'Uncaught TypeError: thrown',
      port: 3000,
      pathname: '/',
      search: '',
      hash: '',
    });
    expect(
      (messages.find(({ type }) => type === 'PREVIEW_CONSOLE_ERROR') as { args: unknown[] }).args.slice(0, 2),
    ).toEqual(['printed', { a: 1 }]);
  });

  it('a preview script runs in pages loaded afterwards, before their own', async () => {
    await boot(app);
    await app.evaluate(() =>
      window.container.setPreviewScript('globalThis.before = globalThis.appRan ?? "nothing yet"'),
    );
    const frame = await embed(app, await serve(app));
    expect(await frame.evaluate(() => (globalThis as { before?: unknown }).before)).toBe('nothing yet');
  });

  it('a killed service worker gets a new port, and nobody notices', async () => {
    await boot(app);
    const url = await serve(app);
    const frame = await embed(app, url);
    await killServiceWorkers();
    expect(await frame.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
    await killServiceWorkers();
    await frame.goto(`${url}/other`);
    await frame.waitForSelector('h1:has-text("/other")');
    expect(await frame.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
  });

  it('in a tab of its own; when the IDE closes, requests fail at once and the page says so; when it opens again, the page goes on', async () => {
    await boot(app);
    const url = await serve(app);
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.waitForSelector('h1:has-text("site 3000 /")');
    const pending = tab.evaluate(async () => fetch('/never').then(({ status }) => status));
    await tab.waitForTimeout(100);
    await app.close();
    expect(await pending).toBe(503);
    expect(await tab.evaluate(async () => (await fetch('/echo')).status)).toBe(503);
    await tab.goto(url);
    await tab.waitForSelector('h1:has-text("The IDE tab is not open")');
    app = await openApp();
    await boot(app);
    await serve(app);
    await tab.waitForSelector('h1:has-text("site 3000 /")');
  });

  it('a port nobody listens on: a page that continues by itself', async () => {
    await boot(app);
    const tab = await context.newPage();
    await tab.goto(hosts.preview(4000, LABEL));
    await tab.waitForSelector('h1:has-text("Nothing listens on this port yet")');
    await serve(app, 4000);
    await tab.waitForSelector('h1:has-text("site 4000 /")');
  });

  it('TC-05 … and asks a slow program once more, and no oftener', async () => {
    await boot(app);
    const tab = await context.newPage();
    await tab.goto(new URL('/slow-page', hosts.preview(4000, LABEL)).href);
    await tab.waitForSelector('h1:has-text("Nothing listens on this port yet")');
    await serve(app, 4000);
    // Whether somebody is there now, and then the page itself.
    await tab.waitForSelector('h1:has-text("asked 2 times")');
  });

  it('a second IDE tab takes over when the first one closes', async () => {
    await boot(app);
    const url = await serve(app);
    const second = await openApp();
    await boot(second);
    await serve(second);
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.waitForSelector('h1:has-text("site 3000 /")');
    await app.close();
    await expect.poll(() => tab.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
  });
});

describe('two tabs with one project', () => {
  const state = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => window.control.findLast((message) => message.type === 'previews')?.state);
  const subscribe = (page: Page): Promise<void> =>
    page.evaluate(() => window.controlPort?.postMessage({ type: 'subscribe', id: 1, topics: ['previews'] }));

  it('the second takes the previews by an explicit action, the first has them again when it closes', async () => {
    await boot(app);
    const url = await serve(app);
    await subscribe(app);
    await expect.poll(() => state(app)).toBe('here');
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.waitForSelector('h1:has-text("site 3000 /")');
    const second = await openApp();
    await boot(second);
    await subscribe(second);
    await expect.poll(() => state(second)).toBe('elsewhere');
    await second.evaluate(() => window.controlPort?.postMessage({ type: 'take-previews', id: 2 }));
    await expect.poll(() => state(second)).toBe('here');
    await expect.poll(() => state(app)).toBe('elsewhere');
    expect(
      await second.evaluate(() =>
        window.control.some((message) => message.type === 'reply' && message.id === 2 && message.ok),
      ),
    ).toBe(true);
    // Nobody listens in the second's container yet: the answer comes from there.
    await expect.poll(() => tab.evaluate(async () => (await fetch('/echo')).status)).toBe(503);
    await serve(second);
    await expect.poll(() => tab.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
    await second.close();
    await expect.poll(() => state(app)).toBe('here');
    await expect.poll(() => tab.evaluate(async () => (await fetch('/echo')).status)).toBe(200);
  });
});

async function killServiceWorkers(): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const page = context.pages()[0];
  if (page === undefined) throw new Error('no page');
  const pageSession = await context.newCDPSession(page);
  await pageSession.send('ServiceWorker.enable');
  await pageSession.send('ServiceWorker.stopAllWorkers');
  await pageSession.detach();
  await session.detach();
}
