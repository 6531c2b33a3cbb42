import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The registries that npm itself knows of, asked of npm at run time: this
 * product has no registry's name in it.
 */
export interface Upstream {
  /** npm's built-in default, with a slash at its end: what lockfiles name. */
  defaultUrl: string;
  /** What this machine's npm is configured with, and so where the mirror asks. */
  configuredUrl: string;
  /** What other package managers ask by default: other names of the same registry. */
  otherUrls?: readonly string[];
}

const run = promisify(execFile);
/** npm answers in a second; its home may be on a disk of another machine that has gone. */
const ASK_MS = 60_000;

/** Asks npm, unless the operator has said which registry. */
export async function findUpstream(configured: string | undefined, signal?: AbortSignal): Promise<Upstream> {
  const [defaultUrl, configuredUrl, yarnUrl] = await Promise.all([
    askNpm(cleanArguments(), cleanEnvironment(), signal),
    configured ?? askNpm([], process.env, signal),
    readYarnDefault(),
  ]);
  return { defaultUrl: withSlash(defaultUrl), configuredUrl: withSlash(configuredUrl), otherUrls: [yarnUrl] };
}

/** The name by which yarn knows the registry, old and new: out of yarn itself, which has no command that tells it. */
async function readYarnDefault(): Promise<string> {
  const text = await readFile(createRequire(import.meta.url).resolve('yarn/lib/cli.js'), 'utf8');
  const url = /\bYARN_REGISTRY = '(https:[^']+)'/.exec(text)?.[1];
  if (url === undefined) throw new Error('Cannot find the registry that yarn asks by default: its program has changed');
  return withSlash(url);
}

async function askNpm(args: string[], env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<string> {
  let answer: string;
  try {
    const options = { env, cwd: tmpdir(), shell: process.platform === 'win32', timeout: ASK_MS, signal };
    ({ stdout: answer } = await run('npm', ['config', 'get', 'registry', ...args], options));
  } catch (cause) {
    throw new Error(
      'Cannot ask npm for its registry: is npm in PATH? MIRROR_UPSTREAM names the registry to use instead',
      { cause },
    );
  }
  const url = answer.trim().split('\n').at(-1) ?? '';
  if (!URL.canParse(url)) throw new Error(`Cannot use the registry that npm is configured with: "${url}" is no URL`);
  return url;
}

/** Files that do not exist, so that neither the user's nor the machine's configuration speaks. */
function cleanArguments(): string[] {
  return [
    `--userconfig=${join(tmpdir(), 'slipway-no-user-npmrc')}`,
    `--globalconfig=${join(tmpdir(), 'slipway-no-global-npmrc')}`,
  ];
}

/** `npm start` hands its configuration down as npm_config_* variables. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
