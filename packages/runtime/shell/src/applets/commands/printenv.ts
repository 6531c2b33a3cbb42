import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';

const OPTIONS = {
  null: '-0 --null',
} as const;

/** printenv(1): values without names, 1 when one was not there. */
export const printenv: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, status: 2 });
  const end = options.has('null') ? '\0' : '\n';
  if (options.operands.length === 0)
    for (const [name, value] of Object.entries(context.env)) context.out.write(`${name}=${value}${end}`);
  let status = 0;
  for (const name of options.operands) {
    const value = context.env[name];
    if (value === undefined) status = 1;
    else context.out.write(value + end);
  }
  return status;
};
