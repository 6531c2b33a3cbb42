/** Signals by name, numbered as on Linux x64 (signal(7)). */
export const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8,
  SIGKILL: 9, SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15,
  SIGSTKFLT: 16, SIGCHLD: 17, SIGCONT: 18, SIGSTOP: 19, SIGTSTP: 20, SIGTTIN: 21, SIGTTOU: 22,
  SIGURG: 23, SIGXCPU: 24, SIGXFSZ: 25, SIGVTALRM: 26, SIGPROF: 27, SIGWINCH: 28, SIGIO: 29,
  SIGPWR: 30, SIGSYS: 31,
};

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
