/** on() and the previews of @webcontainer/api 1.6.4: one test for each event, member and option. */
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiPage, embed, LABEL, openApiPage } from './open-api-page.ts';

let api: ApiPage;
let page: Page;

/** Pages by address, and a way to count how often each was asked for. */
const SERVER = `
const http = require('http');
const hits = {};
const html = (body) => '<!doctype html><html><head><title>t</title></head><body><h1 id="page">page</h1>' + body + '</body></html>';
http.createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://x');
  if (pathname === '/hits') return response.end(JSON.stringify(hits));
  hits[pathname] = (hits[pathname] ?? 0) + 1;
  if (pathname === '/extra.js') { response.setHeader('Content-Type', 'text/javascript'); return response.end('window.extra = (window.extra ?? 0) + 1'); }
  response.setHeader('Content-Type', 'text/html');
  response.end(html('<script>window.seen = typeof window.early</script>'));
}).listen(Number(process.argv[2]), () => console.log('listening'));
`;

const PORT = 4100;

beforeAll(async () => {
  api = await openApiPage({ boot: false });
  page = api.page;
  await page.evaluate(
    async ({ origin, SERVER, PORT }) => {
      Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
      window.container = await window.api.WebContainer.boot({ forwardPreviewErrors: true });
      await window.container.fs.writeFile('server.js', SERVER);
      const ready = new Promise<void>((resolve) =>
        window.container.on('server-ready', (port) => void (port === PORT && resolve())),
      );
      await window.container.spawn('node', ['server.js', String(PORT)]);
      await ready;
    },
    { origin: api.hosts.runtime(LABEL), SERVER, PORT },
  );
});
afterAll(() => api?.close());

const preview = (path = '/'): string => api.hosts.preview(PORT, LABEL) + path;

