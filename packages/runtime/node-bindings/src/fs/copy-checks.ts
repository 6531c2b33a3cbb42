import { FileMode } from '@slipway/posix';
import type { Foreign } from '../realm/realm.ts';
import { createCopyLookups, fail, isInside, isType, parentOf, withSlash } from './copy-lookups.ts';
import type { FsContext } from './fs-context.ts';
import { done } from './outcome.ts';

/**
 * What cpSync finds out before it copies. Reference: CpSyncCheckPaths, Node src/node_file.cc. Throws coded errors
 * (ERR_FS_CP_*) in the order in which Node finds the reasons; a missing parent of the target is made.
 */
export function createCopyChecks(context: FsContext): Foreign {
  const { paths } = context;
  const { mustStat, getStat, check } = createCopyLookups(context);
  return {
    cpSyncCheckPaths(source: unknown, target: unknown, dereference: boolean, recursive: boolean): void {
      // As given, since the messages show them so; only `toFull` and `fromFull` are absolute.
      const [from, to] = [paths.text(source), paths.text(target)];
      const sourceStat = mustStat(from, dereference, dereference ? 'stat' : 'lstat');
      const targetStat = getStat(to, dereference);
      const sourceIsDirectory = isType(sourceStat, FileMode.directory);
      const targetIsDirectory = isType(targetStat, FileMode.directory);
      // By inode, not by name: a link may lead from one to the other.
      if (targetStat?.ino === sourceStat.ino) fail('ERR_FS_CP_EINVAL', `src and dest cannot be the same ${to}`);
      if (sourceIsDirectory && targetStat !== undefined && !targetIsDirectory) {
        fail('ERR_FS_CP_DIR_TO_NON_DIR', `Cannot overwrite non-directory ${to} with directory ${from}`);
      }
      if (!sourceIsDirectory && targetIsDirectory)
        fail('ERR_FS_CP_NON_DIR_TO_DIR', `Cannot overwrite directory ${to} with non-directory ${from}`);
      const path = context.realm.requireBuiltin('path');
      const [fromFull, toFull]: [string, string] = [
        path.resolve(paths.absolute(from)),
        path.resolve(paths.absolute(to)),
      ];
      // Else the copy would find itself among what it has to copy, without end.
      if (sourceIsDirectory && isInside(toFull, fromFull))
        fail('ERR_FS_CP_EINVAL', `Cannot copy ${withSlash(from)} to a subdirectory of self ${to}`);
      // A directory above the target may be the source under another name.
      for (
        let above = parentOf(to);
        sourceIsDirectory && above !== parentOf(from) && !['', above].includes(parentOf(above));
        above = parentOf(above)
      ) {
        if (getStat(above, true)?.ino === sourceStat.ino)
          fail('ERR_FS_CP_EINVAL', `Cannot copy ${withSlash(from)} to a subdirectory of self ${to}`);
      }
      if (sourceIsDirectory && !recursive)
        fail('ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: ${withSlash(from)}`);
      if (isType(sourceStat, FileMode.socket)) fail('ERR_FS_CP_SOCKET', `Cannot copy a socket file: ${to}`);
      if (isType(sourceStat, FileMode.fifo)) fail('ERR_FS_CP_FIFO_PIPE', `Cannot copy a FIFO pipe: ${to}`);
      // std::filesystem::create_directories: the whole way, and no error where it exists.
      const parent: string = path.dirname(toFull);
      if (getStat(parent, true) === undefined)
        check(done(context.sys.fs.mkdirAll(parent, 0o777 & ~context.sys.umask()).errno, 'mkdir', parent));
    },
  };
}
