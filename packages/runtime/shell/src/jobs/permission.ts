import { appletNames } from '../applets/applet-names.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';

const PROGRAM_NAMES: ReadonlySet<string> = new Set(appletNames);

/**
 * Whether the embedder lets this shell run a program (`jsh --allow-commands`),
 * by the word as it is typed: `/tmp/ls` is not `ls`.
 */
export function mayRun(sh: Interpreter, name: string): boolean {
  return sh.state.limits.commands?.includes(name) ?? true;
}

/**
 * The same for a builtin. One that is a program elsewhere (`echo`, `kill`) wants to be named as well; what
 * belongs to the language (`cd`, `export`) starts nothing, and what `eval` and `exec` run is looked at again.
 */
export function mayRunBuiltin(sh: Interpreter, name: string): boolean {
  return !PROGRAM_NAMES.has(name) || mayRun(sh, name);
}

/** Says that a command may not run; the status is that of one that cannot be executed (XCU 2.8.2). */
export function refuseCommand(sh: Interpreter, name: string): number {
  const allowed = sh.state.limits.commands ?? [];
  sh.warn(`command not allowed: ${name} (allowed here: ${allowed.length === 0 ? 'none' : allowed.join(', ')})`);
  return 126;
}
