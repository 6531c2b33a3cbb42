import type { ExitStatus, ProcessSystem } from '@slipway/kernel';
import { startProgram, waitFor } from './process.ts';
import type { SignalDesk } from './signal-desk.ts';

/**
 * What a real exec would deliver to the program instead of to
 * us. STOP and KILL cannot be caught and so not passed on.
 */
const FORWARDED = ['TERM', 'HUP', 'USR1', 'USR2', 'ALRM', 'CONT'];
// From a keyboard. A terminal tells its whole group,
// so that passing these on would deliver them twice.
const FROM_TERMINAL = ['INT', 'QUIT'];

/** As execve(2) takes it; `path` is found already. */
export interface Replacement {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The nearest thing to execve(2) while a worker cannot change its program: the
 * child gets everything this process holds, signals are passed on, and this
 * process has to end exactly as the child did. A negative errno when it could
 * not be started.
 */
export function becomeProgram(
  sys: ProcessSystem,
  desk: SignalDesk,
  { path, argv, env }: Replacement,
): ExitStatus | number {
  const hasTerminal = [0, 1, 2].some((fd) => {
    const descriptor = sys.descriptors.get(fd);
    return descriptor?.kind === 'stream' && descriptor.end.as === 'tty';
  });
  // From a terminal ^C reaches the child by itself.
  const forwarded = hasTerminal ? FORWARDED : [...FORWARDED, ...FROM_TERMINAL];
  const before = new Set(desk.watched);
  // Watched before the child starts: a signal in between
  // would end this process and leave the child alone.
  for (const name of [...FORWARDED, ...FROM_TERMINAL]) desk.watch(name, true);
  const pid = startProgram(sys, { path, argv, env, group: 'inherit' });
  if (pid < 0) {
    for (const name of [...FORWARDED, ...FROM_TERMINAL]) desk.watch(name, before.has(name));
    return pid;
  }
  // Whoever reads from or writes to the child must not be kept waiting by our ends.
  // Files stay: one without a name must live until the child has opened it.
  for (const fd of sys.descriptors.numbers()) if (sys.descriptors.get(fd)?.kind === 'stream') sys.descriptors.close(fd);
  const forward = (): void => {
    desk.poll();
    for (let name = desk.take(); name !== undefined; name = desk.take())
      if (forwarded.includes(name)) sys.kernel.kill(pid, `SIG${name}`);
  };
  // One may have come between watching and starting.
  forward();
  return waitFor(sys, pid, forward);
}
