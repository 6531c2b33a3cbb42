/**
 * What a process worker has under its feet: files, descriptors, the kernel.
 * `node-bindings` and `shell` are written against this and nothing else.
 */
import type { Vfs } from '@slipway/vfs';
import type { FileOffset } from './client/file-offset.ts';
import type { ChannelEnd, DescriptorEnd, ExecRequest, ExitStatus, KernelMessage, Parcel, ProcessInfo, ProcessMessage, SpawnRequest, StartMessage } from './contract.ts';
import type { DatagramOptions } from './datagram-table.ts';
import type { BindOptions } from './port-table.ts';
import type { Ring } from './ring.ts';

/** An open descriptor of this process. */
export type Descriptor = FileDescriptor | StreamDescriptor | DeviceDescriptor;

export interface FileDescriptor {
  readonly kind: 'file';
  readonly ino: number;
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

export interface DeviceDescriptor {
  readonly kind: 'device';
  readonly device: 'null' | 'zero' | 'random';
}

export interface DescriptorTable {
  /** open(2): a descriptor number or a negative errno. Knows /dev/null, /dev/zero, /dev/urandom, /dev/tty, /dev/std*, /dev/fd/N. */
  open(path: string, flags: number, mode: number): number;
  get(fd: number): Descriptor | undefined;
  /** Lowest free number >= `from`. */
  install(descriptor: Descriptor, from?: number): number;
  close(fd: number): number;
  dup(fd: number): number;
  dup2(from: number, to: number): number;
  /** read(2). `position` null = at the offset. Blocks on an empty stream unless `block` is false (-EAGAIN). */
  read(fd: number, into: Uint8Array, position: number | null, block?: boolean): number;
  /** write(2), whole: blocks until every byte is in. -EPIPE when nobody can read it. */
  write(fd: number, bytes: Uint8Array, position: number | null): number;
  /** pipe(2). */
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

export interface KernelClient {
  post(message: ProcessMessage, transfer?: readonly unknown[]): void;
  /** Asks and blocks this worker until the kernel has answered. */
  spawn(request: SpawnRequest): { readonly errno: number; readonly pid: number };
  /** execve(2): a negative errno, or it does not return. */
  exec(request: ExecRequest): number;
  wait(pid: number, hang?: boolean): { readonly errno: number; readonly pid: number; readonly status: ExitStatus | null };
  kill(pid: number, signal: string): number;
  /** bind(2) and listen(2); a `listener` that was bound or received before is listened on. */
  listen(listener: number, host: string, port: number, bindOnly?: boolean, options?: BindOptions): { readonly errno: number; readonly port: number };
  /** A socket for datagrams; they come as `datagram` messages. */
  bindDatagrams(socket: number, host: string, port: number, options: DatagramOptions): { readonly errno: number; readonly port: number };
  /** Sends a descriptor to whoever reads what is written to `channel` from now on. */
  pass(channel: ChannelEnd, parcel: Parcel): number;
  setTtyRaw(channel: number, raw: boolean): number;
  setForeground(channel: number, pgid: number): number;
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

export interface ProcessSystem {
  readonly start: StartMessage;
  readonly fs: Vfs;
  readonly descriptors: DescriptorTable;
  readonly kernel: KernelClient;
  cwd(): string;
  /** chdir(2): 0 or a negative errno. */
  chdir(path: string): number;
  /** The working directory as threads follow it; made with the first call. */
  shareCwd(): SharedArrayBuffer;
  umask(mask?: number): number;
  /** `path` against the working directory, not normalised. */
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
