/**
 * What a machine needs before anything of Slipway runs. Plain Node without
 * dependencies: this is what installs the dependencies. Every step is skipped
 * when its inputs have not changed since it last succeeded.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const state = join(root, '.slipway', 'setup');
const MINIMUM_NODE = [20, 19];

/** A condition the user can mend; the message says how. */
export class SetupError extends Error {}

function say(text) {
  // stderr: `npm run container` passes the container's stdout through untouched.
  process.stderr.write(`slipway: ${text}\n`);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error) throw new SetupError(`Cannot run "${command}": ${result.error.message}`);
  if (result.status !== 0) throw new SetupError(`"${[command, ...args].join(' ')}" failed with exit code ${result.status}; its output is above`);
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
  once('dependencies', `${key}${present ? '' : ' '}`, 'installing dependencies', () => run('npm', ['ci', '--no-audit', '--no-fund']));
  writeFileSync(stamp, key);
}

/**
 * The pinned Node whose lib we extract is an npm package with a bin called
 * `node`. npm puts it first in the PATH of every script: it would replace the
 * machine's own Node from the second command on.
 */
function keepOwnNode() {
  rmSync(join(root, 'node_modules', '.bin', 'node'), { force: true });
}

const BROWSER_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** P-27: explicit configuration wins, else the first known name in PATH. */
export function findBrowser() {
  const explicit = process.env.SLIPWAY_CHROMIUM;
  if (explicit) {
    if (!existsSync(explicit)) throw new SetupError(`SLIPWAY_CHROMIUM names "${explicit}", which does not exist`);
    return explicit;
  }
  for (const name of BROWSER_NAMES) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const candidate = join(folder, name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch (error) {
        if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR' && error.code !== 'EACCES') throw error;
      }
    }
  }
  return undefined;
}

const BROWSER_PACKAGES = ['chromium', 'fonts-liberation'];

function installBrowser() {
  if (findBrowser() !== undefined) return;
  const manual = `apt-get update && apt-get install -y ${BROWSER_PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new SetupError(`No Chromium found. Install one and start again:\n\n  sudo sh -c '${manual}'\n\nor name one you have: SLIPWAY_CHROMIUM=/path/to/chromium`);
  }
  say('installing Chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env });
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...BROWSER_PACKAGES], { env });
  if (findBrowser() === undefined) throw new SetupError(`Chromium was installed but is not in PATH. Name it: SLIPWAY_CHROMIUM=/path/to/chromium`);
}

const RUNTIME_SOURCES = ['packages/node-lib', 'packages/node-bindings', 'packages/wire', 'packages/contracts', 'packages/vfs', 'packages/kernel', 'packages/shell', 'packages/gateway', 'packages/container', 'apps/runtime', 'package-lock.json'];

const tsx = (script, ...args) => run(process.execPath, ['--import', 'tsx', script, ...args]);

function buildRuntime() {
  once('runtime', sourcesKey(RUNTIME_SOURCES), 'building the runtime', () => {
    tsx('packages/node-lib/build/main.ts');
    tsx('apps/runtime/build.ts');
  });
}

function buildWeb() {
  once('web', sourcesKey(['apps/web', 'packages/contracts', 'package-lock.json']), 'building the IDE', () => run(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'apps/web', '--logLevel', 'warn']));
}

/** Levels: `runtime` is what a container needs; `product` also the IDE. */
export function prepare(level) {
  checkNode();
  installDependencies();
  keepOwnNode();
  installBrowser();
  buildRuntime();
  if (level === 'product') buildWeb();
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
