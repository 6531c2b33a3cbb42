import { isolationHeaders } from '@slipway/embed';
import { type RuntimeConfig } from '@slipway/wire';
import type { Logger } from 'pino';
import type { Page } from 'playwright-core';
import type { DriverBindings, DriverJob, DriverResult } from '../driver/driver-protocol.ts';
import {
  refuseVerb,
  type SandboxConfig,
  type SandboxDriver,
  type SandboxRecord,
  type SandboxWork,
} from '../sandbox/sandbox-driver.ts';
import { type BuilderBrowser, launchBuilderBrowser } from './builder-browser.ts';
import { bundleDriver } from './bundle-driver.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';
import { listModeChanges } from './mount-modes.ts';
import { encodeMountTree } from './mount-tree.ts';

/** What the Chromium driver is made with. */
export interface ChromiumDriverOptions {
  executable: string;
  /** Where the server is found: its hosts, and the address behind them. */
  config: (signal: AbortSignal) => Promise<RuntimeConfig>;
  /** Undefined: as the origin's name resolves. */
  dial: { host: string; port: number } | undefined;
  log: Logger;
}

/** A browser with its way out; `ended` rejects what runs in it. */
interface Sandbox {
  record: SandboxRecord;
  hosts: BuilderHosts;
  script: string;
  browser: BuilderBrowser;
  ended: AbortController;
  release(): Promise<void>;
}

/**
 * Sandboxes in headless Chromium, in the very runtime that users run in their tab
 * (P-26): a page of ours embeds a container from our server's runtime host. Files
 * have no checkpoints yet, and records live as long as this process.
 */
export function createChromiumDriver(options: ChromiumDriverOptions): SandboxDriver {
  const kind = 'chromium';
  const sandboxes = new Map<string, Sandbox>();
  /** Once for all sandboxes of this process: the script is the same. */
  let bundled: Promise<string> | undefined;

  const destroy = async (id: string): Promise<boolean> => {
    const sandbox = sandboxes.get(id);
    if (!sandbox) return false;
    sandboxes.delete(id);
    await sandbox.release();
    return true;
  };

  return {
    kind,
    create: async (id, config) => {
      await destroy(id);
      const script = await (bundled ??= bundleDriver());
      const hosts = builderHosts(await options.config(config.signal), id);
      const sandbox = await openSandbox(options, id, config, { hosts, script });
      sandboxes.set(id, sandbox);
      return { ...sandbox.record };
    },
    start: async (id, work) => {
      const sandbox = sandboxes.get(id);
      if (!sandbox) throw new Error(`Cannot start sandbox "${id}": not found`);
      if (sandbox.record.status !== 'created')
        throw new Error(`Cannot start sandbox "${id}": its status is "${sandbox.record.status}"`);
      sandbox.record.status = 'running';
      const { browser, ended } = sandbox;
      try {
        const page = browser.context.pages()[0] ?? (await browser.context.newPage());
        return await Promise.race([drive(page, sandbox, work), failure(page, ended.signal)]);
      } finally {
        sandbox.record.status = 'exited';
      }
    },
    status: async (id) => {
      const record = sandboxes.get(id)?.record;
      return record && { ...record };
    },
    list: async () => [...sandboxes.values()].map(({ record }) => ({ ...record })),
    checkpoint: refuseVerb(kind, 'checkpoint'),
    restore: refuseVerb(kind, 'restore'),
    destroy,
  };
}

async function openSandbox(
  options: ChromiumDriverOptions,
  id: string,
  { memoryLimitBytes, signal }: SandboxConfig,
  { hosts, script }: Pick<Sandbox, 'hosts' | 'script'>,
): Promise<Sandbox> {
  const ended = new AbortController();
  const onAbort = () => ended.abort(signal.reason);
  signal.addEventListener('abort', onAbort);
  // A signal that was aborted before has no event to come.
  if (signal.aborted) onAbort();
  let proxy: EgressProxy | undefined;
  let browser: BuilderBrowser | undefined;
  const release = async () => {
    signal.removeEventListener('abort', onAbort);
    await browser?.kill();
    await proxy?.close();
  };
  try {
    proxy = await startEgressProxy({
      origin: hosts.runtimeOrigin,
      dial: options.dial ?? dialOf(hosts.runtimeOrigin),
      onRefused: (target) => options.log.debug({ target, jobId: id }, 'a build was refused a way out'),
    });
    browser = await launchBuilderBrowser({
      executable: options.executable,
      proxyUrl: proxy.url,
      memoryLimitBytes,
      onMemoryExceeded: (used) =>
        ended.abort(new Error(`runner used ${used} bytes of memory, more than ${memoryLimitBytes}`)),
    });
  } catch (error) {
    await release();
    throw error;
  }
  return { record: { id, status: 'created', createdAtMs: Date.now() }, hosts, script, browser, ended, release };
}

