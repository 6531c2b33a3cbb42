import { readFileSync } from 'node:fs';

/**
 * Names a process so that a number used again does not pass for it: the pid and,
 * where /proc tells, the tick at which it started.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command name in parentheses may hold spaces; fields
      // count from behind it. starttime is field 22, state field 3.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : `${pid}-${fields[19]}`;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }
  try {
    process.kill(pid, 0);
    return `${pid}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return `${pid}`;
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether the process that `processIdentity` named still lives. */
export function isAlive(identity: string): boolean {
  return processIdentity(Number.parseInt(identity, 10)) === identity;
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
}
