import { Errno } from '@slipway/posix';
import type { Vfs } from '@slipway/vfs';
import { isFile } from '../io/files.ts';

/** The search path where PATH is unset, and that of `command -p` (XCU command, as `getconf PATH`). */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The first line of the files that stand for this image,
 * in `/bin/ls` and the like; the rest of the file is free.
 */
export const SHELL_MARKER = '#!slipway:shell';

/**
 * `missing` has the errno that execvp(3) would have
 * set: EACCES when a file was there but may not be run.
 */
export type FoundProgram =
  | { readonly outcome: 'found'; readonly path: string; readonly isOurs: boolean }
  | { readonly outcome: 'missing'; readonly errno: number };

/**
 * execvp(3)'s search: a name with a slash is a path, any other is tried in each
 * directory of `path`, an empty one being the working directory (XBD 8.3). A file
 * that may not be run does not end the search, but is remembered (126, not 127).
 * `isOurs`: the file is one of ours, so that the command may run right here.
 */
export function findProgram(fs: Vfs, absolute: (path: string) => string, name: string, path: string): FoundProgram {
  if (name === '') return { outcome: 'missing', errno: Errno.ENOENT };
  if (name.includes('/')) return check(fs, absolute(name));
  let errno: number = Errno.ENOENT;
  for (const directory of path.split(':')) {
    const found = check(fs, absolute(`${directory === '' ? '.' : directory}/${name}`));
    if (found.outcome === 'found') return found;
    if (found.errno === Errno.EACCES) errno = Errno.EACCES;
  }
  return { outcome: 'missing', errno };
}

/** All places where `name` is, for `which -a`. */
export function findAll(fs: Vfs, absolute: (path: string) => string, name: string, path: string): string[] {
  const candidates = name.includes('/')
    ? [name]
    : path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${name}`);
  return candidates.filter((candidate) => check(fs, absolute(candidate)).outcome === 'found');
}

const HASH_BANG = [0x23, 0x21];

// Marker and permission are looked at on every call: npm replaces files below
// node_modules/.bin while a shell runs, so nothing is cached (`hash` has nothing to forget).
function check(fs: Vfs, path: string): FoundProgram {
  const ino = fs.lookup(path, true);
  if (ino < 0) return { outcome: 'missing', errno: ino };
  const stat = fs.stat(ino);
  if (typeof stat === 'number') return { outcome: 'missing', errno: stat };
  if (!isFile(stat)) return { outcome: 'missing', errno: Errno.EACCES };
  const head = new Uint8Array(SHELL_MARKER.length + 1);
  const count = fs.read(ino, 0, head);
  const isScript = count >= 2 && head[0] === HASH_BANG[0] && head[1] === HASH_BANG[1];
  // As the kernel: trees mounted through the client carry no modes, a `#!` line says it is meant to be run.
  if ((stat.mode & 0o111) === 0 && !isScript) return { outcome: 'missing', errno: Errno.EACCES };
  return { outcome: 'found', path, isOurs: isScript && isMarker(head, count) };
}

/** Followed by a newline or the end of the file: a longer first line is some other program's. */
function isMarker(head: Uint8Array, count: number): boolean {
  if (count < SHELL_MARKER.length) return false;
  for (let i = 0; i < SHELL_MARKER.length; i++) if (head[i] !== SHELL_MARKER.charCodeAt(i)) return false;
  return count === SHELL_MARKER.length || head[SHELL_MARKER.length] === 0x0a;
}
