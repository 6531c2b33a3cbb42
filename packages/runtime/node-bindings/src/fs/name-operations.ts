import { Errno, FileMode } from '@slipway/posix';
import type { Dirent } from '@slipway/vfs';
import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import { copyFile } from './copy-file.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, done } from './outcome.ts';
import { statPath } from './stat-operations.ts';
import { stdException } from './std-exception.ts';

/** Those that mkdtemp(3) uses: 62 characters, six of them in place of XXXXXX. */
const UNIQUE_CHARACTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const UNIQUE_LENGTH = 6;

/** Making, moving and removing names. Reference: src/node_file.cc. */
export function createNameOperations(context: FsContext): Foreign {
  const { requests, paths } = context;
  // Resolved inside the operation, so that the working directory is that of the moment the call is carried out.
  const at = (path: string): string => paths.absolute(path);
  const fs = (): FsContext['sys']['fs'] => context.sys.fs;
  /** A relative path leads nowhere from a removed directory, and must not bring that back. */
  const cwdIsGone = (path: string): boolean => !path.startsWith('/') && fs().lookup(at('.'), true) < 0;

  return {
    rename(from: unknown, to: unknown, request?: Foreign) {
      const [source, target] = [paths.text(from), paths.text(to)];
      return requests.run(request, () => done(fs().rename(at(source), at(target)), 'rename', source, target));
    },
    link(existing: unknown, path: unknown, request?: Foreign) {
      const [source, target] = [paths.text(existing), paths.text(path)];
      return requests.run(request, () => done(fs().link(at(source), at(target)), 'link', source, target));
    },
    /** The flags say what kind of link Windows should make. */
    symlink(target: unknown, path: unknown, _flags: number, request?: Foreign) {
      const [content, name] = [paths.text(target), paths.text(path)];
      return requests.run(request, () => done(fs().symlink(content, at(name)), 'symlink', content, name));
    },
    unlink(path: unknown, request?: Foreign) {
      const text = paths.text(path);
      /** EISDIR for a folder, as Linux has it (POSIX would say EPERM). */
      return requests.run(request, () => done(fs().unlink(at(text)), 'unlink', text));
    },
    rmdir(path: unknown, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => done(fs().rmdir(at(text)), 'rmdir', text));
    },
    /** MKDir: the recursive form answers the first folder that had to be made, `undefined` when all were there. */
    mkdir(path: unknown, mode: number, recursive: boolean, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const permissions = mode & ~context.sys.umask();
        if (!recursive) return done(fs().mkdir(at(text), permissions), 'mkdir', text);
        const { errno, created } = cwdIsGone(text)
          ? { errno: Errno.ENOENT, created: undefined }
          : fs().mkdirAll(at(text), permissions);
        if (errno < 0) return new Failure(errno, 'mkdir', text);
        return created === undefined ? undefined : asGiven(created, at(text), text);
      });
    },
    readlink(path: unknown, encoding: unknown, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const ino = fs().lookup(at(text), false);
        const target = ino < 0 ? ino : fs().readlink(ino);
        return typeof target === 'number' ? new Failure(target, 'readlink', text) : paths.encode(target, encoding);
      });
    },
    realpath(path: unknown, encoding: unknown, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const real = fs().realpath(at(text));
        return typeof real === 'number' ? new Failure(real, 'realpath', text) : paths.encode(real, encoding);
      });
    },
    /** Names, or names and types side by side; sorted by bytes, as uv_fs_scandir has them. */
    readdir(path: unknown, encoding: unknown, withTypes: boolean, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const entries = listDirectory(context, text, 'scandir');
        if (entries instanceof Failure) return entries;
        const names = entries.map((entry) => paths.encode(entry.name, encoding));
        return withTypes ? [names, entries.map((entry) => entry.type)] : names;
      });
    },
    mkdtemp(prefix: unknown, encoding: unknown, request?: Foreign) {
      const text = paths.text(prefix);
      return requests.run(request, () => {
        // Another name when this one is taken; 62^6 of them, so the loop ends.
        for (;;) {
          const path = text + uniqueSuffix(context);
          const errno = fs().mkdir(at(path), 0o700);
          if (errno === Errno.EEXIST) continue;
          // Only the asynchronous form tells which name it tried.
          const named = request === undefined ? `${text}XXXXXX` : path;
          return errno < 0 ? new Failure(errno, 'mkdtemp', named) : paths.encode(path, encoding);
        }
      });
    },
    copyFile(from: unknown, to: unknown, mode: number, request?: Foreign) {
      const [source, target] = [paths.text(from), paths.text(to)];
      return requests.run(request, () => done(copyFile(context, source, target, mode), 'copyfile', source, target));
    },
    /** RmSync: a missing path is no error here; lib has asked before. */
    rmSync(path: unknown, _maxRetries: number, recursive: boolean): void {
      const text = paths.text(path);
      const stat = statPath(context, text, false);
      if (stat === Errno.ENOENT || stat === Errno.ENOTDIR) return;
      if (typeof stat !== 'number' && (stat.mode & FileMode.typeMask) === FileMode.directory && !recursive)
        throw codedError(Error, 'ERR_FS_EISDIR', `Path is a directory: ${text}`);
      // A slash at the end would follow a link to a folder; rm removes the link.
      const errno = fs().removeTree(at(text).replace(/(?<=.)\/+$/, ''));
      if (errno < 0)
        throw stdException(errno, 'rm', text, `: ${text}`) ?? requests.error(new Failure(errno, 'rm', text));
    },
  };
}

/** Entries of a directory in the order of uv_fs_scandir, or why not. */
export function listDirectory(context: FsContext, path: string, syscall: string): readonly Dirent[] | Failure {
  const { fs } = context.sys;
  for (;;) {
    const ino = fs.lookup(context.paths.absolute(path), true);
    const entries = ino < 0 ? ino : fs.readdir(ino);
    if (typeof entries !== 'number') return [...entries].sort(byBytes);
    // Removed between the two steps: look again.
    if (entries !== Errno.ESTALE) return new Failure(entries, syscall, path);
  }
}

/** strcmp order of UTF-8 is code point order; of UTF-16 it is not, beyond the first plane. */
function byBytes(left: Dirent, right: Dirent): number {
  const [a, b] = [left.name, right.name];
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [unitA, unitB] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (unitA === unitB) continue;
    // A surrogate is part of a code point above all others of the first plane, even those from U+E000 on.
    const surrogates = Number(isSurrogate(unitA)) - Number(isSurrogate(unitB));
    return surrogates === 0 ? unitA - unitB : surrogates;
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** mkdir -p answers with the first directory made, written as the caller wrote the path. */
function asGiven(created: string, absolute: string, given: string): string {
  const prefix = absolute.length - given.length;
  return prefix > 0 && absolute.endsWith(given) ? created.slice(prefix) : created;
}

function uniqueSuffix(context: FsContext): string {
  // `% 62` prefers the first eight characters a little, which does no harm: the name has to be free, not secret.
  const random = context.realm.host.crypto.getRandomValues(new Uint8Array(UNIQUE_LENGTH));
  return Array.from(random, (byte) => UNIQUE_CHARACTERS[byte % UNIQUE_CHARACTERS.length]).join('');
}
