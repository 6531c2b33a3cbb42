import { strerror } from '@slipway/posix';
import { statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';

/** Nothing is kept back from the file system, so only the operands are looked at. */
export const sync: Applet = (context, args) => {
  const { operands } = parseOptions(args, { options: {}, ignored: '-d --data -f --file-system' });
  let status = 0;
  for (const operand of operands) {
    const stat = statPath(context.sys.fs, context.sys.absolute(operand));
    if (typeof stat === 'number') status = context.fail(`error opening '${operand}': ${strerror(stat)}`);
  }
  return status;
};
