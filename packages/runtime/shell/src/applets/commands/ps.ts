import type { Applet } from '../applet.ts';
import { formatDate } from '../date-format.ts';

/**
 * ps(1) in three of its forms: `ps`, `ps -ef`, `ps aux`. All processes
 * in each; terminals, times and memory are not known and shown as none.
 */
export const ps: Applet = (context, args) => {
  const letters = args
    .filter((arg) => !arg.includes('='))
    .join('')
    .replaceAll('-', '');
  const processes = [...context.sys.kernel.processes()].sort((a, b) => a.pid - b.pid);
  const now = Date.now();
  // Today the time, before that the day.
  const started = (ms: number): string => formatDate(now - ms < 86_400_000 ? '%H:%M' : '%b%d', ms, context.env['TZ']);
  if (/u/.test(letters) && /a|x/.test(letters)) {
    context.out.line('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND');
    for (const process of processes)
      context.out.line(
        `root     ${String(process.pid).padStart(7)}  0.0  0.0      0     0 ?        ` +
          `${process.state === 'zombie' ? 'Z' : 'S'}    ${started(process.startedAtMs).padEnd(5)}   ` +
          `0:00 ${process.argv.join(' ')}`,
      );
  } else if (/f/.test(letters)) {
    context.out.line('UID          PID    PPID  C STIME TTY          TIME CMD');
    for (const process of processes)
      context.out.line(
        `root     ${String(process.pid).padStart(7)} ${String(process.ppid).padStart(7)}  0 ` +
          `${started(process.startedAtMs).padEnd(5)} ?        00:00:00 ${process.argv.join(' ')}`,
      );
  } else {
    context.out.line('    PID TTY          TIME CMD');
    for (const process of processes)
      context.out.line(
        `${String(process.pid).padStart(7)} ?        00:00:00 ${(process.argv[0] ?? '').split('/').at(-1)}`,
      );
  }
  return 0;
};
