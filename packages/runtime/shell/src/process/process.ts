import type { ExitStatus, ProcessSystem, SpawnRequest } from '@slipway/kernel';
import { describeSignal, signalNumber } from '../io/signals.ts';
import { EINTR } from '../io/errno.ts';
import { inheritedEnds } from './descriptors.ts';

export interface ProgramStart {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly group: SpawnRequest['group'];
  readonly foreground?: boolean;
}

/** Starts a program on the descriptors this process has now. A pid or a negative errno. */
export function startProgram(sys: ProcessSystem, { path, argv, env, group, foreground = false }: ProgramStart): number {
  const { errno, pid } = sys.kernel.spawn({
    file: path, argv, env, cwd: sys.cwd(), descriptors: inheritedEnds(sys.descriptors), group, foreground, umask: sys.umask(), reap: 'wait',
  });
  return errno < 0 ? errno : pid;
}

/** Blocks until `pid` has ended. `onSignal` is called when a signal comes meanwhile. */
export function waitFor(sys: ProcessSystem, pid: number, onSignal: () => void): ExitStatus {
  for (;;) {
    const { errno, status } = sys.kernel.wait(pid);
    if (errno === EINTR) {
      onSignal();
      continue;
    }
    // Not our child any more: somebody else has waited for it.
    return status ?? { code: 127, signal: null };
  }
}

/** `$?` of a process that ended so. */
export const exitCode = (status: ExitStatus): number => (status.signal === null ? status.code : 128 + signalNumber(status.signal));

/** What the shell prints when a child died of a signal, `undefined` where it says nothing. */
export function obituary(status: ExitStatus): string | undefined {
  if (status.signal === null || status.signal === 'SIGINT' || status.signal === 'SIGPIPE') return undefined;
  return describeSignal(status.signal);
}
