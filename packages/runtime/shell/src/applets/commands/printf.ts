import { UsageError } from '../options.ts';
import type { Applet } from '../applet.ts';
import { formatPrintf } from '../printf-format.ts';

/** printf(1), the same code as the builtin; messages carry its name. */
export const printf: Applet = (context, args) => {
  const operands = args[0] === '--' ? args.slice(1) : args;
  const [format, ...rest] = operands;
  if (format === undefined) throw new UsageError('missing operand');
  const result = formatPrintf(format, rest, (message) => {
    context.fail(message);
  });
  context.out.write(result.text);
  return result.status;
};
