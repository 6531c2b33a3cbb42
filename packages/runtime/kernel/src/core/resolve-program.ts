import type { VfsReader } from '@slipway/vfs';
import { Errno } from './errno.ts';

/** The images a container can run. Anything else is a script for one of them. */
export type Image = 'node' | 'shell';
/** What a worker is made for: an image, or a worker_threads thread, which Node bootstraps in another way. */
export type WorkerKind = Image | 'thread';

export interface Program {
  readonly image: Image;
  readonly argv: readonly string[];
  /** Absolute path of the image's own file. */
  readonly execPath: string;
}

/** The first line of a file that stands for an image of ours. */
export const IMAGE_MARKERS: Readonly<Record<string, Image>> = {
  '#!slipway:node': 'node',
  '#!slipway:shell': 'shell',
};

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
/** Linux follows at most this many interpreters (fs/exec.c). */
const MAX_INTERPRETERS = 4;
const MAX_LINE_BYTES = 256;
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const EXECUTE = 0o111;

/**
 * Finds what runs for `file`: PATH search as execvp(3), `#!` lines as execve(2).
 * A text file without `#!` is a script for the shell, as execvp does.
 */
export function resolveProgram(fs: VfsReader, file: string, argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Program | number {
  if (file === '') return Errno.ENOENT;
  const found = file.includes('/') ? absolute(cwd, file) : searchPath(fs, file, env['PATH'] ?? DEFAULT_PATH, cwd);
  if (typeof found === 'number') return found;
  return interpret(fs, found, argv, env, cwd, 0);
}

function interpret(fs: VfsReader, path: string, argv: readonly string[], env: Readonly<Record<string, string>>, cwd: string, depth: number): Program | number {
  if (depth > MAX_INTERPRETERS) return Errno.ELOOP;
  const line = firstLine(fs, path);
  if (typeof line === 'number') return line;
  const marked = IMAGE_MARKERS[line];
  if (marked !== undefined) return { image: marked, argv, execPath: marked === 'node' ? realPath(fs, path) : path };

  const rest = argv.slice(1);
  if (!line.startsWith('#!')) return interpret(fs, '/bin/sh', ['/bin/sh', path, ...rest], env, cwd, depth + 1);

  const match = /^#!\s*(\S+)(?:\s+(.*?))?\s*$/.exec(line);
  const interpreter = match?.[1];
  if (interpreter === undefined) return Errno.ENOEXEC;
  const argument = match?.[2];
  // env(1) is looked through here, which saves one process for nearly every bin of npm.
  if (/(^|\/)env$/.test(interpreter) && argument !== undefined) {
    const words = argument.split(/\s+/).filter((word) => word !== '-S');
    const name = words[0];
    if (name === undefined || name.includes('=') || name.startsWith('-')) return Errno.ENOEXEC;
    const target = name.includes('/') ? absolute(cwd, name) : searchPath(fs, name, env['PATH'] ?? DEFAULT_PATH, cwd);
    if (typeof target === 'number') return target;
    return interpret(fs, target, [name, ...words.slice(1), path, ...rest], env, cwd, depth + 1);
  }
  return interpret(fs, absolute(cwd, interpreter), [interpreter, ...(argument === undefined ? [] : [argument]), path, ...rest], env, cwd, depth + 1);
}

function searchPath(fs: VfsReader, file: string, path: string, cwd: string): string | number {
  let refused: number = Errno.ENOENT;
  for (const directory of path.split(':')) {
    const candidate = absolute(cwd, `${directory === '' ? '.' : directory}/${file}`);
    const check = executable(fs, candidate);
    if (check === 0) return candidate;
    if (check === Errno.EACCES) refused = Errno.EACCES;
  }
  return refused;
}

/** What /proc/self/exe leads to. The shell's image goes by the name it was called by. */
function realPath(fs: VfsReader, path: string): string {
  const real = fs.realpath(path);
  return typeof real === 'string' ? real : path;
}

/** 0 when `path` can be run. */
function executable(fs: VfsReader, path: string): number {
  const ino = fs.lookup(path, true);
  if (ino < 0) return ino;
  const stat = fs.stat(ino);
  if (typeof stat === 'number') return stat;
  if ((stat.mode & S_IFMT) !== S_IFREG) return Errno.EACCES;
  if ((stat.mode & EXECUTE) !== 0) return 0;
  // Trees mounted through the client carry no modes: a `#!` line says it is meant to be run.
  const head = new Uint8Array(2);
  const count = fs.read(ino, 0, head);
  return count === 2 && head[0] === 0x23 && head[1] === 0x21 ? 0 : Errno.EACCES;
}

function firstLine(fs: VfsReader, path: string): string | number {
  const check = executable(fs, path);
  if (check < 0) return check;
  const ino = fs.lookup(path, true);
  const head = new Uint8Array(MAX_LINE_BYTES);
  const count = fs.read(ino, 0, head);
  if (count < 0) return count;
  const bytes = head.subarray(0, count);
  // ELF and other binaries: there is no machine to run them.
  if (bytes.includes(0)) return Errno.ENOEXEC;
  const end = bytes.indexOf(0x0a);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end)).replace(/\r$/, '');
}

function absolute(cwd: string, path: string): string {
  return path.startsWith('/') ? path : `${cwd.replace(/\/$/, '')}/${path}`;
}
