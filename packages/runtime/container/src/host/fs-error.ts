import { errnoName, uvStrerror } from '@slipway/posix';

/** Node's error for a failed file system call, from a raw errno. */
export class FsError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;

  /** `errno` is negative. Paths are shown as the caller wrote them. */
  constructor(errno: number, syscall: string, path?: string, dest?: string) {
    const code = errnoName(errno);
    const text = uvStrerror(errno);
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
