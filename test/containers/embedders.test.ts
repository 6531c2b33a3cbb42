/**
 * Pages of other servers, with the unmodified client, on the product as `npm start` runs it: who may
 * boot, who is told why not, and that the header and the page's own check say the same.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WebContainer } from '@webcontainer/api';
import { isolationHeaders } from '@slipway/embed';
import { matchesEmbedder, parseEmbedderPattern } from '../../packages/runtime/wire/src/embedder-pattern.ts';
import { runtimeConfig } from '@slipway/wire';
import { ask } from '../e2e/ask.ts';
import { openBrowser, openContext } from '../e2e/browser.ts';
import { type Product, startProduct } from '../e2e/product.ts';

interface EmbeddingWindow {
  WEBCONTAINER_API_IFRAME_URL: string;
  client: { WebContainer: typeof WebContainer };
}

/** DI-02 gives `boot()` ten seconds to say why it refuses; here other tests want the cores too. */
const REFUSAL_MS = 30_000;
/** A first boot on a busy machine. */
const BOOT_MS = 60_000;

let product: Product;
let pages: Server;
let port: number;
let browser: Browser;
let context: BrowserContext | undefined;

beforeAll(async () => {
  const bundled = await build({
    stdin: {
      contents: "import * as client from '@webcontainer/api'; Object.assign(window, { client });",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  const script = bundled.outputFiles[0]?.text ?? '';
  pages = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any');
    const ancestors = searchParams.get('ancestors');
    if (ancestors !== null) {
      response.writeHead(200, {
        'Content-Type': 'text/html',
        'Content-Security-Policy': `frame-ancestors ${ancestors}`,
      });
      return response.end('<script>parent.postMessage("shown", "*")</script>');
    }
    if (pathname.startsWith('/registry/')) {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify({ name: pathname.slice(10), 'dist-tags': {}, versions: {} }));
    }
    if (pathname === '/client.js') {
      response.writeHead(200, {
        'Content-Type': 'text/javascript',
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      });
      return response.end(script);
    }
    response.writeHead(200, {
      'Content-Type': 'text/html',
      ...(pathname === '/plain' ? {} : isolationHeaders.app),
      'Cross-Origin-Resource-Policy': 'cross-origin',
      ...(pathname === '/silent' ? { 'Referrer-Policy': 'no-referrer' } : {}),
    });
    response.end('<!doctype html><body><script type="module" src="/client.js" crossorigin></script>');
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  port = (pages.address() as AddressInfo).port;
  // Every name leads to this machine, and the port that a URL leaves out to the pages' server.
  const rules = `MAP *:80 127.0.0.1:${port}, MAP * 127.0.0.1`;
  browser = await openBrowser({ args: [`--host-resolver-rules=${rules}`] });
  product = await startProduct({ LOG_LEVEL: 'warn', MIRROR_UPSTREAM: `http://127.0.0.1:${port}/registry/` });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await new Promise((resolve) => (pages === undefined ? resolve(undefined) : pages.close(resolve)));
});
// A container less for the next one's memory.
afterEach(async () => {
  await context?.close();
  context = undefined;
});

const bareOrigin = (): string => `http://rt.slipway.localhost:${product.port}`;

async function openPage(url: string): Promise<Page> {
  context ??= await openContext(browser);
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'client' in window);
  return page;
}

/** Boots and runs a program; gives what it printed, or why nothing booted. */
function bootAndRun(
  page: Page,
  origin: string,
  limitMs = REFUSAL_MS,
  args = ['-p', '`node ${6 * 7}`'],
): Promise<string> {
  return page.evaluate(
    async ({ origin, limitMs, args }) => {
      const embedding = window as unknown as EmbeddingWindow;
      embedding.WEBCONTAINER_API_IFRAME_URL = origin;
      const hang = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('boot() hangs')), limitMs));
      try {
        const container = await Promise.race([embedding.client.WebContainer.boot(), hang]);
        const program = await container.spawn('node', args);
        let output = '';
        await program.output.pipeTo(new WritableStream({ write: (chunk) => void (output += chunk) }));
        return `${output.trim()}, exit ${await program.exit}`;
      } catch (error) {
        return (error as Error).message;
      }
    },
    { origin, limitMs, args },
  );
}

