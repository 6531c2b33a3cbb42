import { ShellExit } from './control-flow.ts';
import type { Interpreter } from './interpreter-parts.ts';
import { exitCode, startProgram, waitFor } from './process.ts';
import { reportMissing } from './report.ts';

/** What a real exec would deliver to the program instead of to us. */
const FORWARDED = ['TERM', 'HUP', 'USR1', 'USR2', 'ALRM', 'CONT'];

/**
 * The nearest thing to execve(2) while a worker cannot change its program: the
 * child gets everything this process holds, signals are passed on, and this
 * process ends exactly as the child does.
 */
export function becomeProgram(sh: Interpreter, path: string, argv: readonly string[], env: Readonly<Record<string, string>>): number {
  const { sys, desk } = sh;
  const hasTerminal = [0, 1, 2].some((fd) => {
    const descriptor = sys.descriptors.get(fd);
    return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  });
  // From a terminal ^C reaches the child by itself.
  const forwarded = hasTerminal ? FORWARDED : [...FORWARDED, 'INT', 'QUIT'];
  for (const name of [...forwarded, 'INT', 'QUIT']) desk.watch(name, true);
  const pid = startProgram(sys, { path, argv, env, group: 'inherit' });
  if (pid < 0) {
    for (const name of [...forwarded, 'INT', 'QUIT']) desk.watch(name, sh.state.traps.has(name));
    return reportMissing(sh, argv[0] ?? '', pid);
  }
  // Whoever reads from or writes to the child must not be kept waiting by our ends.
  for (const fd of sys.descriptors.numbers()) sys.descriptors.close(fd);
  const forward = (): void => {
    desk.poll();
    for (let name = desk.take(); name !== undefined; name = desk.take()) if (forwarded.includes(name)) sys.kernel.kill(pid, `SIG${name}`);
  };
  if (desk.poll()) forward();
  const status = waitFor(sys, pid, forward);
  throw new ShellExit(exitCode(status), status.signal ?? undefined);
}
