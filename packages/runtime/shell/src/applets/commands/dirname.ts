import { dirName } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  zero: '-z --zero',
} as const;

/** XCU dirname, for several names as coreutils have it. */
export const dirname: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  if (options.operands.length === 0) throw new UsageError('missing operand');
  for (const operand of options.operands) context.out.write(dirName(operand) + (options.has('zero') ? '\0' : '\n'));
  return 0;
};