describe('pages of other servers', () => {
  it('SV-18 DI-01 a page on localhost, at any port and by either name, boots the unmodified client on the default configuration', async () => {
    for (const path of ['localhost', '127.0.0.1', 'localhost/silent']) {
      const [host = '', page = ''] = path.split('/');
      expect(await bootAndRun(await openPage(`http://${host}:${port}/${page}`), bareOrigin(), BOOT_MS), path).toBe(
        'node 42, exit 0',
      );
      await context?.close();
      context = undefined;
    }
  });

  it('SV-19 DI-01 its programs get packages through the mirror, which gives them to nobody who only asks', async () => {
    const { body } = await ask(product.port, 'GET', '/__slip/config.json');
    const registry = runtimeConfig.parse(JSON.parse(body)).registry.origins[0]!;
    const program = `fetch('${registry}/here').then(async (r) => console.log(r.status + ' ' + (await r.json()).name))`;
    const page = await openPage(`http://localhost:${port}/`);
    expect(await bootAndRun(page, bareOrigin(), BOOT_MS, ['-e', program])).toBe('200 here, exit 0');
    expect((await ask(product.port, 'GET', `${bareOrigin()}/npm/here`)).status).toBe(403);
  });

  it('SV-18 DI-01 DI-02 a page of any other origin is told within 10 s which setting lets it in', async () => {
    for (const host of [`other.test.localhost:${port}`, `localhost.evil.org:${port}`, 'example.org']) {
      for (const path of ['/', '/silent', '/plain']) {
        const told = await bootAndRun(await openPage(`http://${host}${path}`), bareOrigin());
        expect(told, host + path).toBe(
          `Cannot boot: pages of "http://${host}" may not embed this runtime: add "http://${host}" to the server's setting ALLOWED_EMBEDDERS, where commas separate origins, and restart it`,
        );
      }
    }
  });

  it('SV-18 an allowed page inside of one that is not, and one without an origin, are told too', async () => {
    const outer = await openPage(`http://other.test.localhost:${port}/`);
    const framed = async (url: string): Promise<string> => {
      const handle = await outer.evaluateHandle((url) => {
        const frame = document.createElement('iframe');
        frame.allow = 'cross-origin-isolated';
        frame.src = url;
        document.body.append(frame);
        return frame;
      }, url);
      const frame = await handle.contentFrame();
      await frame?.waitForFunction(() => 'client' in window);
      return bootAndRun(frame as unknown as Page, bareOrigin());
    };
    // No request names more than the innermost page.
    expect(await framed(`http://localhost:${port}/embedded`)).toContain('pages of "http://other.test.localhost');
    const opaque = `data:text/html,<body><script type="module" src="http://localhost:${port}/client.js" crossorigin></script>`;
    expect(await framed(opaque)).toMatch(
      /pages of "null" may not embed this runtime: .*ALLOWED_EMBEDDERS cannot name them/,
    );
  });

  it('SV-18 a project\u2019s host and another embedder\u2019s origin boot nothing for an allowed page', async () => {
    const page = await openPage(`http://localhost:${port}/`);
    expect(await bootAndRun(page, `http://c0.rt.slipway.localhost:${product.port}`)).toBe(
      `Cannot boot: pages of "http://localhost:${port}" may not embed this runtime: it belongs to a project of the IDE. Other pages boot at "${bareOrigin()}", if the server's setting ALLOWED_EMBEDDERS names them`,
    );
    const other = await openPage(`http://localhost:${port}/`);
    expect(await bootAndRun(other, `http://e${'0'.repeat(32)}.rt.slipway.localhost:${product.port}`)).toBe(
      `Cannot boot: this origin belongs to the pages of one embedder, which boot at "${bareOrigin()}"`,
    );
  });
});

describe('the header and the page\u2019s own check', () => {
  it('SV-18 agree: Chromium shows a frame exactly where the matcher says so', async () => {
    const patterns = [
      'http://localhost:*',
      'http://127.0.0.1:*',
      `http://example.org:${port}`,
      'http://example.org',
      'http://EXAMPLE.org:80',
      'http://*.example.org',
      `http://*.example.org:${port}`,
      'http://*.example.org:*',
      'http://10.1.2.3:*',
      'http://xn--bcher-kva.example:*',
      'https://example.org',
      'http://*.localhost:*',
    ];
    const hosts = [
      'localhost',
      'a.localhost',
      '127.0.0.1',
      'localhost.evil.org',
      'example.org',
      'a.example.org',
      'a.b.example.org',
      'evilexample.org',
      'example.org.evil.net',
      '10.1.2.3',
      'xn--bcher-kva.example',
      'example.org.',
    ];
    const disagree: string[] = [];
    for (const origin of [
      ...hosts.map((host) => `http://${host}:${port}`),
      'http://example.org',
      'http://a.example.org',
    ]) {
      const page = await openPage(`${origin}/plain`);
      const headers = patterns.map((pattern) => parseEmbedderPattern(pattern).source);
      const shown = await page.evaluate(
        (urls) =>
          Promise.all(
            urls.map(async (url) => {
              const frame = document.createElement('iframe');
              let shown = false;
              addEventListener('message', ({ source }) => (shown ||= source === frame.contentWindow));
              frame.src = url;
              await new Promise((resolve) => {
                frame.addEventListener('load', resolve);
                document.body.append(frame);
              });
              return shown;
            }),
          ),
        headers.map((header) => `http://frames.test:${port}/?ancestors=${encodeURIComponent(header)}`),
      );
      for (const [at, header] of headers.entries()) {
        if (shown[at] !== matchesEmbedder(parseEmbedderPattern(header), origin))
          disagree.push(`${header} ${origin}: ${shown[at] ? 'shown' : 'blocked'}`);
      }
      await page.close();
    }
    expect(disagree).toEqual([]);
  });
});
