/** Signals as the shell names them: without SIG, by their numbers on Linux. */
export const signalNames: readonly string[] = [
  'EXIT', 'HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM', 'TERM', 'STKFLT',
  'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH', 'IO', 'PWR', 'SYS',
];

export const signalNumber = (name: string): number => Math.max(0, signalNames.indexOf(name.replace(/^SIG/, '')));

/** `INT`, `SIGINT`, `2` -> `INT`; `undefined` when there is no such signal. */
export function parseSignal(text: string): string | undefined {
  if (/^\d+$/.test(text)) return signalNames[Number(text)];
  const name = text.toUpperCase().replace(/^SIG/, '');
  return signalNames.includes(name) ? name : undefined;
}

/** What the shell says of a child that died of a signal (strsignal(3)). */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  HUP: 'Hangup', INT: 'Interrupt', QUIT: 'Quit', ILL: 'Illegal instruction', TRAP: 'Trace/breakpoint trap', ABRT: 'Aborted', BUS: 'Bus error',
  FPE: 'Floating point exception', KILL: 'Killed', USR1: 'User defined signal 1', SEGV: 'Segmentation fault', USR2: 'User defined signal 2',
  PIPE: 'Broken pipe', ALRM: 'Alarm clock', TERM: 'Terminated', SYS: 'Bad system call',
};

export const describeSignal = (name: string): string => DESCRIPTIONS[name.replace(/^SIG/, '')] ?? name;
