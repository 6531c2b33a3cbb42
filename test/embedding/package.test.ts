/** The npm package from its tarball, in a project that has nothing else, with the runtime on a host of files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isolationHeaders } from '@slipway/embed';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openContext } from '../e2e/browser.ts';
import { createPackageProject, type PackageProject } from './package-project.ts';
import { close, listen, serveFolder } from './static-server.ts';
import { bootAndRun, type EmbeddingWindow, PAGE_MODULE, showPreview } from './try-host.ts';

const LIMIT_MS = 180_000;
// As branded browsers have it: third parties have a part of the storage.
const PARTITIONS = ['--disable-features=Translate', '--test-third-party-cookie-phaseout'];
const REGISTRY = 'http://packages.example.org';

let project: PackageProject;
let host: Awaited<ReturnType<typeof serveFolder>>;
let pages: Server;
let mirror: Server;
let pagePort: number;
let mirrorPort: number;
let browser: Browser | undefined;
let folder = '';

beforeAll(async () => {
  project = createPackageProject();
  host = await serveFolder(() => folder);
  const script = await project.bundle(PAGE_MODULE);
  pages = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    if (pathname === '/page.js')
      response.writeHead(200, { 'Content-Type': 'text/javascript', ...isolationHeaders.app });
    else
      response.writeHead(200, {
        'Content-Type': 'text/html',
        ...(pathname === '/plain' ? {} : isolationHeaders.app),
        ...(pathname === '/strict' ? { 'Content-Security-Policy': "frame-src 'self'" } : {}),
      });
    const html = '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>';
    response.end(pathname === '/page.js' ? script : html);
  });
  pagePort = await listen(pages);
  mirror = createServer(answerRegistry);
  mirrorPort = await listen(mirror);
}, LIMIT_MS);
afterAll(async () => {
  project?.remove();
  await host?.close();
  for (const server of [pages, mirror]) if (server !== undefined) await close(server);
});
afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

const runtimeOrigin = (): string => `http://rt.files.localhost:${host.port}`;

function writeRuntime(name: string, more: readonly string[] = []): string {
  folder = join(project.folder, name);
  return project.writeRuntime(folder, ['--origin', runtimeOrigin(), '--embedder', 'http://localhost:*', ...more]);
}

async function openPage(path = '/', args: readonly string[] = []): Promise<Page> {
  browser = await openBrowser({ args: [...PARTITIONS, ...args] });
  const page = await (await openContext(browser)).newPage();
  await page.goto(`http://localhost:${pagePort}${path}`);
  await page.waitForFunction(() => document.title === 'ready');
  return page;
}

describe('the package, installed from its tarball', () => {
  it(
    'DI-10 DI-13 one name: programs and packages, a page that says why there is no preview, and no request leaves page, host and mirror',
    { timeout: LIMIT_MS },
    async () => {
      const printed = writeRuntime('single', [
        '--registry',
        REGISTRY,
        '--mirror',
        `http://mirror.localhost:${mirrorPort}/`,
      ]);
      expect(printed).toContain('_headers, vercel.json, nginx.conf, Caddyfile');
      const log = join(project.folder, 'net-log.json');
      const page = await openPage('/', [`--log-net-log=${log}`]);
      expect(await bootAndRun(page, runtimeOrigin(), 'node', ['-p', '6 * 7'])).toBe('42\nexit 0');
      const install = await bootAndRun(page, runtimeOrigin(), 'sh', [
        '-c',
        `npm install --no-audit --no-fund --registry ${REGISTRY}/ tiny@1.0.0 > log 2>&1 || cat log; node -p 'require("tiny")'`,
      ]);
      expect(install).toBe('tiny is here\nexit 0');
      expect(await showPreview(page)).toBe('The program runs, but its pages cannot be shown');
      await browser?.close();
      browser = undefined;
      expect([...requestedOrigins(log)].sort()).toEqual(
        [`http://localhost:${pagePort}`, `http://mirror.localhost:${mirrorPort}`, runtimeOrigin()].sort(),
      );
    },
  );

  it('DI-10 wildcard names: the preview element shows what the container serves', { timeout: LIMIT_MS }, async () => {
    writeRuntime('wildcard', ['--preview-domain', 'files.localhost']);
    const page = await openPage();
    expect(await bootAndRun(page, runtimeOrigin(), 'node', ['-p', '6 * 7'])).toBe('42\nexit 0');
    expect(await showPreview(page)).toBe('served');
  });

  it('DI-02 bootContainer never hangs: each cause has a code and says what to do', { timeout: LIMIT_MS }, async () => {
    writeRuntime('single');
    const fail = (page: Page, origin: string): Promise<string> =>
      page.evaluate(async (origin) => {
        const embedding = window as unknown as EmbeddingWindow;
        try {
          await embedding.bootContainer({ origin, silenceMs: 2_000 });
          return 'booted';
        } catch (error) {
          const { code, message } = error as Error & { code?: string };
          return `${code}: ${message}`;
        }
      }, origin);
    const page = await openPage();
    expect(await fail(page, 'rt.example.org')).toMatch(/^BAD_ADDRESS: Cannot boot: .* is no address/);
    expect(await fail(page, 'ftp://rt.example.org')).toMatch(/^BAD_ADDRESS: /);
    // Chromium refuses it at once; other programs of this machine have other ports.
    expect(await fail(page, 'http://localhost:1')).toMatch(/^UNREACHABLE: .*Cross-Origin-Resource-Policy/);
    await page.reload();
    await page.waitForFunction(() => document.title === 'ready');
    expect(await fail(page, `http://mirror.localhost:${mirrorPort}`)).toMatch(/^SILENT: .*must be the runtime's page/);
    const open = async (path: string): Promise<void> => {
      await page.goto(`http://localhost:${pagePort}${path}`);
      await page.waitForFunction(() => document.title === 'ready');
    };
    await open('/strict');
    expect(await fail(page, runtimeOrigin())).toMatch(/^FRAME_BLOCKED: .*"frame-src".*add it there/);
    await open('/plain');
    expect(await fail(page, runtimeOrigin())).toMatch(/^NOT_ISOLATED: .*Cross-Origin-Opener-Policy/);
    await page.goto(`http://127.0.0.1:${pagePort}/`);
    await page.waitForFunction(() => document.title === 'ready');
    expect(await fail(page, runtimeOrigin())).toMatch(/^undefined: Cannot boot: pages of "http:\/\/127\.0\.0\.1/);
  });

  it('DI-10 its types stand alone, and its command says what is wrong', () => {
    const types = readFileSync(
      join(project.folder, 'project/node_modules/@slipway/embed/dist/drop-in/index.d.ts'),
      'utf8',
    );
    expect(types).toContain('bootContainer');
    expect(types).not.toContain('@slipway/');
    expect(() => project.writeRuntime('x', ['--origin', 'rt', '--embedder', 'http://localhost:*'])).toThrow(
      /"rt" is not an origin/,
    );
    expect(() => project.writeRuntime('x', ['--origin', 'http://rt.localhost', '--embedder', 'all'])).toThrow(
      /Cannot take "all" as an embedder/,
    );
    expect(() => project.writeRuntime('x', [])).toThrow(/Usage: slipway-runtime/);
  });
});

/** A registry with one package, which any page may ask. */
function answerRegistry(...[request, response]: Parameters<Parameters<typeof createServer>[1] & object>): void {
  const cors = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
  const tarball = tinyTarball();
  if (request.method === 'OPTIONS') response.writeHead(204, cors).end();
  else if (request.url?.endsWith('.tgz') === true) response.writeHead(200, cors).end(tarball);
  else {
    const version = {
      name: 'tiny',
      version: '1.0.0',
      dist: {
        tarball: `${REGISTRY}/tiny/-/tiny-1.0.0.tgz`,
        integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      },
    };
    response.writeHead(200, { ...cors, 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ name: 'tiny', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
  }
}

/** ustar, POSIX.1-1988. */
function tinyTarball(): Buffer {
  const files = { 'package.json': '{"name":"tiny","version":"1.0.0"}', 'index.js': 'module.exports = "tiny is here"' };
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const head = Buffer.alloc(512);
    head.write(`package/${name}`, 0);
    head.write('0000644\0', 100);
    head.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('00000000000\0', 136);
    head.write('        0', 148);
    head.write('ustar\x0000', 257);
    const sum = head.reduce((total, byte) => total + byte, 0);
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [head, Buffer.concat([Buffer.from(text), Buffer.alloc(512 - (text.length % 512))])];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/**
 * Of every request that a page, a frame or a worker made: the browser's own log of its network. What Chromium asks for
 * itself (updates, sign-in, lists) has no initiator.
 */
function requestedOrigins(log: string): Set<string> {
  const { events } = JSON.parse(readFileSync(log, 'utf8')) as {
    events: readonly { params?: { url?: unknown; initiator?: unknown } }[];
  };
  const urls = events.flatMap(({ params: { url, initiator } = {} }) =>
    typeof url === 'string' && typeof initiator === 'string' && initiator !== 'not an origin' ? [url] : [],
  );
  return new Set(urls.filter((url) => /^(https?|wss?):/.test(url)).map((url) => new URL(url).origin));
}
