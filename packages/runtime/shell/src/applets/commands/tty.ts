import type { Applet } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';
import { terminalSize } from '../terminal-size.ts';

/** Status 1 where standard input is no terminal, 2 for wrong usage. Every terminal here is `/dev/tty`. */
export const tty: Applet = (context, args) => {
  const options = parseOptions(args, { options: { silent: '-s --silent --quiet' }, status: 2 });
  const [extra] = options.operands;
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`, 2);
  const isTty = context.sys.descriptors.get(0)?.kind === 'stream' && terminalSize(context.sys) !== undefined;
  if (!options.has('silent')) context.out.line(isTty ? '/dev/tty' : 'not a tty');
  return isTty ? 0 : 1;
};
