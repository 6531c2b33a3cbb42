import { Errno, FileMode } from '@slipway/posix';
import type { Stat } from '@slipway/vfs';
import type { Foreign } from '../realm/realm.ts';
import { createCopyLookups, fail, isInside, isType, withSlash } from './copy-lookups.ts';
import { copyFile } from './copy-file.ts';
import type { FsContext } from './fs-context.ts';
import { listDirectory } from './name-operations.ts';
import { done, Failure } from './outcome.ts';
import { stdException } from './std-exception.ts';

interface CopyOptions {
  /** Overwrite files that are there; off, they are passed over or are an error (`errorOnExist`). */
  readonly force: boolean;
  readonly errorOnExist: boolean;
  /** Links keep their text; else it is made absolute, so that it leads to the same place from elsewhere. */
  readonly verbatimSymlinks: boolean;
  readonly preserveTimestamps: boolean;
}

/** What fs.cpSync leaves to C++. Reference: CpSyncOverrideFile, CpSyncCopyDir, src/node_file.cc. */
export function createCopyOperations(context: FsContext): Foreign {
  const { requests, paths } = context;
  const { mustStat, getStat, check } = createCopyLookups(context);
  const copy = (from: string, to: string, mode: number): void =>
    check(done(copyFile(context, from, to, mode), 'copyfile', from, to));

  // Access and modification time alone; the others cannot be set.
  const copyTimes = (from: Stat, to: string): void => {
    const { fs } = context.sys;
    check(done(fs.utimes(fs.lookup(paths.absolute(to), true), from.atimeMs, from.mtimeMs), 'utime', to));
  };

  // The old file is removed first: whoever has it open, or another link to it, keeps its content.
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
    const wanted: string = options.verbatimSymlinks
      ? content
      : path.resolve(path.dirname(paths.absolute(from)), content);
    if (isType(target, FileMode.link)) {
      const present = fs.readlink(fs.lookup(paths.absolute(to), false));
      if (typeof present === 'number') return check(done(present, 'readlink', to));
      // Node compares what the links say, as if it were said in the working directory.
      if (isType(getStat(content, true), FileMode.directory) && isInside(withSlash(present), content)) {
        fail('ERR_FS_CP_EINVAL', `Cannot copy ${content} to a subdirectory of self ${present}`);
      }
      if (isType(getStat(to, true), FileMode.directory) && isInside(withSlash(content), present)) {
        fail('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', `cannot overwrite ${present} with ${content}`);
      }
      check(done(fs.unlink(paths.absolute(to)), 'unlink', to));
    }
    const errno = fs.symlink(wanted, paths.absolute(to));
    // std::filesystem made the link in Node, so its words come first.
    if (errno < 0) throw stdException(errno, 'cp', to) ?? requests.error(new Failure(errno, 'symlink', wanted, to));
  };

  const copyEntry = (from: string, to: string, options: CopyOptions): void => {
    // CpSyncCopyDir copies links as links even when it is told to dereference.
    const source = mustStat(from, false, 'lstat');
    const target = getStat(to, false);
    if (isType(source, FileMode.directory)) {
      if (target !== undefined && !isType(getStat(to, true), FileMode.directory)) {
        fail('ERR_FS_CP_DIR_TO_NON_DIR', `Cannot overwrite non-directory ${to} with directory ${from}`);
      }
      return copyDirectory(from, to, options);
    }
    if (isType(target, FileMode.directory))
      fail('ERR_FS_CP_NON_DIR_TO_DIR', `Cannot overwrite directory ${to} with non-directory ${from}`);
    if (isType(source, FileMode.link)) return copyLink(from, to, target, options);
    // Only files get so far: folders are merged, links replaced.
    if (target !== undefined && !options.force) {
      if (options.errorOnExist)
        fail(
          'ERR_FS_CP_EEXIST',
          `[ERR_FS_CP_EEXIST]: Target already exists: cp returned EEXIST (${to} already exists) ${to}`,
        );
      return;
    }
    copy(from, to, 0);
    if (options.preserveTimestamps) copyTimes(source, to);
  };

  const copyDirectory = (from: string, to: string, options: CopyOptions): void => {
    // std::filesystem::create_directories of nothing.
    if (to === '') throw stdException(Errno.EINVAL, 'cp', to);
    const { errno } = context.sys.fs.mkdirAll(paths.absolute(to), 0o777 & ~context.sys.umask());
    check(done(errno, 'mkdir', to));
    // All names before the first copy: what appears in the source meanwhile is not copied.
    const entries = listDirectory(context, from, 'scandir');
    if (entries instanceof Failure) throw requests.error(entries);
    for (const { name } of entries) copyEntry(`${from}/${name}`, `${to}/${name}`, options);
  };

  return {
    cpSyncOverrideFile,

    cpSyncCopyDir(
      source: unknown,
      target: unknown,
      force: boolean,
      _dereference: boolean,
      errorOnExist: boolean,
      verbatimSymlinks: boolean,
      preserveTimestamps: boolean,
    ): void {
      copyDirectory(paths.text(source), paths.text(target), {
        force,
        errorOnExist,
        verbatimSymlinks,
        preserveTimestamps,
      });
    },
  };
}
