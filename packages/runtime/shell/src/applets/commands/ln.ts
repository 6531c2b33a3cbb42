import { Errno, strerror } from '@slipway/posix';
import { baseName, dirName, isDirectory, normalize, statPath } from '../../io/files.ts';
import type { Applet } from '../applet.ts';
import { parseOptions } from '../options.ts';
import { relativePath } from '../relative-path.ts';
import { pairTargets } from '../target-directory.ts';

const OPTIONS = {
  symbolic: '-s --symbolic',
  force: '-f --force',
  noDereference: '-n --no-dereference',
  verbose: '-v --verbose',
  relative: '-r --relative',
  targetDirectory: '-t= --target-directory=',
  noTargetDirectory: '-T --no-target-directory',
} as const;

/**
 * XCU ln. `-n` keeps `ln -sfn new link` from making
 * a link inside the directory that link leads to.
 */
export const ln: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-i -L -P' });
  const { fs } = context.sys;
  const { operands } = options;
  const only = operands[0];
  // Whether the link itself is the target: with `-n`, unless there is a real directory.
  const keepLink = options.has('noDereference') && operands.length === 2 && !isRealDirectory(operands[1] ?? '');
  function isRealDirectory(path: string): boolean {
    const stat = statPath(fs, context.sys.absolute(path), false);
    return typeof stat !== 'number' && isDirectory(stat);
  }
  const pairs =
    // One operand: a link of that name here.
    operands.length === 1 && only !== undefined && !options.has('targetDirectory')
      ? [{ from: only, to: `./${baseName(only)}` }]
      : pairTargets(context, operands, options.value('targetDirectory'), options.has('noTargetDirectory') || keepLink);
  if (pairs === undefined) return 1;
  let status = 0;
  for (const { from, to } of pairs) {
    const path = context.sys.absolute(to);
    const existing = statPath(fs, path, false);
    if (options.has('force') && typeof existing !== 'number' && !isDirectory(existing)) fs.unlink(path);
    let target = from;
    // `-r`: the text of the link goes from where it stands to where its target is.
    if (options.has('symbolic') && options.has('relative')) {
      const directory = fs.realpath(dirName(path));
      const absolute = normalize(context.sys.absolute(from));
      target = relativePath(typeof directory === 'string' ? directory : dirName(path), absolute);
    }
    const errno = options.has('symbolic') ? fs.symlink(target, path) : fs.link(context.sys.absolute(from), path);
    if (errno < 0) {
      const kind = options.has('symbolic') ? 'symbolic link' : 'hard link';
      status = context.fail(
        // A hard link needs a file; a symbolic one may dangle.
        !options.has('symbolic') && errno === Errno.ENOENT
          ? `failed to access '${from}': ${strerror(errno)}`
          : `failed to create ${kind} '${to}': ${strerror(errno)}`,
      );
    } else if (options.has('verbose')) context.out.line(`'${to}' -> '${target}'`);
  }
  return status;
};