describe('on', () => {
  it('WebContainer.on port: open and close, with the address; WebContainer.on server-ready: once it can be used', async () => {
    const events = await page.evaluate(async () => {
      const seen: unknown[][] = [];
      const stops = [
        window.container.on('port', (...args) => void seen.push(['port', ...args])),
        window.container.on('server-ready', (...args) => void seen.push(['server-ready', ...args])),
      ];
      const child = await window.container.spawn('node', ['server.js', '4101']);
      await window.until(() => seen.some(([name]) => name === 'server-ready'));
      child.kill();
      await window.until(() => seen.some(([, , type]) => type === 'close'));
      for (const stop of stops) stop();
      return seen;
    });
    const url = api.hosts.preview(4101, LABEL);
    expect(events).toEqual([
      ['port', 4101, 'open', url],
      ['server-ready', 4101, url],
      ['port', 4101, 'close', url],
    ]);
  });

  it('WebContainer.on gives an Unsubscribe, after which nothing comes, called once or twice', async () => {
    const seen = await page.evaluate(async () => {
      const stopped: unknown[] = [];
      const going: unknown[] = [];
      const stop = window.container.on('port', (port) => void stopped.push(port));
      const stopOther = window.container.on('port', (port) => void going.push(port));
      stop();
      stop();
      const child = await window.container.spawn('node', ['server.js', '4102']);
      await window.until(() => going.length > 0);
      stopOther();
      child.kill();
      await child.exit;
      return { stopped, going };
    });
    expect(seen).toEqual({ stopped: [], going: [4102] });
  });

  it('WebContainer.on error: taken, and silent as long as nothing goes wrong', async () => {
    expect(
      await page.evaluate(async () => {
        const errors: unknown[] = [];
        const stop = window.container.on('error', (error) => void errors.push(error));
        await window.collect(await window.container.spawn('node', ['-e', 'throw new Error("the program\'s own")']));
        stop();
        return errors;
      }),
    ).toEqual([]);
  });

  it('WebContainer.on xdg-open: addresses as they are, files as absolute paths', async () => {
    const { seen, workdir } = await page.evaluate(async () => {
      const texts: string[] = [];
      const stop = window.container.on('xdg-open', (text) => void texts.push(text));
      await window.collect(await window.container.spawn('xdg-open', ['http://localhost:3000/?a=b']));
      await window.collect(await window.container.spawn('xdg-open', ['./file.txt']));
      await window.until(() => texts.length === 2);
      stop();
      return { seen: texts, workdir: window.container.workdir };
    });
    expect(seen).toEqual(['http://localhost:3000/?a=b', `${workdir}/file.txt`]);
  });

  it('WebContainer.on code: CodeEvent.files with CodeEventFile.filepath, CodeEventFile.line and CodeEventFile.column', async () => {
    const { seen, workdir } = await page.evaluate(async () => {
      const events: unknown[] = [];
      const stop = window.container.on('code', (...args) => void events.push(args));
      await window.container.mount({ 'odd:7': { file: { contents: '' } } });
      for (const args of [
        ['a.ts'],
        ['-g', 'a.ts:3', 'sub/b.ts:4:5'],
        ['a.ts:12'],
        ['odd:7'],
        ['--diff', 'a.ts', 'b.ts'],
        ['-r', 'c.ts'],
      ])
        await window.collect(await window.container.spawn('code', args));
      await window.until(() => events.length === 6);
      stop();
      return { seen: events, workdir: window.container.workdir };
    });
    const at = (path: string): string => `${workdir}/${path}`;
    expect(seen).toEqual([
      ['open', { files: [{ filepath: at('a.ts') }] }],
      [
        'open',
        {
          files: [
            { filepath: at('a.ts'), line: 3 },
            { filepath: at('sub/b.ts'), line: 4, column: 5 },
          ],
        },
      ],
      ['open', { files: [{ filepath: at('a.ts'), line: 12 }] }],
      ['open', { files: [{ filepath: at('odd:7') }] }],
      ['diff', { files: [{ filepath: at('a.ts') }, { filepath: at('b.ts') }] }],
      ['open', { files: [{ filepath: at('c.ts') }] }],
    ]);
    expect(
      (await page.evaluate(async () => window.collect(await window.container.spawn('code', ['--diff', 'only-one']))))
        .code,
    ).toBe(1);
  });

  it('an event that nobody knows is taken and never comes', async () => {
    expect(await page.evaluate(() => typeof window.container.on('no-such-event' as 'port', () => undefined))).toBe(
      'function',
    );
  });
});

