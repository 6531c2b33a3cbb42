import { FileMode } from '@slipway/posix';
import type { Stat } from '@slipway/vfs';
import { codedError } from '@slipway/node-values';
import type { FsContext } from './fs-context.ts';
import { Failure } from './outcome.ts';
import { statPath } from './stat-operations.ts';

/** How copying looks at files and fails; `check` throws what a call answered, unless all went well. */
export interface CopyLookups {
  /** Throws the error of `syscall` when the path leads nowhere. */
  mustStat(path: string, follow: boolean, syscall: string): Stat;
  /** `undefined` for any reason, "permission denied" as well: std::filesystem's status() with an error code. */
  getStat(path: string, follow: boolean): Stat | undefined;
  check(failure: Failure | undefined): void;
}

/** Throws a coded error (THROW_ERR_FS_CP_*). */
export function fail(code: string, message: string): never {
  throw codedError(Error, code, message);
}

/** Over one realm's file system, devices included; each call looks anew, so what was checked may have changed. */
export function createCopyLookups(context: FsContext): CopyLookups {
  const { requests } = context;
  return {
    mustStat(path, follow, syscall) {
      const stat = statPath(context, path, follow);
      if (typeof stat === 'number') throw requests.error(new Failure(stat, syscall, path));
      return stat;
    },
    getStat(path, follow) {
      const stat = statPath(context, path, follow);
      return typeof stat === 'number' ? undefined : stat;
    },
    check(failure) {
      if (failure !== undefined) throw requests.error(failure);
    },
  };
}

/** Whether the file is there and is of the type (FileMode). */
export const isType = (stat: Stat | undefined, type: number): boolean =>
  stat !== undefined && (stat.mode & FileMode.typeMask) === type;

/** With a slash behind it: so `/data` is no prefix of `/data2`. */
export const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
/** std::filesystem::path::parent_path: '' for a bare name, '/' for what lies in the root. */
export const parentOf = (path: string): string =>
  path.slice(0, Math.max(path.lastIndexOf('/'), path.startsWith('/') ? 1 : 0));
/** Whether `path` lies below `folder`, by name. */
export const isInside = (path: string, folder: string): boolean => path.startsWith(withSlash(folder));
