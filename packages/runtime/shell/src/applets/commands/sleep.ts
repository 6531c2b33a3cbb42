import { parseOptions, UsageError } from '../options.ts';
import type { Applet } from '../applet.ts';
import { pause, parseDuration } from '../pause.ts';

/** XCU sleep, with fractions, units and sums of coreutils. `infinity` waits for a signal. */
export const sleep: Applet = (context, args) => {
  const { operands } = parseOptions(args, { options: {} });
  if (operands.length === 0) throw new UsageError('missing operand');
  let total = 0;
  for (const arg of operands) {
    const ms = parseDuration(arg);
    if (ms === undefined) throw new UsageError(`invalid time interval ‘${arg}’`);
    total += ms;
  }
  pause(total);
  return 0;
};
