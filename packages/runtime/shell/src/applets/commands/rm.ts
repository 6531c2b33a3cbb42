import { Errno, strerror } from '@slipway/posix';
import { baseName, isDirectory, joinPath, statPath } from '../../io/files.ts';
import type { Applet, AppletContext } from '../applet.ts';
import { parseOptions, UsageError } from '../options.ts';

const OPTIONS = {
  recursive: '-r --recursive -R',
  force: '-f --force',
  verbose: '-v --verbose',
  dir: '-d --dir',
} as const;

/** XCU rm. Never asks; refuses `.`, `..` and `/`, which -f does not change. */
export const rm: Applet = (context, args) => {
  const options = parseOptions(args, { options: OPTIONS, ignored: '-i --no-preserve-root --preserve-root' });
  const force = options.has('force');
  const recursive = options.has('recursive');
  if (options.operands.length === 0 && !force) throw new UsageError('missing operand');
  const { fs } = context.sys;
  let status = 0;
  for (const operand of options.operands) {
    const name = baseName(operand);
    if (name === '.' || name === '..') {
      status = context.fail(`refusing to remove '.' or '..' directory: skipping '${operand}'`);
      continue;
    }
    if (fs.realpath(context.sys.absolute(operand)) === '/') {
      status = context.fail(`it is dangerous to operate recursively on '/'`);
      continue;
    }
    const path = context.sys.absolute(operand);
    const stat = statPath(fs, path, false);
    if (typeof stat === 'number') {
      // `-f`: what is not there is gone already.
      if (!force || (stat !== Errno.ENOENT && stat !== Errno.ENOTDIR))
        status = context.fail(`cannot remove '${operand}': ${strerror(stat)}`);
      continue;
    }
    if (isDirectory(stat) && !recursive && !options.has('dir')) {
      status = context.fail(`cannot remove '${operand}': Is a directory`);
      continue;
    }
    if (options.has('verbose')) {
      if (!removeVerbosely(context, operand)) status = 1;
      continue;
    }
    // The file system removes a tree in one call; only `-v` has to see each name.
    const errno = isDirectory(stat) ? (recursive ? fs.removeTree(path) : fs.rmdir(path)) : fs.unlink(path);
    if (errno < 0) status = context.fail(`cannot remove '${operand}': ${strerror(errno)}`);
  }
  return status;
};

/**
 * Entry by entry, each one named once it is gone; one that
 * could not be removed is reported and the rest tried.
 */
function removeVerbosely(context: AppletContext, name: string): boolean {
  const { fs } = context.sys;
  const path = context.sys.absolute(name);
  const stat = statPath(fs, path, false);
  if (typeof stat === 'number') return true;
  let errno: number;
  if (isDirectory(stat)) {
    const entries = fs.readdir(stat.ino);
    if (typeof entries !== 'number') for (const entry of entries) removeVerbosely(context, joinPath(name, entry.name));
    errno = fs.rmdir(path);
  } else errno = fs.unlink(path);
  if (errno < 0) {
    context.fail(`cannot remove '${name}': ${strerror(errno)}`);
    return false;
  }
  context.out.line(isDirectory(stat) ? `removed directory '${name}'` : `removed '${name}'`);
  return true;
}
