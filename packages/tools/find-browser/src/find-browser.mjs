/**
 * Which browsers this machine has. Plain JavaScript without dependencies: the
 * set-up asks before any are installed. Types are in the comments, and checked.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names under which distributions install Chromium, the open build first. */
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** And Firefox: what changes least comes first. */
const FIREFOX_NAMES = ['firefox-esr', 'firefox'];

/** `PATH` is the user's own and short; a longer one is cut, so that a search ends. */
const MAX_FOLDERS = 1_000;

/**
 * P-27: the browser that SLIPWAY_CHROMIUM names wins, else the first known name in PATH;
 * `undefined` where there is none. Throws when the one that was named cannot be run.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env] Default: this process's own.
 * @returns {string | undefined}
 */
export function findBrowser(env = process.env) {
  return findProgram(env, 'SLIPWAY_CHROMIUM', CHROMIUM_NAMES);
}

/**
 * As `findBrowser`, and throws with what to do where there is none.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env] Default: this process's own.
 * @returns {string}
 */
export function mustFindBrowser(env = process.env) {
  const found = findBrowser(env);
  if (found === undefined)
    throw new Error('Cannot find Chromium: install it (Debian: apt-get install chromium) or set SLIPWAY_CHROMIUM');
  return found;
}

/**
 * The Firefox in which tests run beside Chromium: the one that SLIPWAY_FIREFOX names, else the first in PATH.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env] Default: this process's own.
 * @returns {string | undefined}
 */
export function findFirefox(env = process.env) {
  return findProgram(env, 'SLIPWAY_FIREFOX', FIREFOX_NAMES);
}

/**
 * As `findFirefox`, and throws with what to do where there is none.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env] Default: this process's own.
 * @returns {string}
 */
export function mustFindFirefox(env = process.env) {
  const found = findFirefox(env);
  if (found === undefined)
    throw new Error('Cannot find Firefox: install it (Debian: apt-get install firefox-esr) or set SLIPWAY_FIREFOX');
  return found;
}

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} setting The variable that names one.
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
function findProgram(env, setting, names) {
  const explicit = env[setting];
  if (explicit !== undefined && explicit !== '') {
    if (!isProgram(explicit)) throw new Error(`Cannot use ${setting}: "${explicit}" is no program`);
    return explicit;
  }
  const folders = (env['PATH'] ?? '').split(delimiter, MAX_FOLDERS).filter((folder) => folder !== '');
  for (const name of names) {
    for (const folder of folders) {
      if (isProgram(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {boolean}
 */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch (error) {
    // access(2) has no answer but an exception for "no".
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR' || code === 'ELOOP') return false;
    throw error;
  }
}
