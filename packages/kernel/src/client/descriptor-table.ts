import { OpenFlags, type Vfs } from '@slipway/vfs';
import type { ChannelEnd, DescriptorEnd } from '../contract.ts';
import { Errno } from '../errno.ts';
import type { Descriptor, DescriptorTable, KernelClient, StreamDescriptor } from '../process-system.ts';
import { takeTtyEof } from '../pty.ts';
import { Ring } from '../ring.ts';
import { FileOffset } from './file-offset.ts';

/** RLIMIT_NOFILE of the containers. */
const MAX_DESCRIPTORS = 4096;

export interface DescriptorTableOptions {
  readonly fs: Vfs;
  readonly kernel: KernelClient;
  readonly slot: number;
  /** See Ring: not 0 once the process has ended. */
  readonly halted: Int32Array;
  readonly fillRandom: (into: Uint8Array) => void;
}

/** Descriptors of one process: POSIX numbers over inodes, rings and devices. */
export function createDescriptorTable({ fs, kernel, slot, halted, fillRandom }: DescriptorTableOptions): DescriptorTable & { receive(ends: readonly (DescriptorEnd | null)[]): void } {
  const open = new Map<number, Descriptor>();
  /** Numbers that share one open file description; the last close closes it. */
  const shares = new Map<Descriptor, number>();

  const lowestFree = (from: number): number => {
    let fd = from;
    while (open.has(fd)) fd++;
    return fd;
  };

  const put = (fd: number, descriptor: Descriptor): number => {
    if (fd >= MAX_DESCRIPTORS) return Errno.EMFILE;
    open.set(fd, descriptor);
    shares.set(descriptor, (shares.get(descriptor) ?? 0) + 1);
    return fd;
  };

  const letGo = (descriptor: Descriptor): void => {
    const left = (shares.get(descriptor) ?? 1) - 1;
    if (left > 0) {
      shares.set(descriptor, left);
      return;
    }
    shares.delete(descriptor);
    if (descriptor.kind === 'file') fs.release(descriptor.ino);
    else if (descriptor.kind === 'stream') releaseStream(descriptor);
  };

  /** How often this process has each side of a channel: the kernel counts processes, not descriptors (`2>&1` gives two). */
  const sides = new Map<string, number>();
  const sideOf = ({ id, side }: ChannelEnd): string => `${id} ${side}`;

  const releaseStream = ({ end }: StreamDescriptor): void => {
    const left = (sides.get(sideOf(end)) ?? 1) - 1;
    if (left > 0) {
      sides.set(sideOf(end), left);
      return;
    }
    sides.delete(sideOf(end));
    kernel.post({ type: 'channel-close', id: end.id, side: end.side });
  };

  const adopt = (end: ChannelEnd): StreamDescriptor => {
    sides.set(sideOf(end), (sides.get(sideOf(end)) ?? 0) + 1);
    const output = end.rings[end.side];
    const input = end.rings[end.side === 0 ? 1 : 0];
    return { kind: 'stream', end, input: input === null ? null : new Ring(input, slot, halted), output: output === null ? null : new Ring(output, slot, halted) };
  };

  const close = (fd: number): number => {
    const descriptor = open.get(fd);
    if (descriptor === undefined) return Errno.EBADF;
    open.delete(fd);
    letGo(descriptor);
    return 0;
  };

  const dup2 = (from: number, to: number): number => {
    const descriptor = open.get(from);
    if (descriptor === undefined || to < 0) return Errno.EBADF;
    if (from === to) return to;
    close(to);
    return put(to, descriptor);
  };

  const openDevice = (path: string): number | undefined => {
    if (!path.startsWith('/dev/') && !path.startsWith('/proc/self/fd/')) return undefined;
    switch (path) {
      case '/dev/null':
        return put(lowestFree(0), { kind: 'device', device: 'null' });
      case '/dev/zero':
        return put(lowestFree(0), { kind: 'device', device: 'zero' });
      case '/dev/random':
      case '/dev/urandom':
        return put(lowestFree(0), { kind: 'device', device: 'random' });
      case '/dev/stdin':
        return duplicate(0);
      case '/dev/stdout':
        return duplicate(1);
      case '/dev/stderr':
        return duplicate(2);
      case '/dev/tty': {
        const tty = [...open].find(([, descriptor]) => descriptor.kind === 'stream' && descriptor.end.as === 'tty');
        return tty === undefined ? Errno.ENOENT : duplicate(tty[0]);
      }
      default: {
        const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
        if (match === null) return undefined;
        // A number that is not open is a name that does not exist.
        return open.has(Number(match[1])) ? duplicate(Number(match[1])) : Errno.ENOENT;
      }
    }
  };

  const duplicate = (fd: number, from = 0): number => {
    const descriptor = open.get(fd);
    return descriptor === undefined ? Errno.EBADF : put(lowestFree(from), descriptor);
  };

  const readStream = (stream: StreamDescriptor, into: Uint8Array, block: boolean): number => {
    const ring = stream.input;
    if (ring === null) return Errno.EBADF;
    for (;;) {
      const seen = ring.readableEvents;
      const count = ring.readSome(into);
      if (count > 0 || ring.ended) return count;
      if (stream.end.tty !== undefined && takeTtyEof(stream.end.tty)) return 0;
      if (!block) return Errno.EAGAIN;
      if (kernel.signalPending()) return Errno.EINTR;
      ring.waitForEventAfter(seen);
    }
  };

  const writeStream = (stream: StreamDescriptor, bytes: Uint8Array): number => {
    const ring = stream.output;
    if (ring === null) return Errno.EBADF;
    for (let rest = bytes; rest.length > 0; ) {
      if (ring.broken) return Errno.EPIPE;
      const count = ring.writeSome(rest);
      rest = rest.subarray(count);
      if (rest.length > 0) ring.waitWritable();
    }
    return bytes.length;
  };

  return {
    open(path, flags, mode) {
      const device = openDevice(path);
      if (device !== undefined) return device;
      if (open.size >= MAX_DESCRIPTORS) return Errno.EMFILE;
      const ino = fs.open(path, flags, mode);
      if (ino < 0) return ino;
      const fd = put(lowestFree(0), { kind: 'file', ino, flags, offset: new FileOffset() });
      if (fd < 0) fs.release(ino);
      return fd;
    },
    get: (fd) => open.get(fd),
    install: (descriptor, from = 0) => put(lowestFree(from), descriptor),
    close,
    dup: (fd) => duplicate(fd),
    dup2,
    read(fd, into, position, block = true) {
      const descriptor = open.get(fd);
      if (descriptor === undefined) return Errno.EBADF;
      switch (descriptor.kind) {
        case 'device':
          if (descriptor.device === 'null') return 0;
          if (descriptor.device === 'zero') into.fill(0);
          else fillRandom(into);
          return into.length;
        case 'stream':
          return position === null ? readStream(descriptor, into, block) : Errno.ESPIPE;
        case 'file': {
          if ((descriptor.flags & OpenFlags.accmode) === OpenFlags.wronly) return Errno.EBADF;
          const at = position ?? descriptor.offset.position;
          const count = fs.read(descriptor.ino, at, into);
          if (count > 0 && position === null) descriptor.offset.position = at + count;
          return count;
        }
      }
    },
    write(fd, bytes, position) {
      const descriptor = open.get(fd);
      if (descriptor === undefined) return Errno.EBADF;
      switch (descriptor.kind) {
        case 'device':
          return bytes.length;
        case 'stream':
          return writeStream(descriptor, bytes);
        case 'file': {
          if ((descriptor.flags & OpenFlags.accmode) === OpenFlags.rdonly) return Errno.EBADF;
          // Linux: with O_APPEND the position of pwrite(2) is ignored.
          if ((descriptor.flags & OpenFlags.append) !== 0) {
            const count = fs.append(descriptor.ino, bytes);
            if (count >= 0 && position === null) {
              const stat = fs.stat(descriptor.ino);
              if (typeof stat !== 'number') descriptor.offset.position = stat.size;
            }
            return count;
          }
          const at = position ?? descriptor.offset.position;
          const count = fs.write(descriptor.ino, at, bytes);
          if (count > 0 && position === null) descriptor.offset.position = at + count;
          return count;
        }
      }
    },
    pipe() {
      const ring = Ring.allocate();
      const id = kernel.nextId();
      const rings = [ring, null] as const;
      kernel.post({ type: 'channel', id, rings, sides: [0, 1] });
      const write = put(lowestFree(0), adopt({ kind: 'channel', id, side: 0, rings, as: 'pipe' }));
      const read = put(lowestFree(0), adopt({ kind: 'channel', id, side: 1, rings, as: 'pipe' }));
      return { read, write };
    },
    pair(as) {
      const rings = [Ring.allocate(), Ring.allocate()] as const;
      const id = kernel.nextId();
      kernel.post({ type: 'channel', id, rings, sides: [0, 1] });
      return [adopt({ kind: 'channel', id, side: 0, rings, as }), adopt({ kind: 'channel', id, side: 1, rings, as })];
    },
    releaseStream,
    adopt,
    endOf(fd) {
      const descriptor = open.get(fd);
      if (descriptor === undefined) return null;
      switch (descriptor.kind) {
        case 'device':
          return { kind: 'device', device: descriptor.device };
        case 'stream':
          return descriptor.end;
        case 'file':
          return { kind: 'file', ino: descriptor.ino, flags: descriptor.flags, offset: descriptor.offset.share() };
      }
    },
    numbers: () => [...open.keys()].sort((a, b) => a - b),

    /** Builds the table a process starts with. A file that has vanished meanwhile is closed. */
    receive(ends) {
      ends.forEach((end, fd) => {
        if (end === null) return;
        if (end.kind === 'channel') put(fd, adopt(end));
        else if (end.kind === 'device') put(fd, { kind: 'device', device: end.device });
        else if (fs.retain(end.ino) === 0) put(fd, { kind: 'file', ino: end.ino, flags: end.flags, offset: new FileOffset(end.offset) });
      });
    },
  };
}