interface BuilderHosts {
  /** Of the page that embeds the container; the worker answers it itself. */
  pageOrigin: string;
  /** An origin of this job's own: nothing in its storage was there before, or is found again. */
  runtimeOrigin: string;
}

/** The hosts are the server's to name: of the page, the one that it allows for builders alone. */
function builderHosts(config: RuntimeConfig, jobId: string): BuilderHosts {
  const app = new URL(config.app.origin);
  const pageOrigin = config.runtime.allowedParents.find(
    (origin) => origin !== config.app.origin && new URL(origin).hostname.startsWith('builder.'),
  );
  if (pageOrigin === undefined)
    throw new Error(
      `Cannot build: the server at "${app.origin}" names no builder origin among the allowed parents of its runtime`,
    );
  return {
    pageOrigin,
    // Hex behind a letter: a label that no rule for hosts objects to.
    runtimeOrigin: config.runtime.originPattern.replace('{container}', `b${jobId.replaceAll('-', '')}`),
  };
}

/** Written out where the origin leaves the port to its scheme. */
function dialOf(origin: string): { host: string; port: number } {
  const url = new URL(origin);
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) };
}

const pageHeaders = { ...isolationHeaders.app, 'Cache-Control': 'no-store' };

async function drive(page: Page, { hosts, script }: Sandbox, work: SandboxWork): Promise<DriverResult> {
  await page.route(`${hosts.pageOrigin}/**`, async (route) => {
    switch (new URL(route.request().url()).pathname) {
      case '/':
        return await route.fulfill({
          headers: pageHeaders,
          contentType: 'text/html; charset=utf-8',
          body: '<!doctype html><title>builder</title><body><script type="module" src="/driver.js"></script>',
        });
      case '/driver.js':
        return await route.fulfill({
          headers: pageHeaders,
          contentType: 'text/javascript; charset=utf-8',
          body: script,
        });
      case '/snapshot':
        return await route.fulfill({
          headers: pageHeaders,
          contentType: 'application/octet-stream',
          body: Buffer.from(encodeMountTree(work.files)),
        });
      default:
        return await route.fulfill({ status: 404, headers: pageHeaders, body: '' });
    }
  });
  await expose(page, hosts.pageOrigin, work);
  await page.goto(`${hosts.pageOrigin}/`);
  // Without it there is no shared memory, and the container would fail later and less clearly.
  if (!(await page.evaluate(() => (globalThis as unknown as { crossOriginIsolated: boolean }).crossOriginIsolated)))
    throw new Error('Cannot build: the builder page is not cross-origin isolated');
  const job: DriverJob = {
    runtimeOrigin: hosts.runtimeOrigin,
    snapshotPath: '/snapshot',
    modes: listModeChanges(work.files),
    steps: work.steps,
    output: work.output,
  };
  return await page.evaluate(
    (asked) => (globalThis as unknown as { runDriverJob(job: DriverJob): Promise<DriverResult> }).runDriverJob(asked),
    job,
  );
}

/** Bindings reach every frame, the container's too: only the driver page itself is listened to. */
async function expose(page: Page, pageOrigin: string, work: SandboxWork): Promise<void> {
  /** Files whose last piece has not come. */
  const pieces = new Map<string, Buffer[]>();
  const guard =
    <A extends unknown[]>(handle: (...args: A) => Promise<void>) =>
    async ({ frame }: { frame: { url(): string; parentFrame(): unknown } }, ...args: A) => {
      if (frame.parentFrame() !== null || new URL(frame.url()).origin !== pageOrigin)
        throw new Error('Not for this page');
      await handle(...args);
    };
  const log: DriverBindings['slipwayLog'] = async (stream, base64) => work.log(stream, Buffer.from(base64, 'base64'));
  const file: DriverBindings['slipwayFile'] = async (path, base64, last) => {
    const own = [...(pieces.get(path) ?? []), Buffer.from(base64, 'base64')];
    pieces.set(path, own);
    if (!last) return;
    pieces.delete(path);
    await work.file(path, Buffer.concat(own));
  };
  await page.exposeBinding('slipwayLog', guard(log));
  await page.exposeBinding('slipwayFile', guard(file));
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
