import { type RunnerFile, runnerInput, type RunnerInput, type RunnerOutput, type RuntimeConfig } from '@slipway/contracts';
import type { Logger } from 'pino';
import type { Page } from 'playwright-core';
import type { DriverBindings, DriverJob, DriverResult, DriverStep } from '../driver/driver-protocol.ts';
import type { RunnerIo, SandboxRuntime } from '../sandbox-runtime.ts';
import { type BuilderBrowser, launchBuilderBrowser } from './builder-browser.ts';
import { bundleDriver } from './bundle-driver.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';
import { encodeMountTree } from './mount-tree.ts';

/**
 * Builds in headless Chromium, in the very runtime that users run in their tab
 * (P-26): a page of ours embeds a container from our server's runtime host.
 */
export function createChromiumRuntime(options: {
  executable: string;
  /** Where the server is found: its hosts, and the address behind them. */
  config: () => Promise<RuntimeConfig>;
  dial: { host: string; port: number } | undefined;
  memoryLimitBytes: number;
  log: Logger;
}): SandboxRuntime {
  let bundled: Promise<string> | undefined;
  return {
    run: async (text, io) => {
      const document = runnerInput.parse(JSON.parse(text));
      const script = await (bundled ??= bundleDriver());
      const hosts = builderHosts(await options.config(), document.jobId);
      const ended = new AbortController();
      const onAbort = () => ended.abort(io.signal.reason);
      io.signal.addEventListener('abort', onAbort);
      if (io.signal.aborted) onAbort();
      let proxy: EgressProxy | undefined;
      let browser: BuilderBrowser | undefined;
      try {
        proxy = await startEgressProxy({
          origin: hosts.runtimeOrigin,
          dial: options.dial ?? dialOf(hosts.runtimeOrigin),
          onRefused: (target) => options.log.debug({ target, jobId: document.jobId }, 'a build was refused a way out'),
        });
        browser = await launchBuilderBrowser({
          executable: options.executable,
          proxyUrl: proxy.url,
          memoryLimitBytes: options.memoryLimitBytes,
          onMemoryExceeded: (used) => ended.abort(new Error(`runner used ${used} bytes of memory, more than ${options.memoryLimitBytes}`)),
        });
        const page = browser.context.pages()[0] ?? (await browser.context.newPage());
        const result = await Promise.race([drive(page, script, hosts, document, io), failure(page, ended.signal)]);
        return JSON.stringify(describe(document, result));
      } finally {
        io.signal.removeEventListener('abort', onAbort);
        await browser?.kill();
        await proxy?.close();
      }
    },
  };
}

interface BuilderHosts {
  /** Of the page that embeds the container; the worker answers it itself. */
  pageOrigin: string;
  /** An origin of this job's own: nothing in its storage was there before, or is found again. */
  runtimeOrigin: string;
}

function builderHosts(config: RuntimeConfig, jobId: string): BuilderHosts {
  const app = new URL(config.app.origin);
  const pageOrigin = config.runtime.allowedParents.find((origin) => origin !== config.app.origin && new URL(origin).hostname.startsWith('builder.'));
  if (pageOrigin === undefined) throw new Error(`Cannot build: the server at "${app.origin}" names no builder origin among the allowed parents of its runtime`);
  return { pageOrigin, runtimeOrigin: config.runtime.originPattern.replace('{container}', `b${jobId.replaceAll('-', '')}`) };
}

function dialOf(origin: string): { host: string; port: number } {
  const url = new URL(origin);
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) };
}

const pageHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

