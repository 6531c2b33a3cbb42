import { OpenFlags } from '@slipway/vfs';
import { openDescriptor } from './descriptor-operations.ts';
import { Errno } from './errno.ts';
import type { FsContext } from './fs-context.ts';
import { maySpecial } from './special-files.ts';

export const CopyMode = { exclusive: 1, cloneForced: 4 } as const;
const CHUNK = 64 * 1024;

/** uv_fs_copyfile: 0 or a negative errno. */
export function copyFile(context: FsContext, from: string, to: string, mode: number): number {
  // No file here shares blocks with another.
  if ((mode & CopyMode.cloneForced) !== 0) return Errno.ENOTSUP;
  const [source, target] = [context.paths.absolute(from), context.paths.absolute(to)];
  const exclusive = (mode & CopyMode.exclusive) !== 0;
  if (!maySpecial(source) && !maySpecial(target)) return context.sys.fs.copyFile(source, target, exclusive);
  return copyThrough(context, from, to, exclusive);
}

/** Devices are read and written as such. */
function copyThrough(context: FsContext, from: string, to: string, exclusive: boolean): number {
  const { descriptors } = context.sys;
  const source = openDescriptor(context, from, OpenFlags.rdonly, 0);
  if (source < 0) return source;
  const flags = OpenFlags.wronly | OpenFlags.creat | (exclusive ? OpenFlags.excl : OpenFlags.trunc);
  const target = openDescriptor(context, to, flags, 0o666);
  let errno = Math.min(target, 0);
  const chunk = new Uint8Array(CHUNK);
  while (errno >= 0) {
    const count = descriptors.read(source, chunk, null);
    if (count === 0) break;
    errno = count < 0 ? count : descriptors.write(target, chunk.subarray(0, count), null);
  }
  descriptors.close(source);
  if (target >= 0) descriptors.close(target);
  return Math.min(errno, 0);
}
