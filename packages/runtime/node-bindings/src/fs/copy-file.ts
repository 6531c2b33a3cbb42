import { Errno, OpenFlags } from '@slipway/posix';
import { openDescriptor } from './descriptor-operations.ts';
import type { FsContext } from './fs-context.ts';
import { maySpecial } from './special-files.ts';

/**
 * Those COPYFILE_* flags of `fs.constants` that matter here. COPYFILE_FICLONE (2) only asks for sharing where that
 * can be done, so ignoring it is right.
 */
export const CopyMode = { exclusive: 1, cloneForced: 4 } as const;
/** What uv_fs_copyfile would hand to sendfile(2) is read and written by such pieces, in bytes. */
const CHUNK = 64 * 1024;

/** uv_fs_copyfile: 0 or a negative errno. */
export function copyFile(context: FsContext, from: string, to: string, mode: number): number {
  // No file here shares blocks with another.
  if ((mode & CopyMode.cloneForced) !== 0) return Errno.ENOTSUP;
  const [source, target] = [context.paths.absolute(from), context.paths.absolute(to)];
  const exclusive = (mode & CopyMode.exclusive) !== 0;
  // One call of the file system: whole or not at all, so no reader sees half a copy.
  if (!maySpecial(source) && !maySpecial(target)) return context.sys.fs.copyFile(source, target, exclusive);
  return copyThrough(context, from, to, exclusive);
}

/**
 * For a path under /dev or /proc/self/fd at either end: the file system's own copy knows no devices and no
 * descriptors, so the bytes go through open, read and write.
 */
function copyThrough(context: FsContext, from: string, to: string, exclusive: boolean): number {
  const { descriptors } = context.sys;
  const source = openDescriptor(context, from, OpenFlags.rdonly, 0);
  if (source < 0) return source;
  // Truncated only where the copy may overwrite; with COPYFILE_EXCL an existing target is EEXIST.
  const flags = OpenFlags.wronly | OpenFlags.creat | (exclusive ? OpenFlags.excl : OpenFlags.trunc);
  const target = openDescriptor(context, to, flags, 0o666);
  let errno = Math.min(target, 0);
  const chunk = new Uint8Array(CHUNK);
  while (errno >= 0) {
    const count = descriptors.read(source, chunk, null);
    if (count === 0) break;
    errno = count < 0 ? count : descriptors.write(target, chunk.subarray(0, count), null);
  }
  // Both are closed whatever happened. A target half written stays, where uv_fs_copyfile removes it: mostly it is a
  // device; only a copy from one may leave half a file.
  descriptors.close(source);
  if (target >= 0) descriptors.close(target);
  return Math.min(errno, 0);
}
