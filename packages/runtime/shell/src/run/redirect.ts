import { Errno, OpenFlags, strerror } from '@slipway/posix';
import { encode } from '../io/text.ts';
import { isFile, statPath } from '../io/files.ts';
import { expandString, expandTarget } from '../expand/expand.ts';
import type { Shell } from '../state/shell.ts';
import type { Redirect } from '../syntax/ast.ts';
import { hide, openTemporary, type RedirectUndo } from '../process/descriptors.ts';

/** Bytes that a pipe holds without a reader; up to there a here-document needs no file. */
const PIPE_CAPACITY = 64 * 1024;
// XCU 2.7: before the umask.
const CREATE_MODE = 0o666;

/**
 * A redirection that failed: the command does not run. Whether
 * the script goes on depends on the command (XCU 2.8.1).
 */
export class RedirectError extends Error {}

/**
 * XCU 2.7, from left to right: `2>&1 >f` and `>f 2>&1` differ.
 * What was done before a failure is undone by the caller.
 */
export function applyRedirects(sh: Shell, redirects: readonly Redirect[], undo: RedirectUndo): void {
  for (const redirect of redirects) applyOne(sh, redirect, undo);
}

function applyOne(sh: Shell, redirect: Redirect, undo: RedirectUndo): void {
  const { descriptors } = sh.sys;
  const { operator, fd } = redirect;
  if (operator === '<&' || operator === '>&') {
    duplicate(sh, redirect, undo);
    return;
  }
  const opened =
    operator === '<<' ? openHereDocument(sh, expandString(sh, redirect.target, 'none')) : openFile(sh, redirect);
  // Opened beside and then put in place, so that a file that cannot be opened changes nothing.
  undo.replace(opened, fd);
  descriptors.close(opened);
}

function duplicate(sh: Shell, { operator, fd, target }: Redirect, undo: RedirectUndo): void {
  const { descriptors } = sh.sys;
  const text = expandTarget(sh, target);
  if (text === '-') {
    undo.save(fd);
    descriptors.close(fd);
    return;
  }
  if (!/^\d+$/.test(text)) {
    if (operator === '<&' || sh.dialect === 'posix') throw new RedirectError(`${text}: bad fd number`);
    // bash: `>& file` takes both outputs there.
    const opened = openPath(sh, text, '>');
    undo.replace(opened, 1);
    undo.replace(opened, 2);
    descriptors.close(opened);
    return;
  }
  const from = Number(text);
  // Before anything is changed: dup2 of a descriptor that is not open would close `fd`.
  if (descriptors.get(from) === undefined) throw new RedirectError(`${from}: ${strerror(Errno.EBADF)}`);
  undo.replace(from, fd);
}

const openFile = (sh: Shell, { operator, target }: Redirect): number =>
  openPath(sh, expandTarget(sh, target), operator);

/** A hidden descriptor of the file. */
function openPath(sh: Shell, path: string, operator: Redirect['operator']): number {
  const { sys } = sh;
  if (!sh.state.limits.redirects) throw new RedirectError(`cannot redirect to ${path}: redirects are turned off here`);
  const absolute = sys.absolute(path);
  const reading = operator === '<';
  const refuse = (errno: number): never => {
    // dash's words, which say what was to be done and not which errno came.
    const reason =
      errno === Errno.ENOENT || errno === Errno.ENOTDIR
        ? reading
          ? 'No such file'
          : 'Directory nonexistent'
        : strerror(errno);
    throw new RedirectError(`cannot ${reading ? 'open' : 'create'} ${path}: ${reason}`);
  };
  // XCU set -C guards regular files only: `>/dev/null` must go on working. `>|` is not here.
  if (operator === '>' && sh.state.options.has('noclobber')) {
    const stat = statPath(sys.fs, absolute);
    if (typeof stat !== 'number' && isFile(stat)) refuse(Errno.EEXIST);
  }
  const fd = sys.descriptors.open(absolute, flagsOf(operator), CREATE_MODE & ~sys.umask());
  return fd < 0 ? refuse(fd) : hide(sys.descriptors, fd);
}

function flagsOf(operator: Redirect['operator']): number {
  switch (operator) {
    case '<':
      return OpenFlags.rdonly;
    case '<>':
      return OpenFlags.rdwr | OpenFlags.creat;
    case '>>':
      return OpenFlags.wronly | OpenFlags.creat | OpenFlags.append;
    default:
      // A child gets a copy of the offset, not a share of it, so children that write one after
      // the other would overwrite each other. After O_TRUNC appending is the same thing.
      return OpenFlags.wronly | OpenFlags.creat | OpenFlags.trunc | OpenFlags.append;
  }
}

/**
 * A pipe where the text fits, else a file without a name: writing more
 * than a pipe holds would wait for a reader that does not exist yet.
 */
function openHereDocument(sh: Shell, text: string): number {
  const { descriptors, fs, start } = sh.sys;
  const bytes = encode(text);
  if (bytes.length < PIPE_CAPACITY) {
    const pipe = descriptors.pipe();
    descriptors.write(pipe.write, bytes, null);
    descriptors.close(pipe.write);
    return hide(descriptors, pipe.read);
  }
  const fd = openTemporary(fs, descriptors, start.pid);
  if (fd < 0) throw new RedirectError(`cannot create here-document: ${strerror(fd)}`);
  descriptors.write(fd, bytes, null);
  const descriptor = descriptors.get(fd);
  if (descriptor?.kind === 'file') descriptor.offset.position = 0;
  return fd;
}
