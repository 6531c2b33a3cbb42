import { execFile } from 'node:child_process';
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
}

const run = promisify(execFile);

export async function findUpstream(configured: string | undefined): Promise<Upstream> {
  const [defaultUrl, configuredUrl] = await Promise.all([askNpm(cleanArguments(), cleanEnvironment()), configured ?? askNpm([], process.env)]);
  return { defaultUrl: withSlash(defaultUrl), configuredUrl: withSlash(configuredUrl) };
}

async function askNpm(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  let answer: string;
  try {
    ({ stdout: answer } = await run('npm', ['config', 'get', 'registry', ...args], { env, cwd: tmpdir(), shell: process.platform === 'win32' }));
  } catch (cause) {
    throw new Error('Cannot ask npm for its registry: is npm in PATH? MIRROR_UPSTREAM names the registry to use instead', { cause });
  }
  const url = answer.trim().split('\n').at(-1) ?? '';
  if (!URL.canParse(url)) throw new Error(`Cannot use the registry that npm is configured with: "${url}" is no URL`);
  return url;
}

/** Files that do not exist, so that neither the user's nor the machine's configuration speaks. */
function cleanArguments(): string[] {
  return [`--userconfig=${join(tmpdir(), 'slipway-no-user-npmrc')}`, `--globalconfig=${join(tmpdir(), 'slipway-no-global-npmrc')}`];
}

/** `npm start` hands its configuration down as npm_config_* variables. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name)));
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
