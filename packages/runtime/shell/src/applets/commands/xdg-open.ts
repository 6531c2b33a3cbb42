import { normalize } from '../../io/files.ts';
import type { Applet } from '../applet.ts';

/** `xdg-open` and `open`: the embedder decides what becomes of it. */
export const xdgOpen: Applet = (context, args) => {
  const target = args.find((arg) => !arg.startsWith('-'));
  if (target === undefined || target === '') return context.fail('missing operand');
  // A path is of no use outside unless it is absolute; an address stays as it is.
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(target);
  context.sys.kernel.post({
    type: 'host-event',
    name: 'xdg-open',
    args: [isAddress ? target : normalize(context.sys.absolute(target))],
  });
  return 0;
};
