import { UsageError } from '../options.ts';
import type { Applet } from '../applet.ts';
import { formatPrintf } from '../printf-format.ts';

// Digits after the point as they were written: `seq 0.5 2` counts in tenths.
const places = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

/** seq(1). Options are read by hand, since `seq -3 -1` has negative numbers and no options. */
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
  if (operands.length === 0) throw new UsageError('missing operand');
  for (const operand of operands)
    if (!Number.isFinite(Number(operand)) || operand.trim() === '')
      throw new UsageError(`invalid floating point argument: ‘${operand}’`);
  const last = operands.at(-1) ?? '1';
  const first = operands.length > 1 ? (operands[0] ?? '1') : '1';
  const step = operands.length > 2 ? (operands[1] ?? '1') : '1';
  const increment = Number(step);
  if (increment === 0) throw new UsageError(`invalid Zero increment value: ‘${step}’`);
  const digits = Math.max(places(first), places(step));
  // A little is added: (0.3 - 0.1) / 0.1 must not come out below 2.
  const count = Math.floor((Number(last) - Number(first)) / increment + 1e-10) + 1;
  const width = equalWidth ? Math.max(...[first, last].map((text) => Number(text).toFixed(digits).length)) : 0;
  let wrote = false;
  for (let n = 0; n < count; n++) {
    // Each value from the first one: adding the step again and again would add up errors.
    const value = (Number(first) + n * increment).toFixed(digits);
    const shown =
      format !== undefined
        ? formatPrintf(format, [value], () => undefined).text
        : value.startsWith('-')
          ? `-${value.slice(1).padStart(width - 1, '0')}`
          : value.padStart(width, '0');
    context.out.write((wrote ? separator : '') + shown);
    wrote = true;
  }
  if (wrote) context.out.write('\n');
  return 0;
};
