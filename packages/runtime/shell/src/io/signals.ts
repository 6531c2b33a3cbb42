import { signalNumbers } from '@slipway/posix';

/** Signals as the shell names them, by number: without SIG; `EXIT` is its own, for `trap`. */
export const signalNames: readonly string[] = ['EXIT', ...Object.keys(signalNumbers).map((name) => name.slice(3))];

/** The number of `TERM` or `SIGTERM`; 0 where there is no such signal. */
export const signalNumber = (name: string): number => Math.max(0, signalNames.indexOf(name.replace(/^SIG/, '')));

/** `INT`, `SIGINT`, `2` -> `INT`; `undefined` when there is no such signal. */
export function parseSignal(text: string): string | undefined {
  if (/^\d+$/.test(text)) return signalNames[Number(text)];
  const name = text.toUpperCase().replace(/^SIG/, '');
  return signalNames.includes(name) ? name : undefined;
}

/** What the shell says of a child that died of a signal (strsignal(3)). */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
  SYS: 'Bad system call',
};

/** strsignal(3) of `TERM` or `SIGTERM`; the name itself for one without a description. */
export const describeSignal = (name: string): string => DESCRIPTIONS[name.replace(/^SIG/, '')] ?? name;
