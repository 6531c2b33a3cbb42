import { Errno } from '@slipway/posix';
import { baseName, dirName, isLink, normalize, statPath } from '../io/files.ts';
import type { AppletContext } from './applet.ts';

/**
 * A path without links, `.` and `..`, for realpath and readlink -f; or a
 * negative errno. `mustExist`: every component, all but the last, or none.
 */
export function canonicalPath(
  context: AppletContext,
  operand: string,
  mustExist: 'all' | 'parent' | 'none',
): string | number {
  const { fs } = context.sys;
  if (operand === '') return Errno.ENOENT;
  const path = context.sys.absolute(operand);
  const whole = fs.realpath(path);
  if (typeof whole === 'string' || mustExist === 'all') return whole;
  const parent = fs.realpath(dirName(path));
  const link = statPath(fs, path, false);
  // A dangling link leads to where it points.
  if (typeof link !== 'number' && isLink(link)) {
    const target = fs.readlink(link.ino);
    if (typeof target === 'string')
      return canonicalPath(context, target.startsWith('/') ? target : `${dirName(path)}/${target}`, mustExist);
  }
  if (typeof parent === 'string') return normalize(`${parent}/${baseName(path)}`);
  if (mustExist === 'parent') return parent;
  // What is not there cannot be a link, so from there on the text decides.
  const above = canonicalPath(context, dirName(path), 'none');
  return typeof above === 'string' ? normalize(`${above}/${baseName(path)}`) : normalize(path);
}