async function drive(page: Page, script: string, hosts: BuilderHosts, document: RunnerInput, io: RunnerIo): Promise<DriverResult> {
  await page.route(`${hosts.pageOrigin}/**`, async (route) => {
    switch (new URL(route.request().url()).pathname) {
      case '/':
        return await route.fulfill({ headers: pageHeaders, contentType: 'text/html; charset=utf-8', body: '<!doctype html><title>builder</title><body><script type="module" src="/driver.js"></script>' });
      case '/driver.js':
        return await route.fulfill({ headers: pageHeaders, contentType: 'text/javascript; charset=utf-8', body: script });
      case '/snapshot':
        return await route.fulfill({ headers: pageHeaders, contentType: 'application/octet-stream', body: encodeMountTree(document.files) });
      default:
        return await route.fulfill({ status: 404, headers: pageHeaders, body: '' });
    }
  });
  await expose(page, hosts.pageOrigin, io);
  await page.goto(`${hosts.pageOrigin}/`);
  if (!(await page.evaluate(() => (globalThis as unknown as { crossOriginIsolated: boolean }).crossOriginIsolated))) throw new Error('Cannot build: the builder page is not cross-origin isolated');
  const job: DriverJob = { runtimeOrigin: hosts.runtimeOrigin, snapshotPath: '/snapshot', steps: buildSteps(document.files), outputFolder: 'dist' };
  return await page.evaluate((asked) => (globalThis as unknown as { runDriverJob(job: DriverJob): Promise<DriverResult> }).runDriverJob(asked), job);
}

/** Bindings reach every frame, the container's too: only the driver page itself is listened to. */
async function expose(page: Page, pageOrigin: string, io: RunnerIo): Promise<void> {
  const pieces = new Map<string, Buffer[]>();
  const guard =
    <A extends unknown[]>(handle: (...args: A) => Promise<void>) =>
    async ({ frame }: { frame: { url(): string; parentFrame(): unknown } }, ...args: A) => {
      if (frame.parentFrame() !== null || new URL(frame.url()).origin !== pageOrigin) throw new Error('Not for this page');
      await handle(...args);
    };
  const log: DriverBindings['slipwayLog'] = async (stream, base64) => io.log(stream, Buffer.from(base64, 'base64'));
  const file: DriverBindings['slipwayFile'] = async (path, base64, last) => {
    const own = [...(pieces.get(path) ?? []), Buffer.from(base64, 'base64')];
    pieces.set(path, own);
    if (!last) return;
    pieces.delete(path);
    await io.file(path, Buffer.concat(own));
  };
  await page.exposeBinding('slipwayLog', guard(log));
  await page.exposeBinding('slipwayFile', guard(file));
}

/**
 * `npm ci` needs a lockfile; without one npm makes it. It also refuses a lockfile
 * that npm itself has written, where optional packages of other platforms were
 * not to be had; `npm install` takes what is locked and adds nothing to it.
 */
function buildSteps(files: readonly RunnerFile[]): DriverStep[] {
  const locked = files.some((file) => file.path === 'package-lock.json' || file.path === 'npm-shrinkwrap.json');
  const env = { CI: 'true' };
  return [
    {
      command: 'npm',
      args: [locked ? 'ci' : 'install', '--no-audit', '--no-fund'],
      env,
      ...(locked ? { instead: { ofStderr: 'code EUSAGE', command: 'npm', args: ['install', '--no-audit', '--no-fund'], env } } : {}),
    },
    { command: 'npm', args: ['run', 'build'], env },
  ];
}

/** Rejects when the run must not go on: aborted, or its page is no more. */
function failure(page: Page, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    page.on('crash', () => reject(new Error('the builder page crashed')));
    page.on('close', () => reject(new Error('the builder page was closed')));
  });
}

function describe(document: RunnerInput, result: DriverResult): RunnerOutput {
  const { jobId, projectId, snapshotId } = document;
  const failed = (errorSummary: string): RunnerOutput => ({ jobId, projectId, snapshotId, status: 'failed', errorSummary, logs: [] });
  switch (result.outcome) {
    case 'built':
      return { jobId, projectId, snapshotId, status: 'succeeded', artifactId: document.artifactDestination.artifactId, logs: [] };
    case 'exited':
      return failed(`runner exited: ${result.stderr.trim() || `${result.command}: ${result.signal ?? `exit code ${result.code}`}`}`);
    case 'no-output':
      return failed(`the build wrote no "${result.folder}" folder`);
    case 'boot-failed':
      return failed(`the container did not boot: ${result.message}`);
  }
}
