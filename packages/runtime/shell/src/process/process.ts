import { Errno } from '@slipway/posix';
import type { ExitStatus, ProcessSystem, SpawnRequest } from '@slipway/kernel';
import { describeSignal, signalNumber } from '../io/signals.ts';
import { inheritedEnds } from './descriptors.ts';

/**
 * A program as spawn takes it. The descriptors are not
 * here: a child gets those the shell has at that moment.
 */
export interface ProgramStart {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly group: SpawnRequest['group'];
  /**
   * The child's group gets the terminal before the program
   * runs, so that its first read does not stop it.
   */
  readonly foreground?: boolean;
}

/** Starts a program on the descriptors this process has now. A pid or a negative errno. */
export function startProgram(sys: ProcessSystem, { path, argv, env, group, foreground = false }: ProgramStart): number {
  const { errno, pid } = sys.kernel.spawn({
    file: path,
    argv,
    env,
    cwd: sys.cwd(),
    descriptors: inheritedEnds(sys.descriptors),
    group,
    foreground,
    umask: sys.umask(),
    reap: 'wait',
  });
  return errno < 0 ? errno : pid;
}

/**
 * Blocks until `pid` has ended. `onSignal` is called when a signal
 * comes meanwhile; what it throws ends the wait, and the child runs on.
 */
export function waitFor(sys: ProcessSystem, pid: number, onSignal: () => void): ExitStatus {
  for (;;) {
    const { errno, status } = sys.kernel.wait(pid);
    if (errno === Errno.EINTR) {
      onSignal();
      continue;
    }
    // Not our child any more: somebody else has waited for it.
    return status ?? { code: 127, signal: null };
  }
}

/**
 * `$?` of a process that ended so (XCU 2.8.2): of one
 * that a signal ended, 128 and the signal's number.
 */
export const exitCode = (status: ExitStatus): number =>
  status.signal === null ? status.code : 128 + signalNumber(status.signal);

/**
 * What the shell prints when a child died of a signal, `undefined` where it
 * says nothing: whoever typed ^C knows, and `yes | head` is no accident.
 */
export function obituary(status: ExitStatus): string | undefined {
  if (status.signal === null || status.signal === 'SIGINT' || status.signal === 'SIGPIPE') return undefined;
  return describeSignal(status.signal);
}
