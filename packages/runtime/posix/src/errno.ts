/**
 * Error numbers of Linux (asm-generic/errno.h), negative everywhere in this house as system calls and libuv return
 * them:
 * a result below zero is one of these, a result of zero or more is an answer.
 */
export const Errno = {
  EPERM: -1,
  ENOENT: -2,
  ESRCH: -3,
  EINTR: -4,
  EIO: -5,
  ENXIO: -6,
  E2BIG: -7,
  ENOEXEC: -8,
  EBADF: -9,
  ECHILD: -10,
  EAGAIN: -11,
  ENOMEM: -12,
  EACCES: -13,
  EBUSY: -16,
  EEXIST: -17,
  EXDEV: -18,
  ENOTDIR: -20,
  EISDIR: -21,
  EINVAL: -22,
  ENFILE: -23,
  EMFILE: -24,
  ENOTTY: -25,
  ETXTBSY: -26,
  EFBIG: -27,
  ENOSPC: -28,
  ESPIPE: -29,
  EROFS: -30,
  EMLINK: -31,
  EPIPE: -32,
  ENAMETOOLONG: -36,
  ENOSYS: -38,
  ENOTEMPTY: -39,
  ELOOP: -40,
  EOVERFLOW: -75,
  EDESTADDRREQ: -89,
  EMSGSIZE: -90,
  ENOTSUP: -95,
  EADDRINUSE: -98,
  EADDRNOTAVAIL: -99,
  ENETUNREACH: -101,
  ECONNRESET: -104,
  ENOBUFS: -105,
  EISCONN: -106,
  ENOTCONN: -107,
  ETIMEDOUT: -110,
  ECONNREFUSED: -111,
  EHOSTUNREACH: -113,
  ESTALE: -116,
  ECANCELED: -125,
} as const;

/** What Node shows as `code` of an error. */
export type ErrnoName = keyof typeof Errno;

const NAMES = new Map<number, ErrnoName>((Object.keys(Errno) as ErrnoName[]).map((name) => [Errno[name], name]));

/** `ENOENT` for -2; `E999` for a number without a name. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `E${-errno}`;
}
