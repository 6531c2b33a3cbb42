import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { nearestVersion } from './nearest-version.ts';

const NPM = '/usr/local/lib/slipway/npm.cjs';
/** Of one npm, which fetches a few megabytes from the mirror. */
const NPM_LIMIT_MS = 120_000;
const MISSING_FOR_MS = 24 * 60 * 60 * 1_000;
const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;

/** The folder of a package, or why it is not to be had. */
export type Fetched = { readonly folder: string; readonly version: string } | { readonly failure: string };

/**
 * A package that the container's own programs need, in the home's cache; fetched with what it depends on when it is
 * first wanted. `version` may be a range. One folder each, moved there whole: a process that is killed meanwhile leaves
 * nothing that looks complete.
 */
export function fetchPackage(name: string, version: string, onFetch: (spec: string) => void): Fetched {
  return find(name, version) ?? install(name, version, onFetch);
}

/** As `fetchPackage`; where the registry lacks the version, the nearest of its major, which is kept as the answer. */
export function fetchNearest(name: string, version: string, onFetch: (spec: string) => void): Fetched {
  const exact = fetchPackage(name, version, onFetch);
  if ('folder' in exact) return exact;
  const nearest = nearestVersion(version, publishedVersions(name) ?? []);
  if (nearest === undefined || nearest === version) return exact;
  const fetched = fetchPackage(name, nearest, onFetch);
  keepChoice(name, version, nearest, fetched);
  return fetched;
}

/**
 * For what may be published in other versions or not at all: the registry is asked which there are, and its answer is
 * kept, the choice for good and that there is none for a day, since programs ask at each of their starts.
 */
export function fetchIfPublished(name: string, version: string): Fetched & { readonly isNew?: boolean } {
  const kept = find(name, version);
  if (kept !== undefined) return kept;
  const missing = `${homeOf(name, version)}.missing`;
  const failure = `no version of "${name}" that fits ${version} is published`;
  if (existsSync(missing) && Date.now() - statSync(missing).mtimeMs < MISSING_FOR_MS) return { failure };
  const published = publishedVersions(name);
  if (published === undefined) return { failure: `the registry does not say which versions of "${name}" there are` };
  const nearest = nearestVersion(version, published);
  if (nearest === undefined) {
    mkdirSync(dirname(missing), { recursive: true });
    writeFileSync(missing, '');
    return { failure };
  }
  const fetched = fetchPackage(name, nearest, () => undefined);
  keepChoice(name, version, nearest, fetched);
  return { ...fetched, isNew: true };
}

/** Whoever asks for the version again gets the same, whatever is published meanwhile. */
function keepChoice(name: string, version: string, chosen: string, fetched: Fetched): void {
  if (chosen === version || !('folder' in fetched) || existsSync(homeOf(name, version))) return;
  symlinkSync(basename(homeOf(name, chosen)), homeOf(name, version));
}

function homeOf(name: string, version: string): string {
  return join(homedir(), '.cache', 'slipway', 'packages', `${name.replace('/', '+')}@${version}`);
}

/** Also a link counts that `fetchNearest` has left; the manifest says which version it is in truth. */
function find(name: string, version: string): Fetched | undefined {
  const folder = join(homeOf(name, version), 'node_modules', name);
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  return { folder, version: String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version) };
}

/** Beside the cache and then moved: of two that install at once the first one's folder stays. */
function install(name: string, version: string, onFetch: (spec: string) => void): Fetched {
  onFetch(`${name}@${version}`);
  const home = homeOf(name, version);
  mkdirSync(dirname(home), { recursive: true });
  const aside = mkdtempSync(`${home}-`);
  try {
    // A project of its own: neither a lockfile nor an .npmrc of the user's has a say in it.
    writeFileSync(join(aside, 'package.json'), '{"private":true}\n');
    // --force: asked for by name, a package for "wasm32" is refused whatever `cpu` says.
    const flags = ['--ignore-scripts', '--no-package-lock', '--force'];
    const { status, stderr } = npm(aside, ['install', ...flags, `${name}@${version}`]);
    if (status !== 0) return { failure: reasonOf(stderr) };
    if (!existsSync(home)) renameSync(aside, home);
    return find(name, version) ?? { failure: `npm installed no "${name}"` };
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** `undefined` where the registry does not say; empty where it has no such package. */
function publishedVersions(name: string): readonly string[] | undefined {
  const { status, stdout, stderr } = npm(homedir(), ['view', name, 'versions', '--json']);
  if (status !== 0) return /\bE404\b/.test(`${stdout}${stderr}`) ? [] : undefined;
  const published: unknown = JSON.parse(stdout);
  return [published].flat().filter((each) => typeof each === 'string');
}

/** The container's npm in a process of its own; this one waits for it. */
function npm(cwd: string, args: readonly string[]) {
  return spawnSync(process.execPath, [NPM, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    timeout: NPM_LIMIT_MS,
    maxBuffer: OUTPUT_LIMIT_BYTES,
    env: plainEnvironment(),
  });
}

/** Without what the package manager around us has put there for its own scripts. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(?:registry|cpu|userconfig|update_notifier)$/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => kept.test(name) || !/^(?:npm_|pnpm_|yarn_|node_options$|init_cwd$)/i.test(name),
    ),
  );
}

/** npm's first line that says something. */
function reasonOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (?:error|ERR!) ?/, ''));
  return lines.find((line) => line !== '' && !/^(?:code|A complete log)/.test(line)) ?? 'npm said nothing';
}
