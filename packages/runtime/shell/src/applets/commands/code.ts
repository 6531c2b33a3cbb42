import { normalize, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';

interface Place {
  readonly filepath: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
}

/**
 * `code [-g] <file>[:line[:column]]…` and `code --diff <file> <file>`: the
 * embedder's editor. The arguments of the event are those of the client's
 * CodeListener: 'open' or 'diff', and `{files}`.
 */
export const code: Applet = (context, args) => {
  const targets = args.filter((arg) => !arg.startsWith('-'));
  if (targets.length === 0 || targets.includes('')) return context.fail('missing operand');
  const diff = args.some((arg) => arg === '-d' || arg === '--diff');
  if (diff && targets.length !== 2) return context.fail('--diff needs two files');
  const files = targets.map((target) => placeOf(context, target));
  context.sys.kernel.post({ type: 'host-event', name: 'code', args: [diff ? 'diff' : 'open', { files }] });
  return 0;
};

/** A file of that very name comes first: a colon may be part of it. */
function placeOf(context: AppletContext, target: string): Place {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(target);
  if (match === null || typeof statPath(context.sys.fs, context.sys.absolute(target)) !== 'number')
    return { filepath: normalize(context.sys.absolute(target)) };
  const [, file = target, line, column] = match;
  return {
    filepath: normalize(context.sys.absolute(file)),
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}
