/**
 * What a machine needs before anything of Slipway runs. Plain Node without
 * dependencies: this is what installs the dependencies. Every step is skipped
 * when its inputs have not changed since it last succeeded.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
// By its path: this runs before the rooms are linked.
import { findBrowser, findFirefox } from '../find-browser/src/find-browser.mjs';

/** The checkout, found from where this file lies: the shell may be anywhere. */
export const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const state = join(root, '.slipway', 'setup');
const MINIMUM_NODE = [20, 19];

/** A condition the user can mend; the message says how. */
export class SetupError extends Error {}

/** One line to whoever waits. */
export function say(text) {
  // stderr: `npm run container` passes the container's stdout through untouched.
  process.stderr.write(`slipway: ${text}\n`);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error) throw new SetupError(`Cannot run "${command}": ${result.error.message}`);
  if (result.status !== 0)
    throw new SetupError(
      `"${[command, ...args].join(' ')}" failed with exit code ${result.status}; its output is above`,
    );
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantMajor, wantMinor] = MINIMUM_NODE;
  if (major < wantMajor || (major === wantMajor && minor < wantMinor)) {
    throw new SetupError(`Node ${wantMajor}.${wantMinor} or newer is needed; this is ${process.versions.node}`);
  }
}

/** Runs `work` unless the stamp of this step already holds `key`. */
function once(step, key, text, work) {
  const stamp = join(state, step);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  say(text);
  const began = Date.now();
  work();
  mkdirSync(state, { recursive: true });
  writeFileSync(stamp, key);
  say(`${text}: done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}

/** The step runs again next time, whatever its inputs: its results have been replaced by others. */
export function forget(step) {
  rmSync(join(state, step), { force: true });
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Names, sizes and contents of source files below `folders`. */
function sourcesKey(folders) {
  const parts = [];
  const walk = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) {
        if (['node_modules', 'dist', 'generated', '.tsbuild'].includes(name) || /\.test\.tsx?$/.test(name)) continue;
        walk(join(path, name));
      }
    } else parts.push(relative(root, path), readFileSync(path));
  };
  for (const folder of folders) walk(join(root, folder));
  return hashOf(parts);
}

function installDependencies() {
  const key = hashOf([readFileSync(join(root, 'package-lock.json')), process.version]);
  const present = existsSync(join(root, 'node_modules', '.package-lock.json'));
  const stamp = join(state, 'dependencies');
  if (present && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  once('dependencies', `${key}${present ? '' : ' '}`, 'installing dependencies', () =>
    run('npm', ['ci', '--no-audit', '--no-fund']),
  );
  writeFileSync(stamp, key);
}

/**
 * The Node that everything of ours runs on, tests included: the one whose lib the
 * runtime is made of, an npm dependency. The machine's own Node only gets us here.
 */
export function productNode() {
  const platform = `${process.platform}-${process.arch}`;
  const path = join(root, 'node_modules', `node-${platform}`, 'bin', 'node');
  if (existsSync(path)) return path;
  throw new SetupError(
    platform === 'linux-x64'
      ? `Node's own package is missing: run "npm ci" without --omit=optional`
      : `Slipway runs on Linux x64; this is ${platform}`,
  );
}

/**
 * That package has a bin called `node`, which npm puts first in the PATH of every
 * script: what bootstraps would depend on whether it had run before.
 */
function keepOwnNode() {
  rmSync(join(root, 'node_modules', '.bin', 'node'), { force: true });
}

/** A browser of this machine; one that was named and cannot be run is for the user to mend. */
function lookForBrowser(find = findBrowser) {
  try {
    return find();
  } catch (error) {
    throw new SetupError(error.message);
  }
}

const BROWSER_PACKAGES = ['chromium', 'fonts-liberation'];

function installBrowser() {
  if (lookForBrowser() !== undefined) return;
  const manual = `apt-get update && apt-get install -y ${BROWSER_PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new SetupError(
      `No Chromium found. Install one and start again:\n\n  sudo sh -c '${manual}'\n\n` +
        'or name one you have: SLIPWAY_CHROMIUM=/path/to/chromium',
    );
  }
  say('installing Chromium');
  installPackages(BROWSER_PACKAGES);
  if (lookForBrowser() === undefined)
    throw new SetupError(`Chromium was installed but is not in PATH. Name it: SLIPWAY_CHROMIUM=/path/to/chromium`);
}

function installPackages(names, options = []) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq', ...options], { env });
  run('apt-get', ['install', '-y', ...options, '-qq', '--no-install-recommends', ...names], { env });
}

/** For tests alone, which run in it beside Chromium. Where it cannot be had, those fail by name and all others run. */
export function installFirefox() {
  if (lookForBrowser(findFirefox) !== undefined) return;
  const manual = 'apt-get install firefox-esr, or SLIPWAY_FIREFOX=/path/to/firefox';
  if (process.getuid?.() !== 0) {
    say(`No Firefox found: the tests that need it will fail (${manual})`);
    return;
  }
  say('installing Firefox');
  try {
    // A machine without a network finds that out soon.
    installPackages(['firefox-esr'], ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=20']);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`Firefox cannot be installed: the tests that need it will fail (${manual}). ${error.message}`);
  }
}

const RUNTIME_SOURCES = ['packages/runtime', 'apps/runtime', 'package-lock.json'];

const tsx = (script, ...args) => run(productNode(), ['--import', 'tsx', script, ...args]);

/** Builds pages and workers of the runtime, and Node's lib where its extraction changed. */
export function buildRuntime() {
  once('runtime', sourcesKey(RUNTIME_SOURCES), 'building the runtime', () => {
    tsx('packages/runtime/node-lib/build/main.ts');
    tsx('apps/runtime/build.ts');
  });
}

function buildWeb() {
  once(
    'web',
    sourcesKey([
      'apps/web',
      'packages/product/contracts',
      'packages/product/runs',
      'packages/runtime/wire',
      'packages/runtime/embed',
      'package-lock.json',
    ]),
    'building the IDE',
    () => run(productNode(), ['node_modules/vite/bin/vite.js', 'build', 'apps/web', '--logLevel', 'warn']),
  );
}

/** Server, worker and command as one file each (bundle.mjs). */
function bundlePrograms() {
  once(
    'programs',
    sourcesKey(['apps/server', 'apps/worker', 'apps/cli', 'packages', 'package-lock.json']),
    'bundling the programs',
    () => run(productNode(), ['packages/tools/setup/bundle.mjs']),
  );
}

/** Levels: `runtime` is what a container needs; `product` also the IDE. Only what is run needs a browser. */
export function prepare(level, { browser = true } = {}) {
  checkNode();
  installDependencies();
  keepOwnNode();
  if (browser) installBrowser();
  buildRuntime();
  if (level !== 'product') return;
  buildWeb();
  bundlePrograms();
}

/** Runs `main` and turns what the user can mend into a message without a stack. */
export async function withMessages(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}