describe('preview-message', () => {
  let frame: Frame;
  beforeAll(async () => {
    await page.evaluate(() => {
      Object.assign(window, { messages: [] });
      window.container.on(
        'preview-message',
        (message) => void (window as unknown as { messages: unknown[] }).messages.push(message),
      );
    });
    frame = await embed(page, preview('/some/page?a=b#c'));
  });

  const messageOf = async (text: string): Promise<Record<string, unknown>> =>
    await page.evaluate(
      async (text) =>
        window.until(() =>
          (window as unknown as { messages: Record<string, unknown>[] }).messages.find((message) =>
            JSON.stringify(message).includes(text),
          ),
        ),
      text,
    );

  it('PreviewMessageType.UncaughtException: UncaughtExceptionMessage.message, UncaughtExceptionMessage.stack', async () => {
    // By a script of the page: what a debugger evaluates is of no origin.
    await frame.evaluate(() =>
      document.head.append(
        Object.assign(document.createElement('script'), {
          textContent: 'setTimeout(() => { throw new TypeError("went wrong 1"); })',
        }),
      ),
    );
    const message = await messageOf('went wrong 1');
    expect(message).toMatchObject({
      type: 'PREVIEW_UNCAUGHT_EXCEPTION',
      message: expect.stringContaining('went wrong 1') as string,
    });
    expect(message['stack']).toContain('TypeError: went wrong 1');
  });

  it('PreviewMessageType.UnhandledRejection: UnhandledRejectionMessage.message, UnhandledRejectionMessage.stack', async () => {
    await frame.evaluate(() => {
      void Promise.reject(new RangeError('went wrong 2'));
      void Promise.reject('went wrong 3');
    });
    expect(await messageOf('went wrong 2')).toMatchObject({
      type: 'PREVIEW_UNHANDLED_REJECTION',
      message: 'went wrong 2',
      stack: expect.stringContaining('RangeError') as string,
    });
    const plain = await messageOf('went wrong 3');
    expect(plain).toMatchObject({ message: 'went wrong 3' });
    expect(plain['stack']).toBeUndefined();
  });

  it('PreviewMessageType.ConsoleError: ConsoleErrorMessage.args, ConsoleErrorMessage.stack', async () => {
    await frame.evaluate(() => console.error('went wrong 4', { n: 1 }, () => 'cannot be cloned'));
    const message = await messageOf('went wrong 4');
    expect(message).toMatchObject({
      type: 'PREVIEW_CONSOLE_ERROR',
      args: ['went wrong 4', { n: 1 }, expect.stringContaining('cannot be cloned') as string],
    });
    expect(typeof message['stack']).toBe('string');
  });

  it('BasePreviewMessage.previewId, BasePreviewMessage.port, BasePreviewMessage.pathname, BasePreviewMessage.search, BasePreviewMessage.hash', async () => {
    await frame.evaluate(() => console.error('where 5'));
    expect(await messageOf('where 5')).toMatchObject({
      previewId: expect.stringMatching(/./) as string,
      port: PORT,
      pathname: '/some/page',
      search: '?a=b',
      hash: '#c',
    });
  });

  it('isPreviewMessage tells them from anything else', async () => {
    expect(
      await page.evaluate(() => {
        const { messages } = window as unknown as { messages: unknown[] };
        return [
          messages.length > 0 && messages.every((message) => window.api.isPreviewMessage(message)),
          [null, 1, {}, { type: 'x' }].some((other) => window.api.isPreviewMessage(other)),
        ];
      }),
    ).toEqual([true, false]);
  });

  it('a page cannot lie about its port, and nonsense from it reaches nobody', async () => {
    const before = await page.evaluate(() => (window as unknown as { messages: unknown[] }).messages.length);
    await frame.evaluate(() => console.error('marker 6'));
    await messageOf('marker 6');
    expect(await page.evaluate(() => (window as unknown as { messages: unknown[] }).messages.length)).toBe(before + 1);
  });
});

