import type { Stat, Vfs } from '@slipway/vfs';

export const S_IFMT = 0o170000;
export const S_IFDIR = 0o040000;
export const S_IFREG = 0o100000;
export const S_IFLNK = 0o120000;

export const isDirectory = (stat: Stat): boolean => (stat.mode & S_IFMT) === S_IFDIR;
export const isFile = (stat: Stat): boolean => (stat.mode & S_IFMT) === S_IFREG;
export const isLink = (stat: Stat): boolean => (stat.mode & S_IFMT) === S_IFLNK;

/** stat(2) and lstat(2) of a path: a negative errno when it is not there. */
export function statPath(fs: Vfs, path: string, follow = true): Stat | number {
  const ino = fs.lookup(path, follow);
  return ino < 0 ? ino : fs.stat(ino);
}

export const baseName = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
};

export const dirName = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const at = trimmed.lastIndexOf('/');
  if (at === -1) return '.';
  return trimmed.slice(0, at).replace(/\/+$/, '') || '/';
};

export const joinPath = (directory: string, name: string): string => (directory.endsWith('/') ? directory + name : `${directory}/${name}`);

/** An absolute path without `.`, `..` and doubled slashes, links untouched. */
export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
