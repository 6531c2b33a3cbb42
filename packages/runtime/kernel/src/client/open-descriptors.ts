import { Errno, OpenFlags } from '@slipway/posix';
import { type Vfs } from '@slipway/vfs';
import type { ChannelEnd, DescriptorEnd } from '../contract/messages.ts';
import type {
  Descriptor,
  DescriptorTable,
  DeviceDescriptor,
  FileDescriptor,
  KernelClient,
  StreamDescriptor,
} from './process-system.ts';
import { Ring } from '../memory/ring.ts';
import { FileOffset } from './file-offset.ts';
import { StreamEnds } from './stream-ends.ts';

/** RLIMIT_NOFILE of the containers. */
const MAX_DESCRIPTORS = 4096;

/** The devices that a process serves to itself, by their names. */
const DEVICES: ReadonlyMap<string, DeviceDescriptor['device']> = new Map([
  ['/dev/null', 'null'],
  ['/dev/zero', 'zero'],
  ['/dev/random', 'random'],
  ['/dev/urandom', 'random'],
]);

/** Names that stand for a number: opening one is dup(2). */
const STANDARD: ReadonlyMap<string, number> = new Map([
  ['/dev/stdin', 0],
  ['/dev/stdout', 1],
  ['/dev/stderr', 2],
]);

/**
 * What the table works on. It holds references on inodes and channel
 * ends, and gives each back with the last number that has it.
 */
export interface OpenDescriptorsOptions {
  readonly fs: Vfs;
  readonly kernel: KernelClient;
  /** Names this worker in the lock words of rings. */
  readonly slot: number;
  /** See Ring: not 0 once the process has ended. */
  readonly halted: Int32Array;
  /** Bytes of /dev/urandom and /dev/random. */
  readonly fillRandom: (into: Uint8Array) => void;
}

/** Descriptors of one process: POSIX numbers over inodes, rings and devices. */
export class OpenDescriptors implements DescriptorTable {
  readonly #fs: Vfs;
  readonly #fillRandom: (into: Uint8Array) => void;
  readonly #streams: StreamEnds;
  readonly #open = new Map<number, Descriptor>();
  /** Numbers that share one open file description; the last close closes it. */
  readonly #shares = new Map<Descriptor, number>();

  constructor({ fs, kernel, slot, halted, fillRandom }: OpenDescriptorsOptions) {
    this.#fs = fs;
    this.#fillRandom = fillRandom;
    this.#streams = new StreamEnds(kernel, slot, halted);
  }

  open(path: string, flags: number, mode: number): number {
    const device = this.#openDevice(path);
    if (device !== undefined) return device;
    if (this.#open.size >= MAX_DESCRIPTORS) return Errno.EMFILE;
    const ino = this.#fs.open(path, flags, mode);
    if (ino < 0) return ino;
    const fd = this.install({ kind: 'file', ino, flags, offset: new FileOffset() });
    // The table was full: the inode that was just opened is nobody's.
    if (fd < 0) this.#fs.release(ino);
    return fd;
  }

  get(fd: number): Descriptor | undefined {
    return this.#open.get(fd);
  }

  install(descriptor: Descriptor, from = 0): number {
    let fd = from;
    // POSIX: always the lowest number that is free.
    while (this.#open.has(fd)) fd++;
    return this.#put(fd, descriptor);
  }

  close(fd: number): number {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) return Errno.EBADF;
    this.#open.delete(fd);
    this.#letGo(descriptor);
    return 0;
  }

  dup(fd: number): number {
    const descriptor = this.#open.get(fd);
    return descriptor === undefined ? Errno.EBADF : this.install(descriptor);
  }

  dup2(from: number, to: number): number {
    const descriptor = this.#open.get(from);
    // Linux: a number that no process can have is a bad one, not one too many.
    if (descriptor === undefined || to < 0 || to >= MAX_DESCRIPTORS) return Errno.EBADF;
    // dup2(2): nothing is closed.
    if (from === to) return to;
    this.close(to);
    return this.#put(to, descriptor);
  }

  read(fd: number, into: Uint8Array, position: number | null, block = true): number {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) return Errno.EBADF;
    switch (descriptor.kind) {
      case 'device':
        // null(4): at its end at once.
        if (descriptor.device === 'null') return 0;
        if (descriptor.device === 'zero') into.fill(0);
        else this.#fillRandom(into);
        return into.length;
      case 'stream':
        return position === null ? this.#streams.read(descriptor, into, block) : Errno.ESPIPE;
      case 'file':
        return this.#readFile(descriptor, into, position);
    }
  }

