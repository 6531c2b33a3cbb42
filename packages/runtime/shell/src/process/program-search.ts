import type { Vfs } from '@slipway/vfs';
import { ENOENT, EACCES } from '../io/errno.ts';
import { isFile } from '../io/files.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The first line of the files that stand for this image; the rest of the file is free. */
export const SHELL_MARKER = '#!slipway:shell';

export type FoundProgram = { readonly outcome: 'found'; readonly path: string; readonly isOurs: boolean } | { readonly outcome: 'missing'; readonly errno: number };

/** execvp(3)'s search. `isOurs`: the file is one of ours, so that the command may run right here. */
export function findProgram(fs: Vfs, absolute: (path: string) => string, name: string, path: string): FoundProgram {
  if (name === '') return { outcome: 'missing', errno: ENOENT };
  if (name.includes('/')) return check(fs, absolute(name));
  let errno = ENOENT;
  for (const directory of path.split(':')) {
    const found = check(fs, absolute(`${directory === '' ? '.' : directory}/${name}`));
    if (found.outcome === 'found') return found;
    if (found.errno === EACCES) errno = EACCES;
  }
  return { outcome: 'missing', errno };
}

/** All places where `name` is, for `which -a`. */
export function findAll(fs: Vfs, absolute: (path: string) => string, name: string, path: string): string[] {
  const candidates = name.includes('/') ? [name] : path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${name}`);
  return candidates.filter((candidate) => check(fs, absolute(candidate)).outcome === 'found');
}

const HASH_BANG = [0x23, 0x21];

function check(fs: Vfs, path: string): FoundProgram {
  const ino = fs.lookup(path, true);
  if (ino < 0) return { outcome: 'missing', errno: ino };
  const stat = fs.stat(ino);
  if (typeof stat === 'number') return { outcome: 'missing', errno: stat };
  if (!isFile(stat)) return { outcome: 'missing', errno: EACCES };
  const head = new Uint8Array(SHELL_MARKER.length + 1);
  const count = fs.read(ino, 0, head);
  const isScript = count >= 2 && head[0] === HASH_BANG[0] && head[1] === HASH_BANG[1];
  // As the kernel: trees mounted through the client carry no modes, a `#!` line says it is meant to be run.
  if ((stat.mode & 0o111) === 0 && !isScript) return { outcome: 'missing', errno: EACCES };
  return { outcome: 'found', path, isOurs: isScript && isMarker(head, count) };
}

function isMarker(head: Uint8Array, count: number): boolean {
  if (count < SHELL_MARKER.length) return false;
  for (let i = 0; i < SHELL_MARKER.length; i++) if (head[i] !== SHELL_MARKER.charCodeAt(i)) return false;
  return count === SHELL_MARKER.length || head[SHELL_MARKER.length] === 0x0a;
}
