import type { Applet } from './applet.ts';
import { formatPrintf } from './printf-format.ts';

export const yes: Applet = ({ out }, args) => {
  const line = `${args.length === 0 ? 'y' : args.join(' ')}\n`;
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
  // Ends when nobody reads any more, or by a signal.
  for (;;) {
    out.write(block);
    out.flush();
  }
};

const places = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

export const seq: Applet = (context, args) => {
  let separator = '\n';
  let equalWidth = false;
  let format: string | undefined;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-w' || arg === '--equal-width') equalWidth = true;
    else if (arg === '-s') separator = args[++i] ?? '';
    else if (arg.startsWith('-s')) separator = arg.slice(2);
    else if (arg.startsWith('--separator=')) separator = arg.slice(12);
    else if (arg === '-f') format = args[++i];
    else break;
  }
  const operands = args.slice(i);
  if (operands.length === 0) return context.fail('missing operand');
  for (const operand of operands) if (!Number.isFinite(Number(operand)) || operand.trim() === '') return context.fail(`invalid floating point argument: ‘${operand}’`);
  const last = operands.at(-1) ?? '1';
  const first = operands.length > 1 ? (operands[0] ?? '1') : '1';
  const step = operands.length > 2 ? (operands[1] ?? '1') : '1';
  const increment = Number(step);
  if (increment === 0) return context.fail(`invalid Zero increment value: ‘${step}’`);
  const digits = Math.max(places(first), places(step));
  const count = Math.floor((Number(last) - Number(first)) / increment + 1e-10) + 1;
  const width = equalWidth ? Math.max(...[first, last].map((text) => Number(text).toFixed(digits).length)) : 0;
  let wrote = false;
  for (let n = 0; n < count; n++) {
    const value = (Number(first) + n * increment).toFixed(digits);
    const shown = format !== undefined ? formatPrintf(format, [value], () => undefined).text : value.startsWith('-') ? `-${value.slice(1).padStart(width - 1, '0')}` : value.padStart(width, '0');
    context.out.write((wrote ? separator : '') + shown);
    wrote = true;
  }
  if (wrote) context.out.write('\n');
  return 0;
};
