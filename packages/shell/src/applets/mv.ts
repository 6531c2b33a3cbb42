import { errorText } from '../io/errno.ts';
import { isDirectory, statPath } from '../io/files.ts';
import type { Applet } from './applet.ts';
import { parseOptions } from './options.ts';
import { pairTargets } from './target-directory.ts';

export const mv: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'fnuvit:T', long: { force: 'f', 'no-clobber': 'n', update: 'u', verbose: 'v', 'target-directory=': 't', 'no-target-directory': 'T' } });
  const pairs = pairTargets(context, options.operands, options.value('t'), options.has('T'));
  if (pairs === undefined) return 1;
  const { fs } = context.sys;
  let status = 0;
  for (const { from, to } of pairs) {
    const source = context.sys.absolute(from);
    const target = context.sys.absolute(to);
    const moved = statPath(fs, source, false);
    if (typeof moved === 'number') {
      status = context.fail(`cannot stat '${from}': ${errorText(moved)}`);
      continue;
    }
    const existing = statPath(fs, target, false);
    if (typeof existing !== 'number') {
      if (options.has('n')) continue;
      if (options.has('u') && existing.mtimeMs >= moved.mtimeMs) continue;
      if (existing.ino === moved.ino && fs.realpath(source) === fs.realpath(target)) {
        status = context.fail(`'${from}' and '${to}' are the same file`);
        continue;
      }
      if (!isDirectory(existing) && isDirectory(moved)) {
        status = context.fail(`cannot overwrite non-directory '${to}' with directory '${from}'`);
        continue;
      }
      if (isDirectory(existing) && !isDirectory(moved)) {
        status = context.fail(`cannot overwrite directory '${to}' with non-directory`);
        continue;
      }
    }
    const errno = fs.rename(source.replace(/(.)\/+$/, '$1'), target.replace(/(.)\/+$/, '$1'));
    if (errno === -22) status = context.fail(`cannot move '${from}' to a subdirectory of itself, '${to}'`);
    else if (errno < 0) status = context.fail(`cannot move '${from}' to '${to}': ${errorText(errno)}`);
    else if (options.has('v')) context.out.line(`renamed '${from}' -> '${to}'`);
  }
  return status;
};
