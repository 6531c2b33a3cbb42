import type { Applet } from './applet.ts';
import { copyTree } from './copy-tree.ts';
import { parseOptions } from './options.ts';
import { pairTargets } from './target-directory.ts';

export const cp: Applet = (context, args) => {
  const options = parseOptions(args, {
    short: 'raRpfdPLHnuvit:Tx',
    long: { recursive: 'r', archive: 'a', force: 'f', 'no-clobber': 'n', update: 'u', verbose: 'v', 'target-directory=': 't', 'no-target-directory': 'T', dereference: 'L', 'no-dereference': 'P', preserve: 'p', 'preserve=': 'p' },
  });
  const pairs = pairTargets(context, options.operands, options.value('t'), options.has('T'));
  if (pairs === undefined) return 1;
  const recursive = options.has('r') || options.has('R') || options.has('a');
  const keepLinks = options.last('LP') === 'P' || options.has('d') || (recursive && options.last('LP') !== 'L');
  let status = 0;
  for (const { from, to } of pairs) {
    const copied = copyTree(context, from, to, {
      recursive, keepLinks, preserve: options.has('p') || options.has('a'), force: options.has('f'),
      noClobber: options.has('n'), update: options.has('u'), verbose: options.has('v'),
    }, !keepLinks || options.has('H'));
    if (!copied) status = 1;
  }
  return status;
};
