import { Errno, strerror } from '@slipway/posix';
import { isDirectory, statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { pairTargets } from '../target-directory.ts';

const OPTIONS = {
  noClobber: '-n --no-clobber',
  update: '-u --update',
  verbose: '-v --verbose',
  targetDirectory: '-t= --target-directory=',
  noTargetDirectory: '-T --no-target-directory',
} as const;

/**
 * XCU mv: rename(2), since there is one file system.
 * `-i` does not ask: nobody may be there to answer.
 */
export const mv: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-f --force -i' });
  const pairs = pairTargets(
    context,
    options.operands,
    options.value('targetDirectory'),
    options.has('noTargetDirectory'),
  );
  if (pairs === undefined) return 1;
  const { fs } = context.sys;
  let status = 0;
  for (const { from, to } of pairs) {
    const source = context.sys.absolute(from);
    const target = context.sys.absolute(to);
    const moved = statPath(fs, source, false);
    if (typeof moved === 'number') {
      status = context.fail(`cannot stat '${from}': ${strerror(moved)}`);
      continue;
    }
    // rename(2) would replace without a question.
    const existing = statPath(fs, target, false);
    if (typeof existing !== 'number') {
      if (options.has('noClobber')) continue;
      if (options.has('update') && existing.mtimeMs >= moved.mtimeMs) continue;
      // Two names of one file: rename(2) would leave both.
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
    // A slash at the end is no part of the name.
    const errno = fs.rename(source.replace(/(.)\/+$/, '$1'), target.replace(/(.)\/+$/, '$1'));
    if (errno === Errno.EINVAL) status = context.fail(`cannot move '${from}' to a subdirectory of itself, '${to}'`);
    else if (errno < 0) status = context.fail(`cannot move '${from}' to '${to}': ${strerror(errno)}`);
    else if (options.has('verbose')) context.out.line(`renamed '${from}' -> '${to}'`);
  }
  return status;
};
