import { type ErrnoName, errnoName } from './errno.ts';

/**
 * By name: the words of strerror(3) in glibc, and those of uv_strerror in libuv (which knows neither ECHILD nor
 * ESTALE).
 */
const TEXTS: Readonly<Record<ErrnoName, readonly [posix: string, uv: string]>> = {
  EPERM: ['Operation not permitted', 'operation not permitted'],
  ENOENT: ['No such file or directory', 'no such file or directory'],
  ESRCH: ['No such process', 'no such process'],
  EINTR: ['Interrupted system call', 'interrupted system call'],
  EIO: ['Input/output error', 'i/o error'],
  ENXIO: ['No such device or address', 'no such device or address'],
  E2BIG: ['Argument list too long', 'argument list too long'],
  ENOEXEC: ['Exec format error', 'exec format error'],
  EBADF: ['Bad file descriptor', 'bad file descriptor'],
  ECHILD: ['No child processes', 'unknown error'],
  EAGAIN: ['Resource temporarily unavailable', 'resource temporarily unavailable'],
  ENOMEM: ['Cannot allocate memory', 'not enough memory'],
  EACCES: ['Permission denied', 'permission denied'],
  EBUSY: ['Device or resource busy', 'resource busy or locked'],
  EEXIST: ['File exists', 'file already exists'],
  EXDEV: ['Invalid cross-device link', 'cross-device link not permitted'],
  ENOTDIR: ['Not a directory', 'not a directory'],
  EISDIR: ['Is a directory', 'illegal operation on a directory'],
  EINVAL: ['Invalid argument', 'invalid argument'],
  ENFILE: ['Too many open files in system', 'file table overflow'],
  EMFILE: ['Too many open files', 'too many open files'],
  ENOTTY: ['Inappropriate ioctl for device', 'inappropriate ioctl for device'],
  ETXTBSY: ['Text file busy', 'text file is busy'],
  EFBIG: ['File too large', 'file too large'],
  ENOSPC: ['No space left on device', 'no space left on device'],
  ESPIPE: ['Illegal seek', 'invalid seek'],
  EROFS: ['Read-only file system', 'read-only file system'],
  EMLINK: ['Too many links', 'too many links'],
  EPIPE: ['Broken pipe', 'broken pipe'],
  ENAMETOOLONG: ['File name too long', 'name too long'],
  ENOSYS: ['Function not implemented', 'function not implemented'],
  ENOTEMPTY: ['Directory not empty', 'directory not empty'],
  ELOOP: ['Too many levels of symbolic links', 'too many symbolic links encountered'],
  EOVERFLOW: ['Value too large for defined data type', 'value too large for defined data type'],
  EDESTADDRREQ: ['Destination address required', 'destination address required'],
  EMSGSIZE: ['Message too long', 'message too long'],
  ENOTSUP: ['Operation not supported', 'operation not supported on socket'],
  EADDRINUSE: ['Address already in use', 'address already in use'],
  EADDRNOTAVAIL: ['Cannot assign requested address', 'address not available'],
  ENETUNREACH: ['Network is unreachable', 'network is unreachable'],
  ECONNRESET: ['Connection reset by peer', 'connection reset by peer'],
  ENOBUFS: ['No buffer space available', 'no buffer space available'],
  EISCONN: ['Transport endpoint is already connected', 'socket is already connected'],
  ENOTCONN: ['Transport endpoint is not connected', 'socket is not connected'],
  ETIMEDOUT: ['Connection timed out', 'connection timed out'],
  ECONNREFUSED: ['Connection refused', 'connection refused'],
  EHOSTUNREACH: ['No route to host', 'host is unreachable'],
  ESTALE: ['Stale file handle', 'unknown error'],
  ECANCELED: ['Operation canceled', 'operation canceled'],
};

/** strerror(3) of a negative errno: what a POSIX command says. */
export function strerror(errno: number): string {
  return texts(errno)?.[0] ?? `Unknown error ${-errno}`;
}

/** uv_strerror of a negative errno: what Node says. */
export function uvStrerror(errno: number): string {
  return texts(errno)?.[1] ?? 'unknown error';
}

function texts(errno: number): readonly [string, string] | undefined {
  return (TEXTS as Readonly<Record<string, readonly [string, string]>>)[errnoName(errno)];
}
