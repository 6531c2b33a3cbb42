/**
 * What a signal does to a process that has no handler for it. Stopping is not
 * offered: a worker cannot be suspended from outside, so the stop signals are
 * ignored rather than half-kept.
 */
export function defaultAction(signal: string): 'terminate' | 'ignore' {
  switch (signal) {
    case 'SIGCHLD':
    case 'SIGCONT':
    case 'SIGURG':
    case 'SIGWINCH':
    case 'SIGSTOP':
    case 'SIGTSTP':
    case 'SIGTTIN':
    case 'SIGTTOU':
      return 'ignore';
    default:
      return 'terminate';
  }
}

/** SIGKILL and SIGSTOP cannot be caught. */
export function canBeCaught(signal: string): boolean {
  return signal !== 'SIGKILL' && signal !== 'SIGSTOP';
}
