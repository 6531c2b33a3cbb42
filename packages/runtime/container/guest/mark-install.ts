import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Stands in node_modules while a package manager changes it; it is left behind when its tab is killed. */
const MARK = 'node_modules/.slipway-installing';

/** What a package manager is told when it is to change nothing that is installed. Everything else may. */
const HARMLESS = new Set(['run', 'run-script', 'test', 't', 'start', 'exec', 'x', 'dlx', 'view', 'info', 'ls', 'list']);

/**
 * Marks the folder’s node_modules as half-done until this program ends by itself, so that nobody
 * takes what a killed tab
 * has left for an install (the folder outlives the tab). One that is made anew needs no mark: what ends it is missing.
 */
export function markInstall(args: readonly string[]): void {
  const command = args.find((arg) => !arg.startsWith('-'));
  if (command === undefined || HARMLESS.has(command) || !existsSync('node_modules')) return;
  const folder = process.cwd();
  try {
    writeFileSync(MARK, `${process.pid}\n`);
  } catch (error) {
    // A folder that cannot be written to is not installed into either, as the package manager will say.
    process.emitWarning(`Cannot mark the install: ${String(error)}`);
    return;
  }
  process.once('exit', () => rmSync(`${folder}/${MARK}`, { force: true }));
}
