import type { Applet } from './applet.ts';

/** `xdg-open` and `open`: the embedder decides what becomes of it. */
export const xdgOpen: Applet = (context, args) => {
  const target = args.find((arg) => !arg.startsWith('-'));
  if (target === undefined) return context.fail('missing operand');
  // A path is of no use outside unless it is absolute; an address stays as it is.
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(target);
  context.sys.kernel.post({ type: 'host-event', name: 'xdg-open', args: [isAddress ? target : context.sys.absolute(target)] });
  return 0;
};

/** `code <file>[:line[:column]]`: the embedder's editor. */
export const code: Applet = (context, args) => {
  const targets = args.filter((arg) => !arg.startsWith('-'));
  if (targets.length === 0) return context.fail('missing operand');
  for (const target of targets) context.sys.kernel.post({ type: 'host-event', name: 'code', args: [context.sys.absolute(target)] });
  return 0;
};