  write(fd: number, bytes: Uint8Array, position: number | null): number {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) return Errno.EBADF;
    switch (descriptor.kind) {
      case 'device':
        return bytes.length;
      case 'stream':
        return this.#streams.write(descriptor, bytes);
      case 'file':
        return this.#writeFile(descriptor, bytes, position);
    }
  }

  pipe(): { readonly read: number; readonly write: number } {
    // Before the channel is made: an end without a number would never be closed, and its other end never end.
    if (this.#open.size > MAX_DESCRIPTORS - 2) return { read: Errno.EMFILE, write: Errno.EMFILE };
    const [into, out] = this.#streams.connect([Ring.allocate(), null], 'pipe');
    const write = this.install(into);
    const read = this.install(out);
    return { read, write };
  }

  pair(as: 'pipe' | 'tcp'): readonly [StreamDescriptor, StreamDescriptor] {
    return this.#streams.connect([Ring.allocate(), Ring.allocate()], as);
  }

  releaseStream(stream: StreamDescriptor): void {
    this.#streams.release(stream);
  }

  adopt(end: ChannelEnd): StreamDescriptor {
    return this.#streams.adopt(end);
  }

  endOf(fd: number): DescriptorEnd | null {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) return null;
    switch (descriptor.kind) {
      case 'device':
        return { kind: 'device', device: descriptor.device };
      case 'stream':
        return descriptor.end;
      case 'file':
        return { kind: 'file', ino: descriptor.ino, flags: descriptor.flags, offset: descriptor.offset.share() };
    }
  }

  /** What is open, lowest first. */
  numbers(): number[] {
    return [...this.#open.keys()].sort((a, b) => a - b);
  }

  /** Builds the table a process starts with. A file that has vanished meanwhile is closed. */
  receive(ends: readonly (DescriptorEnd | null)[]): void {
    ends.forEach((end, fd) => {
      if (end === null) return;
      if (end.kind === 'channel') this.#put(fd, this.adopt(end));
      else if (end.kind === 'device') this.#put(fd, { kind: 'device', device: end.device });
      else if (this.#fs.retain(end.ino) === 0)
        this.#put(fd, { kind: 'file', ino: end.ino, flags: end.flags, offset: new FileOffset(end.offset) });
    });
  }

  #put(fd: number, descriptor: Descriptor): number {
    if (fd >= MAX_DESCRIPTORS) return Errno.EMFILE;
    this.#open.set(fd, descriptor);
    this.#shares.set(descriptor, (this.#shares.get(descriptor) ?? 0) + 1);
    return fd;
  }

  /** One number less; with the last the inode or the end of the channel goes. */
  #letGo(descriptor: Descriptor): void {
    const left = (this.#shares.get(descriptor) ?? 1) - 1;
    if (left > 0) {
      this.#shares.set(descriptor, left);
      return;
    }
    this.#shares.delete(descriptor);
    if (descriptor.kind === 'file') this.#fs.release(descriptor.ino);
    else if (descriptor.kind === 'stream') this.#streams.release(descriptor);
  }

  /** A number or an errno; `undefined` where the path is none of the names that are served here. */
  #openDevice(path: string): number | undefined {
    const device = DEVICES.get(path);
    if (device !== undefined) return this.install({ kind: 'device', device });
    const standard = STANDARD.get(path);
    if (standard !== undefined) return this.dup(standard);
    if (path === '/dev/tty') {
      // The controlling terminal is whichever this process has open: there is one at most.
      const tty = [...this.#open].find(([, opened]) => opened.kind === 'stream' && opened.end.as === 'tty');
      return tty === undefined ? Errno.ENOENT : this.dup(tty[0]);
    }
    const match = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path);
    if (match === null) return undefined;
    // A number that is not open is a name that does not exist.
    return this.#open.has(Number(match[1])) ? this.dup(Number(match[1])) : Errno.ENOENT;
  }

  /** read(2) moves the offset, which all who share the description see; pread(2) leaves it. */
  #readFile({ ino, flags, offset }: FileDescriptor, into: Uint8Array, position: number | null): number {
    if ((flags & OpenFlags.accmode) === OpenFlags.wronly) return Errno.EBADF;
    const at = position ?? offset.position;
    const count = this.#fs.read(ino, at, into);
    if (count > 0 && position === null) offset.position = at + count;
    return count;
  }

  #writeFile({ ino, flags, offset }: FileDescriptor, bytes: Uint8Array, position: number | null): number {
    if ((flags & OpenFlags.accmode) === OpenFlags.rdonly) return Errno.EBADF;
    // Linux: with O_APPEND the position of pwrite(2) is ignored.
    if ((flags & OpenFlags.append) !== 0) {
      const count = this.#fs.append(ino, bytes);
      if (count >= 0 && position === null) {
        const stat = this.#fs.stat(ino);
        if (typeof stat !== 'number') offset.position = stat.size;
      }
      return count;
    }
    const at = position ?? offset.position;
    const count = this.#fs.write(ino, at, bytes);
    if (count > 0 && position === null) offset.position = at + count;
    return count;
  }
}
