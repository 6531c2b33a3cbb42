/** Error numbers and texts as strerror(3) of glibc gives them. */
const TEXTS: Readonly<Record<number, string>> = {
  1: 'Operation not permitted', 2: 'No such file or directory', 3: 'No such process', 4: 'Interrupted system call', 5: 'Input/output error',
  7: 'Argument list too long', 8: 'Exec format error', 9: 'Bad file descriptor', 10: 'No child processes', 11: 'Resource temporarily unavailable',
  12: 'Cannot allocate memory', 13: 'Permission denied', 17: 'File exists', 18: 'Invalid cross-device link', 20: 'Not a directory',
  21: 'Is a directory', 22: 'Invalid argument', 24: 'Too many open files', 25: 'Inappropriate ioctl for device', 26: 'Text file busy',
  27: 'File too large', 28: 'No space left on device', 29: 'Illegal seek', 30: 'Read-only file system', 32: 'Broken pipe',
  36: 'File name too long', 38: 'Function not implemented', 39: 'Directory not empty', 40: 'Too many levels of symbolic links',
};

export const ENOENT = -2;
export const EINTR = -4;
export const ENOEXEC = -8;
export const EBADF = -9;
export const EAGAIN = -11;
export const EACCES = -13;
export const EEXIST = -17;
export const ENOTDIR = -20;
export const EISDIR = -21;
export const EINVAL = -22;
export const EPIPE = -32;
export const ENOTEMPTY = -39;

export const errorText = (errno: number): string => TEXTS[Math.abs(errno)] ?? `Unknown error ${Math.abs(errno)}`;
