import { Errno, isFileMode } from '@slipway/posix';
import type { VfsReader } from '@slipway/vfs';
import { type Image, imageOfMarker, NATIVE_LAUNCHER, PROGRAMS } from '../contract/programs.ts';

/** What execve(2) has found to run. */
export interface Program {
  readonly image: Image;
  readonly argv: readonly string[];
  /** Absolute path of the image's own file. */
  readonly execPath: string;
}

const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';
/** Linux follows at most this many interpreters (fs/exec.c). */
const MAX_INTERPRETERS = 4;
const MAX_LINE_BYTES = 256;
/** PATH is searched by the kernel, who has others to serve: what stands behind so many folders is not looked at. */
const MAX_PATH_FOLDERS = 1024;
const EXECUTE = 0o111;

/**
 * Finds what runs for `file`: PATH search as execvp(3), `#!` lines as execve(2).
 * A text file without `#!` is a script for the shell, as execvp does.
 */
export function resolveProgram(
  fs: VfsReader,
  file: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Program | number {
  if (file === '') return Errno.ENOENT;
  const found = file.includes('/') ? absolute(cwd, file) : searchPath(fs, file, env['PATH'] ?? DEFAULT_PATH, cwd);
  if (typeof found === 'number') return found;
  return interpret(fs, found, argv, env, cwd, 0);
}

function interpret(
  fs: VfsReader,
  path: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  depth: number,
): Program | number {
  if (depth > MAX_INTERPRETERS) return Errno.ELOOP;
  const head = readHead(fs, path);
  if (typeof head === 'number') return head;
  const rest = argv.slice(1);
  if (isElf(head)) {
    // What it says of itself is better than ENOEXEC, and some have a counterpart that runs here.
    if (path === NATIVE_LAUNCHER || fs.lookup(NATIVE_LAUNCHER, true) < 0) return Errno.ENOEXEC;
    return interpret(fs, NATIVE_LAUNCHER, [NATIVE_LAUNCHER, 'run', path, ...rest], env, cwd, depth + 1);
  }
  // Other binaries: there is no machine to run them.
  if (head.includes(0)) return Errno.ENOEXEC;
  const line = firstLineOf(head);
  const image = imageOfMarker(line);
  if (image !== undefined)
    return { image, argv, execPath: PROGRAMS[image].execPath === 'resolved' ? realPath(fs, path) : path };

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
  return interpret(
    fs,
    absolute(cwd, interpreter),
    [interpreter, ...(argument === undefined ? [] : [argument]), path, ...rest],
    env,
    cwd,
    depth + 1,
  );
}

function searchPath(fs: VfsReader, file: string, path: string, cwd: string): string | number {
  let refused: number = Errno.ENOENT;
  for (const directory of path.split(':', MAX_PATH_FOLDERS)) {
    const candidate = absolute(cwd, `${directory === '' ? '.' : directory}/${file}`);
    const check = executable(fs, candidate);
    if (check === 0) return candidate;
    if (check === Errno.EACCES) refused = Errno.EACCES;
  }
  return refused;
}

/** Where links lead; a file that vanishes meanwhile keeps its name. */
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
  if (!isFileMode(stat.mode)) return Errno.EACCES;
  if ((stat.mode & EXECUTE) !== 0) return 0;
  // Trees mounted through the client carry no modes: a `#!` line says it is meant to be run.
  const head = new Uint8Array(2);
  const count = fs.read(ino, 0, head);
  return count === 2 && head[0] === 0x23 && head[1] === 0x21 ? 0 : Errno.EACCES;
}

function readHead(fs: VfsReader, path: string): Uint8Array | number {
  const check = executable(fs, path);
  if (check < 0) return check;
  const ino = fs.lookup(path, true);
  const head = new Uint8Array(MAX_LINE_BYTES);
  const count = fs.read(ino, 0, head);
  return count < 0 ? count : head.subarray(0, count);
}

/** The magic of elf(5). */
function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

function firstLineOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0x0a);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end)).replace(/\r$/, '');
}

function absolute(cwd: string, path: string): string {
  return path.startsWith('/') ? path : `${cwd.replace(/\/$/, '')}/${path}`;
}
