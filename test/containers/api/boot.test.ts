/** boot, its options, who may boot, teardown, keys, sign-in and connect of @webcontainer/api 1.6.4. */
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiPage, boot, embed, LABEL, openApiPage } from './open-api-page.ts';

let api: ApiPage;
const opened: BrowserContext[] = [];
beforeAll(async () => {
  api = await openApiPage({ boot: false });
});
afterAll(() => api?.close());
// A container less for the next one's memory.
afterEach(() => Promise.all(opened.splice(0).map((context) => context.close())));

const openPage = async (path?: string, origin?: string): Promise<Page> => {
  const page = await api.openPage(path, origin);
  opened.push(page.context());
  return page;
};

const failedBoot = (page: Page, options: object = {}): Promise<string> =>
  page.evaluate(
    async ({ origin, options }) => {
      Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
      return String((await window.failure(() => window.api.WebContainer.boot(options)))['message']);
    },
    { origin: api.hosts.runtime(LABEL), options },
  );

const serve = (page: Page, port: number): Promise<void> =>
  page.evaluate(async (port) => {
    const ready = new Promise<void>((resolve) =>
      window.container.on('server-ready', (opened) => void (opened === port && resolve())),
    );
    await window.container.spawn('node', [
      '-e',
      `require('http').createServer((request, response) => { response.setHeader('Content-Type', 'text/html'); response.end('<!doctype html><html><head></head><body><h1 id="page">x</h1></body></html>'); }).listen(${port})`,
    ]);
    await ready;
  }, port);

const frameHeader = (frame: Frame): Promise<string | null> =>
  frame.evaluate(async () => (await fetch('/')).headers.get('cross-origin-embedder-policy'));

