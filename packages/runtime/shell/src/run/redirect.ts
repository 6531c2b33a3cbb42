import { OpenFlags } from '@slipway/vfs';
import { EBADF, EEXIST, ENOENT, ENOTDIR, errorText } from '../io/errno.ts';
import { encode } from '../io/text.ts';
import { isFile, statPath } from '../io/files.ts';
import { expandString, expandTarget } from '../expand/expand.ts';
import type { Shell } from '../shell.ts';
import type { Redirect } from '../syntax/ast.ts';
import { hide, openTemporary, type RedirectUndo } from './descriptors.ts';

/** A pipe holds this much without a reader. */
const PIPE_CAPACITY = 64 * 1024;
const CREATE_MODE = 0o666;

/** A redirection that failed: the command does not run. */
export class RedirectError extends Error {}

/** XCU 2.7, in order. What was done before a failure is undone by the caller. */
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
  const opened = operator === '<<' ? openHereDocument(sh, expandString(sh, redirect.target, 'none')) : openFile(sh, redirect);
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
  if (descriptors.get(from) === undefined) throw new RedirectError(`${from}: ${errorText(EBADF)}`);
  undo.replace(from, fd);
}

const openFile = (sh: Shell, { operator, target }: Redirect): number => openPath(sh, expandTarget(sh, target), operator);

/** A hidden descriptor of the file. */
function openPath(sh: Shell, path: string, operator: Redirect['operator']): number {
  const { sys } = sh;
  const absolute = path === '' ? '' : sys.absolute(path);
  const reading = operator === '<';
  const refuse = (errno: number): never => {
    const reason = errno === ENOENT || errno === ENOTDIR ? (reading ? 'No such file' : 'Directory nonexistent') : errorText(errno);
    throw new RedirectError(`cannot ${reading ? 'open' : 'create'} ${path}: ${reason}`);
  };
  if (absolute === '') return refuse(ENOENT);
  if (operator === '>' && sh.state.options.has('noclobber')) {
    const stat = statPath(sys.fs, absolute);
    if (typeof stat !== 'number' && isFile(stat)) refuse(EEXIST);
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
  if (fd < 0) throw new RedirectError(`cannot create here-document: ${errorText(fd)}`);
  descriptors.write(fd, bytes, null);
  const descriptor = descriptors.get(fd);
  if (descriptor?.kind === 'file') descriptor.offset.position = 0;
  return fd;
}
