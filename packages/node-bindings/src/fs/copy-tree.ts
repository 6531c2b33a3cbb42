import type { Stat } from '@slipway/vfs';
import { codedError } from '../core/coded-error.ts';
import type { Foreign } from '../realm.ts';
import { copyFile } from './copy-file.ts';
import { FileType } from './errno.ts';
import type { FsContext } from './fs-context.ts';
import { listDirectory } from './name-operations.ts';
import { done, Failure } from './outcome.ts';
import { statPath } from './stat-operations.ts';
import { stdException } from './std-exception.ts';

interface CopyOptions {
  readonly force: boolean;
  readonly errorOnExist: boolean;
  readonly verbatimSymlinks: boolean;
  readonly preserveTimestamps: boolean;
}

const isType = (stat: Stat | undefined, type: number): boolean => stat !== undefined && (stat.mode & FileType.mask) === type;

/** What fs.cpSync leaves to C++. Reference: CpSyncCheckPaths, CpSyncOverrideFile, CpSyncCopyDir, src/node_file.cc. */
export function createCopyOperations(context: FsContext): Foreign {
  const { requests, paths } = context;
  const fail = (code: string, message: string): never => {
    throw codedError(Error, code, message);
  };

  const mustStat = (path: string, follow: boolean, syscall: string): Stat => {
    const stat = statPath(context, path, follow);
    if (typeof stat === 'number') throw requests.error(new Failure(stat, syscall, path));
    return stat;
  };
  const getStat = (path: string, follow: boolean): Stat | undefined => {
    const stat = statPath(context, path, follow);
    return typeof stat === 'number' ? undefined : stat;
  };
  const check = (failure: Failure | undefined): void => {
    if (failure !== undefined) throw requests.error(failure);
  };
  const copy = (from: string, to: string, mode: number): void => check(done(copyFile(context, from, to, mode), 'copyfile', from, to));

  const copyTimes = (from: Stat, to: string): void => {
    const { fs } = context.sys;
    check(done(fs.utimes(fs.lookup(paths.absolute(to), true), from.atimeMs, from.mtimeMs), 'utime', to));
  };

  const cpSyncOverrideFile = (source: unknown, target: unknown, mode: number, preserveTimestamps: boolean): void => {
    const [from, to] = [paths.text(source), paths.text(target)];
    check(done(context.sys.fs.unlink(paths.absolute(to)), 'unlink', to));
    copy(from, to, mode);
    if (preserveTimestamps) copyTimes(mustStat(from, true, 'stat'), to);
  };

  const copyLink = (from: string, to: string, target: Stat | undefined, options: CopyOptions): void => {
    const { fs } = context.sys;
    const path = context.realm.requireBuiltin('path');
    const content = fs.readlink(fs.lookup(paths.absolute(from), false));
    if (typeof content === 'number') return check(done(content, 'readlink', from));
    const wanted: string = options.verbatimSymlinks ? content : path.resolve(path.dirname(paths.absolute(from)), content);
    if (isType(target, FileType.link)) {
      const present = fs.readlink(fs.lookup(paths.absolute(to), false));
      if (typeof present === 'number') return check(done(present, 'readlink', to));
      // Node compares what the links say, as if it were said in the working directory.
      if (isType(getStat(content, true), FileType.directory) && isInside(withSlash(present), content)) {
        fail('ERR_FS_CP_EINVAL', `Cannot copy ${content} to a subdirectory of self ${present}`);
      }
      if (isType(getStat(to, true), FileType.directory) && isInside(withSlash(content), present)) {
        fail('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', `cannot overwrite ${present} with ${content}`);
      }
      check(done(fs.unlink(paths.absolute(to)), 'unlink', to));
    }
    const errno = fs.symlink(wanted, paths.absolute(to));
    if (errno < 0) throw stdException(errno, 'cp', to) ?? requests.error(new Failure(errno, 'symlink', wanted, to));
  };

  const copyEntry = (from: string, to: string, options: CopyOptions): void => {
    // CpSyncCopyDir copies links as links even when it is told to dereference.
    const source = mustStat(from, false, 'lstat');
    const target = getStat(to, false);
    if (isType(source, FileType.directory)) {
      if (target !== undefined && !isType(getStat(to, true), FileType.directory)) {
        fail('ERR_FS_CP_DIR_TO_NON_DIR', `Cannot overwrite non-directory ${to} with directory ${from}`);
      }
      return copyDirectory(from, to, options);
    }
    if (isType(target, FileType.directory)) fail('ERR_FS_CP_NON_DIR_TO_DIR', `Cannot overwrite directory ${to} with non-directory ${from}`);
    if (isType(source, FileType.link)) return copyLink(from, to, target, options);
    if (target !== undefined && !options.force) {
      if (options.errorOnExist) fail('ERR_FS_CP_EEXIST', `[ERR_FS_CP_EEXIST]: Target already exists: cp returned EEXIST (${to} already exists) ${to}`);
      return;
    }
    copy(from, to, 0);
    if (options.preserveTimestamps) copyTimes(source, to);
  };

  const copyDirectory = (from: string, to: string, options: CopyOptions): void => {
    const { errno } = context.sys.fs.mkdirAll(paths.absolute(to), 0o777 & ~context.sys.umask());
    check(done(errno, 'mkdir', to));
    const entries = listDirectory(context, from, 'scandir');
    if (entries instanceof Failure) throw requests.error(entries);
    for (const { name } of entries) copyEntry(`${from}/${name}`, `${to}/${name}`, options);
  };

  return {
    cpSyncOverrideFile,

    cpSyncCheckPaths(source: unknown, target: unknown, dereference: boolean, recursive: boolean): void {
      const [from, to] = [paths.text(source), paths.text(target)];
      const sourceStat = mustStat(from, dereference, dereference ? 'stat' : 'lstat');
      const targetStat = getStat(to, dereference);
      const sourceIsDirectory = isType(sourceStat, FileType.directory);
      const targetIsDirectory = isType(targetStat, FileType.directory);
      if (targetStat?.ino === sourceStat.ino) fail('ERR_FS_CP_EINVAL', `src and dest cannot be the same ${to}`);
      if (sourceIsDirectory && targetStat !== undefined && !targetIsDirectory) {
        fail('ERR_FS_CP_DIR_TO_NON_DIR', `Cannot overwrite non-directory ${to} with directory ${from}`);
      }
      if (!sourceIsDirectory && targetIsDirectory) fail('ERR_FS_CP_NON_DIR_TO_DIR', `Cannot overwrite directory ${to} with non-directory ${from}`);
      const path = context.realm.requireBuiltin('path');
      const [fromFull, toFull]: [string, string] = [path.resolve(paths.absolute(from)), path.resolve(paths.absolute(to))];
      if (sourceIsDirectory && isInside(toFull, fromFull)) fail('ERR_FS_CP_EINVAL', `Cannot copy ${withSlash(from)} to a subdirectory of self ${to}`);
      // A directory above the target may be the source under another name.
      for (let above = parentOf(to); sourceIsDirectory && above !== parentOf(from) && !['', above].includes(parentOf(above)); above = parentOf(above)) {
        if (getStat(above, true)?.ino === sourceStat.ino) fail('ERR_FS_CP_EINVAL', `Cannot copy ${withSlash(from)} to a subdirectory of self ${to}`);
      }
      if (sourceIsDirectory && !recursive) fail('ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: ${withSlash(from)}`);
      if (isType(sourceStat, FileType.socket)) fail('ERR_FS_CP_SOCKET', `Cannot copy a socket file: ${to}`);
      if (isType(sourceStat, FileType.fifo)) fail('ERR_FS_CP_FIFO_PIPE', `Cannot copy a FIFO pipe: ${to}`);
      const parent: string = path.dirname(toFull);
      if (getStat(parent, true) === undefined) check(done(context.sys.fs.mkdirAll(parent, 0o777 & ~context.sys.umask()).errno, 'mkdir', parent));
    },

    cpSyncCopyDir(
      source: unknown, target: unknown, force: boolean, _dereference: boolean, errorOnExist: boolean, verbatimSymlinks: boolean, preserveTimestamps: boolean,
    ): void {
      copyDirectory(paths.text(source), paths.text(target), { force, errorOnExist, verbatimSymlinks, preserveTimestamps });
    },
  };
}

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
/** std::filesystem::path::parent_path */
const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.startsWith('/') ? 1 : 0));
const isInside = (path: string, folder: string): boolean => path.startsWith(withSlash(folder));
