import type { Applet } from '../applet.ts';
import { currentUser } from '../host-identity.ts';
import { parseOptions, UsageError } from '../options.ts';
import { createNameLookup } from '../users.ts';

/** As /etc/passwd names the current user; takes no operand. */
export const whoami: Applet = (context, args) => {
  const [extra] = parseOptions(args, { options: {} }).operands;
  if (extra !== undefined) throw new UsageError(`extra operand ‘${extra}’`);
  context.out.line(createNameLookup(context.sys.fs).user(currentUser(context)));
  return 0;
};
