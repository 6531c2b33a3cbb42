import { ENOENT, ENOTDIR, errorText } from '../io/errno.ts';
import { baseName, isDirectory, joinPath, statPath } from '../io/files.ts';
import type { Applet, AppletContext } from './applet.ts';
import { parseOptions } from './options.ts';

export const rm: Applet = (context, args) => {
  const options = parseOptions(args, { short: 'rRfivd', long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd' } });
  const force = options.has('f');
  const recursive = options.has('r') || options.has('R');
  if (options.operands.length === 0 && !force) return context.fail('missing operand');
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
    const stat = operand === '' ? ENOENT : statPath(fs, path, false);
    if (typeof stat === 'number') {
      if (!force || (stat !== ENOENT && stat !== ENOTDIR)) status = context.fail(`cannot remove '${operand}': ${errorText(stat)}`);
      continue;
    }
    if (isDirectory(stat) && !recursive && !options.has('d')) {
      status = context.fail(`cannot remove '${operand}': Is a directory`);
      continue;
    }
    if (options.has('v')) {
      if (!removeVerbosely(context, operand)) status = 1;
      continue;
    }
    const errno = isDirectory(stat) ? (recursive ? fs.removeTree(path) : fs.rmdir(path)) : fs.unlink(path);
    if (errno < 0) status = context.fail(`cannot remove '${operand}': ${errorText(errno)}`);
  }
  return status;
};

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
    context.fail(`cannot remove '${name}': ${errorText(errno)}`);
    return false;
  }
  context.out.line(isDirectory(stat) ? `removed directory '${name}'` : `removed '${name}'`);
  return true;
}
