import { Errno, FileMode } from '@slipway/posix';
import type { Descriptor, ProcessSystem } from '@slipway/kernel';
import type { Stat } from '@slipway/vfs';

/**
 * Files that are not in the file system: `/dev/null` and its like, and what
 * lies behind a descriptor that is no file.
 */
const DEVICES: Readonly<Record<string, number>> = {
  '/dev/null': 0o666,
  '/dev/zero': 0o666,
  '/dev/random': 0o666,
  '/dev/urandom': 0o666,
  '/dev/tty': 0o666,
};
/** Linux has links to /proc/self/fd/N there; here the number is what they are. */
const STREAMS: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };

/** Only such paths can be special; everything else need not ask further. */
export const maySpecial = (path: string): boolean => path.startsWith('/dev/') || path.startsWith('/proc/self/fd/');

/** stat(2) of a special path; `undefined` when it is an ordinary one. */
export function statSpecial(sys: ProcessSystem, path: string): Stat | number | undefined {
  if (!maySpecial(path)) return undefined;
  if (path in DEVICES) return makeStat(FileMode.char | DEVICES[path]!, 1, sys.start.startedAtMs);
  // A descriptor by name; one that is not open is EBADF here and ENOENT for open(2).
  const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
  const fd = STREAMS[path] ?? (match === null ? undefined : Number(match[1]));
  return fd === undefined ? undefined : statDescriptor(sys, fd);
}

/** fstat(2): a Stat or a negative errno. Streams show the kernel's id as inode, so two ends can be told apart. */
export function statDescriptor(sys: ProcessSystem, fd: number): Stat | number {
  const descriptor = sys.descriptors.get(fd);
  if (descriptor === undefined) return Errno.EBADF;
  if (descriptor.kind === 'file') return sys.fs.stat(descriptor.ino);
  return makeStat(typeOf(descriptor), descriptor.kind === 'stream' ? descriptor.end.id : 1, sys.start.startedAtMs);
}

/** Type and permissions as Linux shows them for a terminal, a socket and a pipe. */
function typeOf(descriptor: Descriptor): number {
  if (descriptor.kind !== 'stream') return FileMode.char | 0o666;
  switch (descriptor.end.as) {
    case 'tty':
      return FileMode.char | 0o620;
    case 'tcp':
      return FileMode.socket | 0o777;
    case 'pipe':
      return FileMode.fifo | 0o600;
  }
}

const makeStat = (mode: number, ino: number, timeMs: number): Stat => ({
  ino,
  mode,
  nlink: 1,
  uid: 0,
  gid: 0,
  // Device 1:3, that of /dev/null; nothing else of it is read.
  rdev: (mode & FileMode.typeMask) === FileMode.char ? 0x103 : 0,
  size: 0,
  blocks: 0,
  atimeMs: timeMs,
  mtimeMs: timeMs,
  ctimeMs: timeMs,
  birthtimeMs: timeMs,
});
