/**
 * The node_modules that programs.test.ts mounts: installed natively, by the npm of
 * this machine from the registry it is configured for, once for each lockfile.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const state = fileURLToPath(new URL('../../../.slipway/programs', import.meta.url));

/** A folder with package.json and node_modules; it is shared, so nobody writes into it. */
export function installPrograms(): string {
  const lockfile = readFileSync(join(here, 'package-lock.json'));
  const installed = join(state, createHash('sha256').update(lockfile).digest('hex').slice(0, 16));
  if (existsSync(installed)) return installed;
  mkdirSync(state, { recursive: true });
  const folder = mkdtempSync(join(state, 'install-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, name), join(folder, name));
    // wasm32: the builds of native parts that run in a browser. What packages do at install is not wanted here.
    execFileSync('npm', ['ci', '--cpu=wasm32', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    renameSync(folder, installed);
  } catch (error) {
    // Another test run was faster.
    if (existsSync(installed)) return installed;
    const { stderr } = error as { stderr?: string };
    const why = 'npm could not load them from the registry it is configured for';
    throw new Error(`Cannot install the programs to test: ${why}\n${stderr ?? String(error)}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return installed;
}
