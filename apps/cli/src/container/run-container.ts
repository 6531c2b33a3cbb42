/** `slipway container`: a fresh container in headless Chromium, one command, its exit code. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTree, type ServedHosts, serveHosts, writeTree } from '@slipway/embed/node';
import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { exitCodeOfSignal } from '@slipway/posix';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { type CliOptions, parseArguments } from './arguments.ts';
import { type CliEndpoints, cliRoutes } from './cli-routes.ts';
import { localRuntime } from './local-runtime.ts';

/** Part of the runtime origin; nothing outlives the command, so every run may have the same. */
const LABEL = 'cli';

/** What a shell reports of a program that was aborted, as a crashed tab is (128 + SIGABRT). */
const CRASHED = exitCodeOfSignal('SIGABRT');

/** Runs what `argv` says and gives the exit code of the command. */
export async function runContainer(argv: readonly string[]): Promise<number> {
  const options = parseArguments(argv);
  const script = await bundlePage();
  let finish: (code: number) => void = () => undefined;
  const ended = new Promise<number>((settle) => (finish = settle));
  // The browser is closed and the hosts with it; a second signal changes nothing.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => finish(exitCodeOfSignal(signal)));

  const hosts: ServedHosts = await serveHosts({
    ...localRuntime(),
    app: cliRoutes(endpoints(options, script, () => hosts.runtime(LABEL), finish)),
  });
  try {
    const browser = await launchBrowser();
    try {
      await openPage(browser, hosts.app, finish);
      return await ended;
    } finally {
      await browser.close();
    }
  } finally {
    await hosts.close();
    // Else an open terminal would keep this process alive.
    process.stdin.destroy();
  }
}

function endpoints(
  options: CliOptions,
  script: string,
  runtimeOrigin: () => string,
  finish: (code: number) => void,
): CliEndpoints {
  // npm changes the folder to the checkout's; paths on the command line are the user's.
  const here = process.env['SLIPWAY_CWD'] ?? process.cwd();
  const { mount, save } = options;
  const { stdout } = process;
  return {
    script,
    job: () => ({
      runtimeOrigin: runtimeOrigin(),
      command: options.command,
      args: options.args,
      env: options.env,
      mount: mount !== undefined,
      save: save !== undefined,
      stdin: options.stdin,
      terminal: stdout.isTTY ? { cols: stdout.columns, rows: stdout.rows } : null,
    }),
    mount: () => readTree(resolve(here, mount ?? '.')),
    stdin: () => process.stdin,
    output: (stream, bytes) => new Promise((written) => process[stream].write(bytes, () => written())),
    save: async (tree) => void (await writeTree(resolve(here, save ?? '.'), tree)),
    exit: finish,
    failure: (message) => {
      complain(message);
      finish(1);
    },
  };
}

async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: mustFindBrowser(),
    // Chromium's own sandbox does not start under uid 0. The command is the caller's own, run by hand.
    args: [...HEADLESS_ARGS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

/**
 * Resolves when the page is loaded; the command in it has then only begun. A crashed tab posts no exit code,
 * so it is told here.
 */
async function openPage(browser: Browser, address: string, finish: (code: number) => void): Promise<void> {
  const page = await browser.newPage();
  // What the container's own code says there is for whoever works on it, so on stderr.
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning' || process.env['SLIPWAY_DEBUG'])
      complain(message.text());
  });
  page.on('crash', () => {
    complain('the browser tab crashed (out of memory?)');
    finish(CRASHED);
  });
  await page.goto(address);
}

/** On stderr, with a name in front: stdout is the command's alone. */
function complain(message: string): void {
  process.stderr.write(`container: ${message}\n`);
}

/** Each time: a few milliseconds, and there is no build to forget. */
async function bundlePage(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('page/page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('Cannot bundle the page: no output');
  return file.text;
}
