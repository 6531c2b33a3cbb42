/** `npm run container`: a fresh container in headless Chromium, one command, its exit code. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { parseArguments, USAGE, UsageError, type CliOptions } from './arguments.ts';
import { cliRoutes } from './cli-routes.ts';
import { findBrowser } from './find-browser.ts';
import { serveHosts } from './hosts.ts';
import { localRuntime } from './local-runtime.ts';
import { readTree, writeTree } from './folder-tree.ts';

async function main(): Promise<number> {
  let options: CliOptions;
  try {
    options = parseArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`container: ${error.message}\n\n${USAGE}`);
    return 2;
  }
  const here = process.env['SLIPWAY_CWD'] ?? process.cwd();
  const { mount, save } = options;
  const script = await bundlePage();

  let finish: (code: number) => void = () => undefined;
  const ended = new Promise<number>((settle) => (finish = settle));
  const stdout = process.stdout;
  const hosts = await serveHosts(
    cliRoutes({
      script,
      job: () => ({
        runtimeOrigin: hosts.runtimeOrigin,
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
      exit: (code) => finish(code),
      failure: (message) => {
        process.stderr.write(`container: ${message}\n`);
        finish(1);
      },
    }),
    localRuntime(),
  );

  const browser = await chromium.launch({
    executablePath: findBrowser(),
    // Chromium's own sandbox does not start under uid 0. The command is the caller's own, run by hand.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => process.stderr.write(`container: ${error.message}\n`));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning' || process.env['SLIPWAY_DEBUG']) process.stderr.write(`container: ${message.text()}\n`);
    });
    page.on('crash', () => {
      process.stderr.write('container: the browser tab crashed (out of memory?)\n');
      finish(134);
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => finish(signal === 'SIGINT' ? 130 : 143));
    await page.goto(hosts.appOrigin);
    return await ended;
  } finally {
    await browser.close();
    await hosts.close();
    process.stdin.destroy();
  }
}

async function bundlePage(): Promise<string> {
  const result = await build({ entryPoints: [fileURLToPath(new URL('page/page.ts', import.meta.url))], bundle: true, format: 'esm', write: false, target: 'chrome120' });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('Cannot bundle the page: no output');
  return file.text;
}

process.exitCode = await main();
