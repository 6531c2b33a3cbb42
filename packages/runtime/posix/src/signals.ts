/** Signals by name, numbered as on Linux x64 (signal(7)). */
export const signalNumbers: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** The number of `SIGTERM`; 0 where there is no such signal. */
export function signalNumber(name: string): number {
  return Object.hasOwn(signalNumbers, name) ? (signalNumbers[name] ?? 0) : 0;
}

/** `SIGTERM` for 15; `undefined` where no signal has that number. */
export function signalOfNumber(number: number): string | undefined {
  return Object.keys(signalNumbers).find((name) => signalNumbers[name] === number);
}

/** The exit code by which a shell tells that a signal ended a child (XCU 2.8.2). */
export function exitCodeOfSignal(name: string): number {
  return 128 + signalNumber(name);
}
