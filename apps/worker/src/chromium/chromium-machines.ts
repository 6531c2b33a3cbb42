import type { SandboxConfig } from '@slipway/contracts';
import type { MachineEnd, MachineKind, MachineWatch, SandboxMachine } from '@slipway/sandboxes';
import { type RuntimeConfig } from '@slipway/wire';
import type { Logger } from 'pino';
import { sweepFolders } from '../processes/sandbox-folder.ts';
import { BUILDER_PREFIX, type BuilderBrowser, launchBuilderBrowser } from './builder-browser.ts';
import { type BuilderHosts, BuilderPage } from './builder-page.ts';
import { bundleDriver } from './bundle-driver.ts';
import { type EgressProxy, startEgressProxy } from './egress-proxy.ts';

/** `config` is asked anew for each machine, since the server may have been upgraded. */
export interface ChromiumMachinesOptions {
  executable: string;
  /** Where the server is found: its hosts, and the address behind them. */
  config: (signal: AbortSignal) => Promise<RuntimeConfig>;
  /** Undefined: as the origin's name resolves. */
  dial: { host: string; port: number } | undefined;
  log: Logger;
}

/** How long the server may take to say which hosts it has. */
const CONFIG_MS = 30_000;
const MEBIBYTE = 1024 ** 2;

/**
 * Sandboxes in headless Chromium, in the very runtime that users run in their tab (P-26): a page of ours embeds a
 * container from our server's runtime host. A browser of its own for each, in namespaces of its own (SB-08).
 */
export function createChromiumMachines(options: ChromiumMachinesOptions): MachineKind {
  /** Once for all sandboxes of this process: the script is the same. */
  let bundled: Promise<string> | undefined;
  return {
    kind: 'chromium',
    sweep: async (id) => sweepFolders(BUILDER_PREFIX, id),
    open: async (id, config, watch, signal) => {
      const script = await (bundled ??= bundleDriver());
      const hosts = builderHosts(await options.config(AbortSignal.any([signal, AbortSignal.timeout(CONFIG_MS)])), id);
      // It may have taken long to get here.
      signal.throwIfAborted();
      return await openMachine(options, { id, config, watch, hosts, script });
    },
  };
}

interface Opening {
  id: string;
  config: SandboxConfig;
  watch: MachineWatch;
  hosts: BuilderHosts;
  script: string;
}

/**
 * Whatever fails on the way takes back what was started before it. `ended` resolves once, with the first
 * reason: a limit that was passed, a crash, or the browser's end.
 */
async function openMachine(options: ChromiumMachinesOptions, opening: Opening): Promise<SandboxMachine> {
  const { id, config, watch, hosts, script } = opening;
  const { promise: ended, resolve: over } = Promise.withResolvers<MachineEnd>();
  const tooMuch = (problem: string): void => over({ exitCode: null, problem });
  let proxy: EgressProxy | undefined;
  let browser: BuilderBrowser;
  try {
    proxy = await startEgressProxy({
      origin: hosts.runtimeOrigin,
      dial: options.dial ?? dialOf(hosts.runtimeOrigin),
      onBytes: () => watch.progress(),
      onRefused: (target) => options.log.debug({ target, sandboxId: id }, 'a sandbox was refused a way out'),
    });
    const memoryLimitBytes = config.memoryMiB * MEBIBYTE;
    browser = await launchBuilderBrowser({
      executable: options.executable,
      proxyUrl: proxy.url,
      id,
      cpu: config.cpu,
      memoryLimitBytes,
      onMemoryExceeded: (used) => tooMuch(`it used ${used} bytes of memory, more than ${memoryLimitBytes}`),
    });
  } catch (error) {
    await proxy?.close();
    throw error;
  }
  const { context } = browser;
  // Asked for by `end`, it says the same; of a promise the first answer counts.
  context.once('close', () => void browser.exitCode().then((exitCode) => over({ exitCode, problem: null })));
  const page = context.pages()[0] ?? (await context.newPage());
  page.once('crash', () => tooMuch('its page crashed'));
  let own: BuilderPage | undefined;
  let usedBytes = 0;
  /** `connect` comes first in the driver's order of verbs. */
  const mustGetPage = (): BuilderPage => {
    if (!own) throw new Error('Cannot use a sandbox that is not connected');
    return own;
  };
  const kill = async (graceMs: number): Promise<void> => {
    await browser.kill(graceMs);
    await proxy.close();
    over({ exitCode: null, problem: null });
  };
  return {
    id,
    ended,
    connect: async () => {
      own = await BuilderPage.open(page, hosts, script, {
        progress: () => watch.progress(),
        use: ({ processes, fileBytes }) => {
          usedBytes = fileBytes;
          if (processes > config.processes) tooMuch(`it ran more than ${config.processes} processes`);
          if (fileBytes > config.diskMiB * MEBIBYTE) tooMuch(`it wrote more than ${config.diskMiB} MiB of files`);
        },
      });
      await own.connect();
    },
    configure: async (files) => {
      await mustGetPage().configure(files);
      if (config.network === 'none') proxy.shut();
    },
    run: (command) => mustGetPage().run(command),
    readFile: (path) => mustGetPage().readFile(path),
    capture: () => mustGetPage().capture(),
    usage: async () => {
      const { cpuSeconds, memoryBytes } = browser.usage();
      return { cpuUsage: cpuSeconds, memoryUsage: memoryBytes / MEBIBYTE, diskUsage: usedBytes / MEBIBYTE };
    },
    folder: {
      look: (paths) => mustGetPage().folder.look(paths),
      cursor: () => mustGetPage().folder.cursor(),
      list: () => mustGetPage().folder.list(),
      changes: (since) => mustGetPage().folder.changes(since),
      put: (since, file) => mustGetPage().folder.put(since, file),
    },
    end: kill,
  };
}

/** The hosts are the server's to name: of the page, the one that it allows for builders alone. */
function builderHosts(config: RuntimeConfig, id: string): BuilderHosts {
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
    // Letters and digits behind a letter: a label that no rule for hosts objects to.
    runtimeOrigin: config.runtime.originPattern.replace('{container}', `b${id.replaceAll(/[^a-z0-9]/g, '')}`),
  };
}

/** Written out where the origin leaves the port to its scheme. */
function dialOf(origin: string): { host: string; port: number } {
  const url = new URL(origin);
  return { host: url.hostname, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) };
}
