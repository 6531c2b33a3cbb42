/** Negative Linux error numbers these bindings themselves give out. */
export const Errno = {
  ENOENT: -2, EINTR: -4, EBADF: -9, EAGAIN: -11, EACCES: -13, EEXIST: -17, ENOTDIR: -20, EISDIR: -21, EINVAL: -22, ENOSPC: -28, ESPIPE: -29, EPIPE: -32,
  ENOSYS: -38, ENOTEMPTY: -39, ENOTSUP: -95, ESTALE: -116,
} as const;

/** File type bits of st_mode, and the permission bits. */
export const FileType = {
  mask: 0o170000, file: 0o100000, directory: 0o040000, link: 0o120000, fifo: 0o010000, socket: 0o140000, char: 0o020000, permissions: 0o7777,
} as const;
