import { errorText } from '../io/errno.ts';
import { baseName, dirName, isDirectory, normalize, statPath } from '../io/files.ts';
import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';
import { relativePath } from './relative-path.ts';
import { pairTargets } from './target-directory.ts';

export const ln: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'sfnvrt:TiLP', long: { symbolic: 's', force: 'f', 'no-dereference': 'n', verbose: 'v', relative: 'r', 'target-directory=': 't', 'no-target-directory': 'T' } });
  const { fs } = context.sys;
  const { operands } = options;
  const only = operands[0];
  const keepLink = options.has('n') && operands.length === 2 && !isRealDirectory(operands[1] ?? '');
  function isRealDirectory(path: string): boolean {
    const stat = statPath(fs, context.sys.absolute(path), false);
    return typeof stat !== 'number' && isDirectory(stat);
  }
  const pairs = operands.length === 1 && only !== undefined && !options.has('t')
    ? [{ from: only, to: `./${baseName(only)}` }]
    : pairTargets(context, operands, options.value('t'), options.has('T') || keepLink);
  if (pairs === undefined) return 1;
  let status = 0;
  for (const { from, to } of pairs) {
    const path = context.sys.absolute(to);
    const existing = statPath(fs, path, false);
    if (options.has('f') && typeof existing !== 'number' && !isDirectory(existing)) fs.unlink(path);
    let target = from;
    if (options.has('s') && options.has('r')) {
      const directory = fs.realpath(dirName(path));
      const absolute = normalize(context.sys.absolute(from));
      target = relativePath(typeof directory === 'string' ? directory : dirName(path), absolute);
    }
    const errno = options.has('s') ? fs.symlink(target, path) : fs.link(context.sys.absolute(from), path);
    if (errno < 0) {
      const kind = options.has('s') ? 'symbolic link' : 'hard link';
      status = context.fail(!options.has('s') && errno === -2 ? `failed to access '${from}': ${errorText(errno)}` : `failed to create ${kind} '${to}': ${errorText(errno)}`);
    } else if (options.has('v')) context.out.line(`'${to}' -> '${target}'`);
  }
  return status;
};

