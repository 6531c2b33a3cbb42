import type { Descriptor, ProcessSystem } from '@slipway/kernel';
import type { Stat } from '@slipway/vfs';
import { Errno, FileType } from './errno.ts';

/**
 * Files that are not in the file system: `/dev/null` and its like, and what
 * lies behind a descriptor that is no file.
 */
const DEVICES: Readonly<Record<string, number>> = {
  '/dev/null': 0o666, '/dev/zero': 0o666, '/dev/random': 0o666, '/dev/urandom': 0o666, '/dev/tty': 0o666,
};
const STREAMS: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };

/** Only such paths can be special; everything else need not ask further. */
export const maySpecial = (path: string): boolean => path.startsWith('/dev/') || path.startsWith('/proc/self/fd/');

/** stat(2) of a special path; `undefined` when it is an ordinary one. */
export function statSpecial(sys: ProcessSystem, path: string): Stat | number | undefined {
  if (!maySpecial(path)) return undefined;
  if (path in DEVICES) return makeStat(FileType.char | DEVICES[path]!, 1, sys.start.startedAtMs);
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
  const fd = STREAMS[path] ?? (match === null ? undefined : Number(match[1]));
  return fd === undefined ? undefined : statDescriptor(sys, fd);
}

/** fstat(2) */
export function statDescriptor(sys: ProcessSystem, fd: number): Stat | number {
  const descriptor = sys.descriptors.get(fd);
  if (descriptor === undefined) return Errno.EBADF;
  if (descriptor.kind === 'file') return sys.fs.stat(descriptor.ino);
  return makeStat(typeOf(descriptor), descriptor.kind === 'stream' ? descriptor.end.id : 1, sys.start.startedAtMs);
}

function typeOf(descriptor: Descriptor): number {
  if (descriptor.kind !== 'stream') return FileType.char | 0o666;
  switch (descriptor.end.as) {
    case 'tty': return FileType.char | 0o620;
    case 'tcp': return FileType.socket | 0o777;
    case 'pipe': return FileType.fifo | 0o600;
  }
}

const makeStat = (mode: number, ino: number, timeMs: number): Stat => ({
  ino, mode, nlink: 1, uid: 0, gid: 0, rdev: (mode & FileType.mask) === FileType.char ? 0x103 : 0, size: 0, blocks: 0,
  atimeMs: timeMs, mtimeMs: timeMs, ctimeMs: timeMs, birthtimeMs: timeMs,
});