describe('WebContainer.boot', () => {
  it('BootOptions.workdirName names the working directory; without it there is a name; what is none is refused', async () => {
    const page = await openPage();
    for (const name of ['', 'a'.repeat(256), 'nul\0'])
      expect(await failedBoot(page, { workdirName: name })).toMatch(/^Cannot call build: argument 0\.workdirName: /);
    expect(await failedBoot(page, { workdirName: '../up' })).toBe('workdirName should be a valid folder name');
    await boot(page, api.hosts.runtime(LABEL), { workdirName: 'my app ä' });
    const [named, printed, unnamed] = await page.evaluate(async () => {
      const named = window.container.workdir;
      const { output } = await window.collect(await window.container.spawn('pwd'));
      window.container.teardown();
      window.container = await window.api.WebContainer.boot();
      return [named, output, window.container.workdir];
    });
    expect([named, printed]).toEqual(['/home/my app ä', '/home/my app ä\n']);
    expect(unnamed).toMatch(/^\/home\/[^/]+$/);
  });

  it('BootOptions.coep require-corp, the default: the embedder is isolated, and previews say the same', async () => {
    const page = await openPage();
    await boot(page, api.hosts.runtime(LABEL), { coep: 'require-corp' });
    await serve(page, 4201);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await frameHeader(await embed(page, api.hosts.preview(4201, LABEL)))).toBe('require-corp');
  });

  it('BootOptions.coep credentialless: in a page of that kind, and previews say the same', async () => {
    const page = await openPage('/credentialless');
    await boot(page, api.hosts.runtime(LABEL), { coep: 'credentialless' });
    await serve(page, 4202);
    expect(await frameHeader(await embed(page, api.hosts.preview(4202, LABEL)))).toBe('credentialless');
  });

  it('DI-07 BootOptions.coep none: taken as credentialless with a warning where the page is isolated, refused where it is not', async () => {
    const plain = await openPage('/plain');
    expect(await failedBoot(plain, { coep: 'none' })).toContain('not cross-origin isolated');
    const page = await openPage();
    const warning = page.waitForEvent('console', (message) =>
      message.text().includes('"coep: none" is taken as "credentialless"'),
    );
    await boot(page, api.hosts.runtime(LABEL), { coep: 'none' });
    await warning;
    expect(await page.evaluate(() => window.container.fs.readdir('.'))).toEqual([]);
  });

  it('BootOptions.forwardPreviewErrors: false and absent forward nothing, "exceptions-only" no console.error, true everything', async () => {
    const page = await openPage();
    await boot(page, api.hosts.runtime(LABEL));
    const seen = async (options: object, port: number): Promise<string[]> => {
      await page.evaluate(async (options) => {
        window.container.teardown();
        window.container = await window.api.WebContainer.boot(options);
        const messages: string[] = [];
        Object.assign(window, { messages });
        window.container.on('preview-message', (message) => void messages.push(message.type));
      }, options);
      await serve(page, port);
      const frame = await embed(page, api.hosts.preview(port, LABEL));
      // In one script, so that they go in this order over one port.
      await frame.evaluate(() =>
        document.head.append(
          Object.assign(document.createElement('script'), {
            textContent:
              'console.error("said"); Promise.reject(new Error("rejected")); setTimeout(() => { throw new Error("thrown"); })',
          }),
        ),
      );
      if (options === undefined || !('forwardPreviewErrors' in options) || options.forwardPreviewErrors === false) {
        // Nothing shall come: everything there is has gone by when this has been to the program and back.
        await frame.evaluate(async () => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          await fetch('/');
        });
      } else
        await page.evaluate(() =>
          window.until(() =>
            // Each is told on its own, and the last to be thrown may be the first to be heard of.
            ['PREVIEW_UNCAUGHT_EXCEPTION', 'PREVIEW_UNHANDLED_REJECTION'].every((type) =>
              (window as unknown as { messages: string[] }).messages.includes(type),
            ),
          ),
        );
      return page.evaluate(() => (window as unknown as { messages: string[] }).messages);
    };
    expect(await seen({}, 4211)).toEqual([]);
    expect(await seen({ forwardPreviewErrors: false }, 4212)).toEqual([]);
    expect((await seen({ forwardPreviewErrors: 'exceptions-only' }, 4213)).sort()).toEqual([
      'PREVIEW_UNCAUGHT_EXCEPTION',
      'PREVIEW_UNHANDLED_REJECTION',
    ]);
    expect((await seen({ forwardPreviewErrors: true }, 4214)).sort()).toEqual([
      'PREVIEW_CONSOLE_ERROR',
      'PREVIEW_UNCAUGHT_EXCEPTION',
      'PREVIEW_UNHANDLED_REJECTION',
    ]);
    expect(
      await page.evaluate(async () => {
        window.container.teardown();
        return (
          await window.failure(() =>
            window.api.WebContainer.boot({ forwardPreviewErrors: 'some' as 'exceptions-only' }),
          )
        )['code'];
      }),
    ).toBe('ERR_INVALID_ARG_VALUE');
  });

  it('WebContainer.teardown: running programs end, everything derived is unusable, and WebContainer.boot gives an empty container again, one at a time', async () => {
    const page = await openPage();
    await boot(page, api.hosts.runtime(LABEL));
    const result = await page.evaluate(async () => {
      const first = window.container;
      await first.fs.writeFile('left', '1');
      const child = await first.spawn('node', ['-e', 'setInterval(() => {}, 1000)']);
      const ports: unknown[] = [];
      first.on('port', (port) => void ports.push(port));
      const second = await window.failure(() => window.api.WebContainer.boot());
      first.teardown();
      const twice = await window.failure(() => first.teardown());
      window.container = await window.api.WebContainer.boot();
      const after = [
        await window.failure(() => first.fs.readdir('.')),
        await window.failure(() => first.spawn('true')),
      ].map(({ message }) => message);
      const children = await window.collect(await window.container.spawn('ps', ['-A']));
      return {
        second: second['message'],
        twice: twice['message'],
        after,
        exit: await child.exit,
        files: await window.container.fs.readdir('.'),
        ports,
        node: /\bnode\b/.test(children.output),
        frames: document.querySelectorAll('iframe').length,
      };
    });
    expect(result).toEqual({
      second: 'Only a single WebContainer instance can be booted',
      twice: 'WebContainer already torn down',
      after: ['Proxy has been released and is not useable', 'Proxy has been released and is not useable'],
      exit: 137,
      files: [],
      ports: [],
      node: false,
      frames: 1,
    });
  });

  it('only allowed parents may boot it', async () => {
    const evil = await openPage('/', api.hosts.app.replace('slipway', 'evil.slipway'));
    expect(await failedBoot(evil)).toMatch(
      /^Cannot boot: pages of "http:\/\/evil\.slipway\.localhost:\d+" may not embed this runtime: it belongs to a project of the IDE. Other pages boot at .*ALLOWED_EMBEDDERS/,
    );
    // Nor may its page find a port by listening: whoever is refused gets a root that only refuses.
    expect(await evil.evaluate(() => window.control.filter(({ type }) => type !== 'boot'))).toEqual([]);
  });
});

