import { becomeProgram, type Replacement } from './become-program.ts';
import { ShellExit } from './control-flow.ts';
import type { Interpreter } from './interpreter-parts.ts';
import { exitCode } from './process.ts';
import { reportMissing } from './report.ts';

/** `exec`, and the last command of a script. Returns only when the program could not be started. */
export function replaceShell(sh: Interpreter, program: Replacement): number {
  const result = becomeProgram(sh.sys, sh.desk, program);
  if (typeof result === 'number') return reportMissing(sh, program.argv[0] ?? '', result);
  throw new ShellExit(exitCode(result), result.signal ?? undefined);
}
