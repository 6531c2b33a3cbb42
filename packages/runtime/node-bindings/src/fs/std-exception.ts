import { Errno, errnoName, strerror } from '@slipway/posix';
import { nativeError } from '@slipway/node-values';

/** What std::filesystem fails with here; anything else is libuv's to name. */
const WORDED: readonly number[] = [
  Errno.EPERM,
  Errno.EACCES,
  Errno.EEXIST,
  Errno.ENOTDIR,
  Errno.EINVAL,
  Errno.ENOTEMPTY,
];

/**
 * ErrnoException of src/api/exceptions.cc, for what Node does by std::filesystem:
 * the words of strerror(3) instead of libuv's, and a positive errno. `undefined`
 * for a number it has no words for here.
 */
export function stdException(errno: number, syscall: string, path: string, about = ''): Error | undefined {
  if (!WORDED.includes(errno)) return undefined;
  const code = errnoName(errno);
  return Object.assign(nativeError(Error, `${code}, ${strerror(errno)}${about} '${path}'`), {
    // Positive, unlike every errno that comes by libuv: std::error_code keeps the system's own.
    errno: -errno,
    code,
    path,
    syscall,
  });
}
