import { becomeProgram, type Replacement } from '../process/become-program.ts';
import { ShellExit } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';
import { exitCode } from '../process/process.ts';
import { reportMissing } from './report.ts';

/**
 * `exec`, and the last command of a script. Returns only when the program could not be
 * started, with 126 or 127; else what it throws ends the shell as the program ended.
 */
export function replaceShell(sh: Interpreter, program: Replacement): number {
  const result = becomeProgram(sh.sys, sh.desk, program);
  if (typeof result === 'number') return reportMissing(sh, program.argv[0] ?? '', result);
  forgetExitTrap(sh);
  throw new ShellExit(exitCode(result), result.signal ?? undefined);
}

/** Nothing of a shell is left behind its execve(2): what `exec` has run ends without the action on EXIT. */
export function forgetExitTrap(sh: Interpreter): void {
  sh.state.traps.delete('EXIT');
}
