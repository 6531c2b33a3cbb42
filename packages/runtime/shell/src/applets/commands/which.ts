import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { DEFAULT_PATH, findAll } from '../../process/program-search.ts';

const OPTIONS = {
  all: '-a',
  silent: '-s',
} as const;

/**
 * which(1): files alone, neither builtins nor functions,
 * which only `type` knows. 1 when one was not found.
 */
export const which: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS });
  let status = options.operands.length === 0 ? 1 : 0;
  for (const name of options.operands) {
    const found = findAll(
      context.sys.fs,
      (path) => context.sys.absolute(path),
      name,
      context.env['PATH'] ?? DEFAULT_PATH,
    );
    if (found.length === 0) status = 1;
    if (!options.has('silent'))
      for (const path of options.has('all') ? found : found.slice(0, 1)) context.out.line(path);
  }
  return status;
};