describe('keys, sign-in and connect', () => {
  it('configureAPIKey: handed to the runtime, which needs none; too late after the boot', async () => {
    const page = await openPage();
    await page.evaluate(() => window.api.configureAPIKey('wc_api_some_key'));
    await boot(page, api.hosts.runtime(LABEL));
    expect(
      await page.evaluate(() => new URL(document.querySelector('iframe')?.src ?? '').searchParams.get('client_id')),
    ).toBe('wc_api_some_key');
    expect((await page.evaluate(() => window.failure(() => window.api.configureAPIKey('other'))))['message']).toContain(
      'before `WebContainer.boot`',
    );
  });

  it('auth.init with AuthInitOptions.clientId, AuthInitOptions.scope and AuthInitOptions.editorOrigin: boots from there, signed in or not', async () => {
    const page = await openPage();
    const result = await page.evaluate(async (editorOrigin) => {
      const status = window.api.auth.init({ clientId: 'wc_api_client', scope: '', editorOrigin });
      const again = await window.failure(() => window.api.auth.init({ clientId: 'x', scope: '' }));
      window.container = await window.api.WebContainer.boot();
      const { searchParams, origin } = new URL(document.querySelector('iframe')?.src ?? '');
      return {
        status,
        again: again['message'],
        clientId: searchParams.get('client_id'),
        origin,
        files: await window.container.fs.readdir('.'),
      };
    }, api.hosts.runtime(LABEL));
    expect(result).toEqual({
      status: { status: 'need-auth' },
      again: 'Init should only be called once',
      clientId: 'wc_api_client',
      origin: api.hosts.runtime(LABEL),
      files: [],
    });
  });

  it('auth.init after boot is refused', async () => {
    const page = await openPage();
    await boot(page, api.hosts.runtime(LABEL));
    expect(
      (await page.evaluate(() => window.failure(() => window.api.auth.init({ clientId: 'x', scope: '' }))))['message'],
    ).toContain('before `WebContainer.boot`');
  });

  it('DI-07 auth.startAuthFlow comes back at once with a sign-in that opens nothing: auth.init takes it and auth.loggedIn settles, here and in other tabs', async () => {
    const page = await openPage('/?own=1');
    expect((await page.evaluate(() => window.failure(() => window.api.auth.startAuthFlow())))['message']).toBe(
      'auth.init must be called first',
    );
    const origin = api.hosts.runtime(LABEL);
    const other = await page.context().newPage();
    await other.goto(api.hosts.app);
    await other.waitForFunction(() => document.title === 'ready');
    await other.evaluate((editorOrigin) => {
      window.api.auth.init({ clientId: 'c', scope: 's', editorOrigin });
      void window.api.auth.loggedIn().then(() => (document.title = 'in'));
    }, origin);
    await page.evaluate((editorOrigin) => {
      window.api.auth.init({ clientId: 'c', scope: 's', editorOrigin });
      void window.api.auth.startAuthFlow();
    }, origin);
    await page.waitForURL(/[?&]code=/);
    await page.waitForFunction(() => document.title === 'ready');
    const result = await page.evaluate(async (editorOrigin) => {
      const init = window.api.auth.init({ clientId: 'c', scope: 's', editorOrigin });
      await window.api.auth.loggedIn();
      window.container = await window.api.WebContainer.boot();
      return { init, search: location.search, files: await window.container.fs.readdir('.') };
    }, origin);
    expect(result).toEqual({ init: { status: 'authorized' }, search: '?own=1', files: [] });
    await other.waitForFunction(() => document.title === 'in');
    const kept = await page.evaluate(async () => {
      const out = new Promise((resolve) => void window.api.auth.on('logged-out', () => resolve('out')));
      await window.api.auth.logout();
      return [await out, localStorage.getItem('__wc_api_tokens__')];
    });
    expect(kept).toEqual(['out', null]);
  });

  it('auth.init says AuthFailedError.status, AuthFailedError.error, AuthFailedError.description of a sign-in that failed', async () => {
    const page = await openPage('/?own=1&error=access_denied&error_description=no');
    const result = await page.evaluate(
      (editorOrigin) => ({
        init: window.api.auth.init({ clientId: 'c', scope: 's', editorOrigin }),
        search: location.search,
      }),
      api.hosts.runtime(LABEL),
    );
    expect(result).toEqual({
      init: { status: 'auth-failed', error: 'access_denied', description: 'no' },
      search: '?own=1',
    });
  });

  it('auth.startAuthFlow leads back to pages that may boot a container, and to no others', async () => {
    const page = await openPage();
    await page.goto(
      `${api.hosts.runtime(LABEL)}/oauth/authorize?redirect_uri=${encodeURIComponent(api.hosts.app.replace('slipway', 'evil.slipway'))}`,
    );
    await page.waitForSelector('text=no sign-in of its own');
    await page.evaluate(() => fetch('/__slip/config.json'));
    expect(new URL(page.url()).pathname).toBe('/oauth/authorize');
  });

  it('auth.on auth-failed and auth.on logged-out give an Unsubscribe; auth.logout tells; auth.loggedIn waits', async () => {
    const page = await openPage();
    const other = await page.context().newPage();
    await other.goto(api.hosts.app);
    await other.waitForFunction(() => document.title === 'ready');
    await page.evaluate((editorOrigin) => {
      const seen: unknown[] = [];
      Object.assign(window, { seen });
      window.api.auth.init({ clientId: 'c', scope: '', editorOrigin });
      window.api.auth.on('auth-failed', ({ error }) => void seen.push(`failed ${error}`));
      window.api.auth.on('logged-out', () => void seen.push('out'));
      const stop = window.api.auth.on('logged-out', () => void seen.push('never'));
      stop();
      void window.api.auth.loggedIn().then(() => seen.push('in'));
    }, api.hosts.runtime(LABEL));
    // Another tab that comes back from the sign-in.
    await other.goto(`${api.hosts.app}/?error=access_denied&error_description=no`);
    await other.waitForFunction(() => document.title === 'ready');
    await other.evaluate(
      (editorOrigin) => void window.api.auth.init({ clientId: 'c', scope: '', editorOrigin }),
      api.hosts.runtime(LABEL),
    );
    const seen = await page.evaluate(async () => {
      const { seen } = window as unknown as { seen: unknown[] };
      await window.until(() => seen.length > 0);
      await window.api.auth.logout();
      await window.api.auth.logout({ ignoreRevokeError: true });
      return {
        seen,
        unknown: (await window.failure(() => window.api.auth.on('other' as 'logged-out', () => undefined)))['message'],
      };
    });
    expect(seen).toEqual({ seen: ['failed access_denied', 'out', 'out'], unknown: "Unsupported event type 'other'." });
  });

  it('auth.init with tokens of an earlier sign-in: the container takes them', async () => {
    const page = await openPage();
    const result = await page.evaluate(async (editorOrigin) => {
      localStorage.setItem(
        '__wc_api_tokens__',
        JSON.stringify({
          accessToken: 'a',
          refreshToken: 'r',
          expires: Date.now() + 3_600_000,
          origin: editorOrigin,
          access: 'a',
          refresh: 'r',
        }),
      );
      const status = window.api.auth.init({ clientId: 'c', scope: '', editorOrigin });
      window.container = await window.api.WebContainer.boot();
      await window.api.auth.loggedIn();
      return { status, files: await window.container.fs.readdir('.') };
    }, api.hosts.runtime(LABEL));
    expect(result).toEqual({ status: { status: 'authorized' }, files: [] });
  });

  it('setupConnect with ConnectOptions.editorOrigin: a popup that has nothing to do here, and closes; elsewhere it is refused', async () => {
    const page = await openPage('/plain');
    const messages = await page.evaluate(async () =>
      [await window.failure(() => window.connectApi.setupConnect())].map(({ message }) => message),
    );
    expect(messages[0]).toContain("must be used on a '/webcontainer/connect' endpoint");
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate(() => void window.open('/webcontainer/connect/abc')),
    ]);
    await popup.waitForFunction(() => document.title === 'ready');
    const closed = popup.waitForEvent('close');
    await popup
      .evaluate((editorOrigin) => window.connectApi.setupConnect({ editorOrigin }), api.hosts.runtime(LABEL))
      .catch((error: Error) => {
        if (!error.message.includes('closed')) throw error;
      });
    await closed;
    const alone = await openPage('/webcontainer/connect/abc');
    expect((await alone.evaluate(() => window.failure(() => window.connectApi.setupConnect())))['message']).toContain(
      'must have an opener',
    );
  });
});