describe('setPreviewScript', () => {
  /** The scripts of a page, as far as they are ours. */
  const scripts = (
    frame: Frame,
  ): Promise<{ src: string | null; type: string; defer: boolean; async: boolean; text: string }[]> =>
    frame.evaluate(() =>
      Array.from(document.scripts, (script) => ({
        src: script.getAttribute('src'),
        type: script.type,
        defer: script.defer,
        async: script.async,
        text: script.textContent,
      })).filter(({ text }) => !text.includes('window.seen')),
    );
  const set = (source: string, options?: object): Promise<void> =>
    page.evaluate(({ source, options }) => window.container.setPreviewScript(source, options), { source, options });

  it('WebContainer.setPreviewScript: runs before the scripts of pages that are loaded from then on', async () => {
    const before = await embed(page, preview('/before'));
    await set('window.early = 1');
    const after = await embed(page, preview('/after'));
    expect(await before.evaluate(() => (window as unknown as { early?: number }).early)).toBeUndefined();
    expect(
      await after.evaluate(() => {
        const { early, seen } = window as unknown as { early?: number; seen: string };
        return [early, seen];
      }),
    ).toEqual([1, 'number']);
  });

  it('WebContainer.setPreviewScript with an address', async () => {
    await set('/extra.js');
    const frame = await embed(page, preview('/address'));
    expect(await scripts(frame)).toEqual([{ src: '/extra.js', type: '', defer: false, async: false, text: '' }]);
    expect(await frame.evaluate(() => (window as unknown as { extra?: number }).extra)).toBe(1);
  });

  it('PreviewScriptOptions.type module', async () => {
    await set('import.meta.url; window.early = "module"', { type: 'module' });
    const frame = await embed(page, preview('/module'));
    expect(await scripts(frame)).toMatchObject([{ type: 'module' }]);
    await frame.waitForFunction(() => (window as unknown as { early?: string }).early === 'module');
  });

  it('PreviewScriptOptions.type importmap', async () => {
    await set('{"imports":{"extra":"/extra.js"}}', { type: 'importmap' });
    const frame = await embed(page, preview('/importmap'));
    expect(await frame.evaluate('import("extra").then(() => window.extra)')).toBe(1);
  });

  it('PreviewScriptOptions.defer', async () => {
    await set('/extra.js', { defer: true });
    expect(await scripts(await embed(page, preview('/defer')))).toMatchObject([
      { src: '/extra.js', defer: true, async: false },
    ]);
  });

  it('PreviewScriptOptions.async', async () => {
    await set('/extra.js', { async: true });
    expect(await scripts(await embed(page, preview('/async')))).toMatchObject([
      { src: '/extra.js', defer: false, async: true },
    ]);
  });

  it('WebContainer.setPreviewScript with an empty text takes it away; nonsense is refused', async () => {
    expect(
      await page.evaluate(
        async () =>
          (await window.failure(() => window.container.setPreviewScript('x', { type: 'text/css' as 'module' })))[
            'code'
          ],
      ),
    ).toBe('ERR_INVALID_ARG_VALUE');
    await set('');
    expect(await scripts(await embed(page, preview('/none')))).toEqual([]);
  });
});

describe('reloadPreview', () => {
  const hits = (frame: Frame, path: string): Promise<number> =>
    frame.evaluate(async (path) => ((await (await fetch('/hits')).json()) as Record<string, number>)[path] ?? 0, path);
  beforeEach(() =>
    page.evaluate(() => document.querySelectorAll('iframe[name^=preview]').forEach((frame) => frame.remove())),
  );

  it('reloadPreview loads the page again, at the address it was embedded with', async () => {
    const frame = await embed(page, preview('/reload'));
    await frame.evaluate(() => Object.assign(window, { old: true }));
    await page.evaluate(() =>
      window.api.reloadPreview(document.querySelector('iframe[name^=preview]') as HTMLIFrameElement),
    );
    await frame.waitForFunction(() => !('old' in window) && document.querySelector('#page') !== null);
    expect(frame.url()).toBe(preview('/reload'));
    expect(await hits(frame, '/reload')).toBeGreaterThanOrEqual(2);
  });

  it('reloadPreview with a hardRefreshTimeout: the preview itself reloads at once, and says so', async () => {
    const frame = await embed(page, preview('/soft'));
    await frame.evaluate(() => Object.assign(window, { old: true }));
    // The client 1.6.4 never starts the port it listens on; this one does.
    const answer = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const frame = document.querySelector('iframe[name^=preview]') as HTMLIFrameElement;
          const { port1, port2 } = new MessageChannel();
          port2.onmessage = ({ data }) => resolve(data);
          frame.contentWindow?.postMessage({ type: 'LOCALSERVICE_RELOAD_WINDOW', callback: port1 }, '*', [port1]);
        }),
    );
    expect(answer).toEqual({ type: 'LOCALSERVICE_WINDOW_RELOADED' });
    await frame.waitForFunction(() => !('old' in window) && document.querySelector('#page') !== null);
    await frame.evaluate(() => Object.assign(window, { old: true }));
    const began = await page.evaluate(async () => {
      const began = performance.now();
      await window.api.reloadPreview(document.querySelector('iframe[name^=preview]') as HTMLIFrameElement, 500);
      return performance.now() - began;
    });
    expect(began).toBeGreaterThanOrEqual(490);
    await frame.waitForFunction(() => !('old' in window) && document.querySelector('#page') !== null);
  });
});
