import { isDirectoryMode, isFileMode, isLinkMode } from '@slipway/posix';
import type { Stat, Vfs } from '@slipway/vfs';

/** By the mode's type bits; of a link itself only when `statPath` did not follow it. */
export const isDirectory = (stat: Stat): boolean => isDirectoryMode(stat.mode);
/** A regular file: neither a directory nor a link nor a device. */
export const isFile = (stat: Stat): boolean => isFileMode(stat.mode);
/** Only ever true of what was asked for with `follow` false. */
export const isLink = (stat: Stat): boolean => isLinkMode(stat.mode);

/**
 * stat(2), or lstat(2) without `follow`, of an absolute
 * path; else a negative errno: ENOENT, ENOTDIR, EACCES or ELOOP of the way there.
 */
export function statPath(fs: Vfs, path: string, follow = true): Stat | number {
  const ino = fs.lookup(path, follow);
  return ino < 0 ? ino : fs.stat(ino);
}

/** basename(3): slashes at the end do not count, `/` is its own name. */
export const baseName = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
};

/** dirname(3): `.` where there is no slash. */
export const dirName = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const at = trimmed.lastIndexOf('/');
  if (at === -1) return '.';
  return trimmed.slice(0, at).replace(/\/+$/, '') || '/';
};

/** One slash between them, also below `/`. Does not look at `..`. */
export const joinPath = (directory: string, name: string): string =>
  directory.endsWith('/') ? directory + name : `${directory}/${name}`;

/**
 * An absolute path without `.`, `..` and doubled slashes, links untouched: `..` goes back in
 * the text, which is what `cd` without -P wants (XCU cd, step 8) and what a lookup must not do.
 */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
