import { strerror } from '@slipway/posix';
import type { ProcessSystem } from '@slipway/kernel';
import { parseSignal, signalNames } from '../io/signals.ts';

/** Where it prints: the command's own output, or the shell's with its line numbers. */
export interface KillOutput {
  line(text: string): void;
  complain(text: string): void;
}

/**
 * kill(1) without job names, which only a shell knows: `-l`, `-s NAME`, `-NAME`,
 * `-9`. 0 when every process got the signal, 1 when one did not, 2 for wrong usage.
 */
export function killProcesses(sys: ProcessSystem, args: readonly string[], output: KillOutput): number {
  let signal = 'TERM';
  let i = 0;
  const first = args[0] ?? '';
  const wrong = (text: string): number => {
    output.complain(`invalid signal number or name: ${text}`);
    return 2;
  };
  if (first === '-l' || first === '-L') {
    if (args[1] === undefined) output.line(signalNames.slice(1).join('\n'));
    for (const operand of args.slice(1)) {
      const number = Number(operand);
      // XCU kill -l: an exit status of a shell names its signal too.
      const name = parseSignal(number > 128 ? String(number - 128) : operand);
      if (name === undefined) return wrong(operand);
      output.line(/^\d+$/.test(operand) ? name : String(signalNames.indexOf(name)));
    }
    return 0;
  }
  // Only the first one is an option: `kill -9 -5` is signal 9 to group 5.
  if (first === '-s' || first === '-n') {
    const name = parseSignal(args[1] ?? '');
    if (name === undefined) return wrong(args[1] ?? '');
    signal = name;
    i = 2;
  } else if (/^-./.test(first) && first !== '--') {
    const name = parseSignal(first.slice(1));
    if (name === undefined) return wrong(first.slice(1));
    signal = name;
    i = 1;
  }
  if (args[i] === '--') i++;
  const operands = args.slice(i);
  if (operands.length === 0) {
    output.complain('Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]...');
    return 2;
  }
  let status = 0;
  for (const operand of operands) {
    if (!/^-?\d+$/.test(operand)) {
      output.complain(`Illegal number: ${operand}`);
      return 2;
    }
    // `EXIT` is number 0, which asks whether the process is there.
    const errno = sys.kernel.kill(Number(operand), signal === 'EXIT' ? '0' : `SIG${signal}`);
    if (errno < 0) {
      output.complain(strerror(errno));
      status = 1;
    }
  }
  return status;
}
