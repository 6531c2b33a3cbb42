/**
 * What a process worker has under its feet: files, descriptors, the kernel.
 * `node-bindings` and `shell` are written against this and nothing else.
 */
import type { Vfs } from '@slipway/vfs';
import type { FileOffset } from './file-offset.ts';
import type {
  BindOptions,
  ChannelEnd,
  DatagramOptions,
  DescriptorEnd,
  ExecRequest,
  ExitStatus,
  KernelMessage,
  Parcel,
  ProcessInfo,
  ProcessMessage,
  SpawnRequest,
  StartMessage,
} from '../contract/messages.ts';
import type { Ring } from '../memory/ring.ts';

/** Told apart by `kind`; what a file, a pipe or a device can do differs by it. */
export type Descriptor = FileDescriptor | StreamDescriptor | DeviceDescriptor;

/**
 * A file or directory of the file system. It holds a reference
 * on the inode, so an unlinked file lives until the last close.
 */
export interface FileDescriptor {
  readonly kind: 'file';
  readonly ino: number;
  /** `OpenFlags` as given to open(2); the access mode decides whether read and write answer EBADF. */
  readonly flags: number;
  /** Of the open file description: shared by dup'ed descriptors and with children that inherit it. */
  readonly offset: FileOffset;
}

/** A pipe, socket or terminal end. Closing the last descriptor of it tells the kernel. */
export interface StreamDescriptor {
  readonly kind: 'stream';
  readonly end: ChannelEnd;
  /** The ring this side reads, or `null`. */
  readonly input: Ring | null;
  /** The ring this side writes, or `null`. */
  readonly output: Ring | null;
}

/** /dev/null, /dev/zero and /dev/urandom: every process serves them to itself. */
export interface DeviceDescriptor {
  readonly kind: 'device';
  readonly device: 'null' | 'zero' | 'random';
}

/**
 * The descriptors of one process. Calls give a number >= 0
 * or a negative errno, as the kernel's own do; none throws.
 */
export interface DescriptorTable {
  /**
   * open(2): a descriptor number or a negative errno. Knows /dev/null, /dev/zero,
   * /dev/urandom, /dev/tty, /dev/std*, /dev/fd/N.
   */
  open(path: string, flags: number, mode: number): number;
  /** `undefined` is EBADF. */
  get(fd: number): Descriptor | undefined;
  /** Lowest free number >= `from`. */
  install(descriptor: Descriptor, from?: number): number;
  /** close(2): 0 or EBADF. A stream tells the kernel when its last number of this process goes. */
  close(fd: number): number;
  /** dup(2): the lowest free number, on the same open file description (so with the same offset). */
  dup(fd: number): number;
  /** dup2(2): closes `to` first; the same number twice is only checked. */
  dup2(from: number, to: number): number;
  /** read(2). `position` null = at the offset. Blocks on an empty stream unless `block` is false (-EAGAIN). */
  read(fd: number, into: Uint8Array, position: number | null, block?: boolean): number;
  /** write(2), whole: blocks until every byte is in. -EPIPE when nobody can read it. */
  write(fd: number, bytes: Uint8Array, position: number | null): number;
  /** pipe(2); EMFILE as both numbers where two are no longer free. */
  pipe(): { readonly read: number; readonly write: number };
  /** A connected pair, both held by this process until given away (`socketpair`). */
  pair(as: 'pipe' | 'tcp'): readonly [StreamDescriptor, StreamDescriptor];
  /** Gives up a stream end that never got a number. */
  releaseStream(stream: StreamDescriptor): void;
  /** Wraps an end that arrived from the kernel (accept). */
  adopt(end: ChannelEnd): StreamDescriptor;
  /** How `fd` is described to a child in a spawn request; `null` if closed. */
  endOf(fd: number): DescriptorEnd | null;
  /** All open numbers, ascending. */
  numbers(): number[];
}

/**
 * The system calls that need the kernel. What is not posted blocks
 * this worker until the answer; numbers below 0 are errnos.
 */
export interface KernelClient {
  post(message: ProcessMessage, transfer?: readonly unknown[]): void;
  /** Asks and blocks this worker until the kernel has answered. */
  spawn(request: SpawnRequest): { readonly errno: number; readonly pid: number };
  /** execve(2): a negative errno, or it does not return. */
  exec(request: ExecRequest): number;
  /**
   * wait(2). `hang` false is WNOHANG: pid 0 where none
   * has ended. ECHILD where there is nothing to wait for.
   */
  wait(
    pid: number,
    hang?: boolean,
  ): { readonly errno: number; readonly pid: number; readonly status: ExitStatus | null };
  /**
   * kill(2) of a pid, of a group (-pgid), of the own group
   * (0). Signal `0` only asks whether there is somebody.
   */
  kill(pid: number, signal: string): number;
  /** bind(2) and listen(2); a `listener` that was bound or received before is listened on. */
  listen(
    listener: number,
    host: string,
    port: number,
    bindOnly?: boolean,
    options?: BindOptions,
  ): { readonly errno: number; readonly port: number };
  /** A socket for datagrams; they come as `datagram` messages. */
  bindDatagrams(
    socket: number,
    host: string,
    port: number,
    options: DatagramOptions,
  ): { readonly errno: number; readonly port: number };
  /** Sends a descriptor to whoever reads what is written to `channel` from now on. */
  pass(channel: ChannelEnd, parcel: Parcel): number;
  /**
   * Raw: no line editing, no echo, no signals from keys
   * (cfmakeraw(3)). The kernel undoes it when the process ends.
   */
  setTtyRaw(channel: number, raw: boolean): number;
  /** tcsetpgrp(3). */
  setForeground(channel: number, pgid: number): number;
  /**
   * Every process of the container, by pid: what ps(1)
   * shows. Asked for in pieces, as the reply page is small.
   */
  processes(): readonly ProcessInfo[];
  /** True when a watched signal waits for `takeSignals`. Only the shell's image gets signals this way. */
  signalPending(): boolean;
  /**
   * The watched signals that have come, for a program that never returns to its
   * message queue. A blocked `wait` and a blocked read of its standard
   * descriptors end with -EINTR when one comes.
   */
  takeSignals(): readonly string[];
  /** A number nobody else in the container has: channels, listeners, connections, threads. */
  nextId(): number;
  /** Called for every message after `start`; exactly one receiver per process. */
  onMessage(receiver: (message: KernelMessage, ports: readonly unknown[]) => void): void;
}

/**
 * Everything below a program, of any image. One per
 * worker; a thread has its own, with its own descriptors.
 */
export interface ProcessSystem {
  /**
   * What the program was started with. `cwd` and `umask`
   * in it are the first ones: ask `cwd()` and `umask()`.
   */
  readonly start: StartMessage;
  readonly fs: Vfs;
  readonly descriptors: DescriptorTable;
  readonly kernel: KernelClient;
  cwd(): string;
  /** chdir(2): 0 or a negative errno. */
  chdir(path: string): number;
  /** The working directory as threads follow it; made with the first call. */
  shareCwd(): SharedArrayBuffer;
  /** umask(2): the mask before; without an argument nothing is changed. */
  umask(mask?: number): number;
  /** `path` against the working directory, not normalised; the empty path stays empty and names nothing. */
  absolute(path: string): string;
  /**
   * Ends the process and returns, for a caller that does nothing afterwards: a
   * worker that is back in its message queue ends at once, one that waits in
   * `exit` is given two seconds by the browser, and keeps its memory as long.
   */
  leave(status: ExitStatus): void;
  /** Ends the process: flushes nothing (rings are already shared), never returns. */
  exit(status: ExitStatus): never;
}
