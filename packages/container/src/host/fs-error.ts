/** Node's error for a failed file system call, from a raw errno. Texts: libuv, uv_strerror. */
const names: Readonly<Record<number, readonly [code: string, text: string]>> = {
  1: ['EPERM', 'operation not permitted'],
  2: ['ENOENT', 'no such file or directory'],
  3: ['ESRCH', 'no such process'],
  5: ['EIO', 'i/o error'],
  7: ['E2BIG', 'argument list too long'],
  8: ['ENOEXEC', 'exec format error'],
  9: ['EBADF', 'bad file descriptor'],
  11: ['EAGAIN', 'resource temporarily unavailable'],
  12: ['ENOMEM', 'not enough memory'],
  13: ['EACCES', 'permission denied'],
  16: ['EBUSY', 'resource busy or locked'],
  17: ['EEXIST', 'file already exists'],
  18: ['EXDEV', 'cross-device link not permitted'],
  20: ['ENOTDIR', 'not a directory'],
  21: ['EISDIR', 'illegal operation on a directory'],
  22: ['EINVAL', 'invalid argument'],
  23: ['ENFILE', 'file table overflow'],
  24: ['EMFILE', 'too many open files'],
  27: ['EFBIG', 'file too large'],
  28: ['ENOSPC', 'no space left on device'],
  30: ['EROFS', 'read-only file system'],
  31: ['EMLINK', 'too many links'],
  36: ['ENAMETOOLONG', 'name too long'],
  38: ['ENOSYS', 'function not implemented'],
  39: ['ENOTEMPTY', 'directory not empty'],
  40: ['ELOOP', 'too many symbolic links encountered'],
  75: ['EOVERFLOW', 'value too large for defined data type'],
  98: ['EADDRINUSE', 'address already in use'],
  101: ['ENETUNREACH', 'network is unreachable'],
  111: ['ECONNREFUSED', 'connection refused'],
  116: ['ESTALE', 'stale file handle'],
};

export function errnoName(errno: number): string {
  return names[-errno]?.[0] ?? `E${-errno}`;
}

export class FsError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;

  /** `errno` is negative. Paths are shown as the caller wrote them. */
  constructor(errno: number, syscall: string, path?: string, dest?: string) {
    const [code, text] = names[-errno] ?? [`E${-errno}`, 'unknown error'];
    const where = path === undefined ? '' : dest === undefined ? ` '${path}'` : ` '${path}' -> '${dest}'`;
    super(`${code}: ${text}, ${syscall}${where}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
    if (path !== undefined) this.path = path;
    if (dest !== undefined) this.dest = dest;
  }
}

/** The result of a call that returned it, or the error it stands for. */
export function must<T>(result: T | number, syscall: string, path?: string, dest?: string): T {
  if (typeof result === 'number' && result < 0) throw new FsError(result, syscall, path, dest);
  return result as T;
}
