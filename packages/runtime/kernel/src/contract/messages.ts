/**
 * What a process and the kernel say to each other.
 *
 * A process is a worker. It talks to the kernel in two ways: `postMessage`
 * (ordered, never waits) and `callSync` (postMessage, then `Atomics.wait` on
 * the process's own reply page). The kernel answers by message or by filling
 * the reply page; it never waits for a process.
 *
 * Bytes never pass through the kernel: they go through rings in shared memory
 * (see `ring.ts`). The kernel only keeps the books: who holds which end, and
 * closes what a reaped process held.
 */
import type { EngineWork } from '../memory/engine-work.ts';
import type { ProgramKind } from './programs.ts';

/** One side of a channel: side 0 writes ring 0 and reads ring 1, side 1 the reverse. */
export type ChannelSide = 0 | 1;

/**
 * A channel end as it travels to a process. A pipe is a channel with one ring,
 * a socket or an IPC pair one with two.
 */
export interface ChannelEnd {
  readonly kind: 'channel';
  /** Unique while the container lives; taken from the control page. */
  readonly id: number;
  readonly side: ChannelSide;
  /** Rings by index; `null` where this direction does not exist. */
  readonly rings: readonly [SharedArrayBuffer | null, SharedArrayBuffer | null];
  /** What the program should see behind the descriptor. */
  readonly as: 'pipe' | 'tcp' | 'tty';
  /** Window size and modes of a terminal (see `pty.ts`); only where `as` is `tty`. */
  readonly tty?: SharedArrayBuffer;
}

/** An open file handed to a child: it opens its own reference on the inode. */
export interface FileEnd {
  readonly kind: 'file';
  readonly ino: number;
  readonly flags: number;
  /** One Float64: where it stands, for all who have it. */
  readonly offset: SharedArrayBuffer;
}

/** `/dev/null` and the like: no resource behind it. */
export interface DeviceEnd {
  readonly kind: 'device';
  readonly device: 'null' | 'zero' | 'random';
}

/** A descriptor in a message. The memory in it is shared, not copied: to receive it is to hold it. */
export type DescriptorEnd = ChannelEnd | FileEnd | DeviceEnd;

/** wait(2): how a process ended. Exactly one of the two is set. */
export type ExitStatus =
  | { readonly code: number; readonly signal: null }
  | { readonly code: null; readonly signal: string };

/** Sent once to a worker that has been created, before anything is known of its program. */
export interface BootMessage {
  readonly type: 'boot';
  /** What the worker will be, so that it can prepare. */
  readonly kind: ProgramKind;
  readonly vfs: SharedArrayBuffer;
  /** See control-page.ts. */
  readonly control: SharedArrayBuffer;
  /** See reply-page.ts; this worker's alone. */
  readonly reply: SharedArrayBuffer;
  /**
   * The worker's place in the file system and in lock
   * words. Reused once the worker is gone, unlike a pid.
   */
  readonly slot: number;
  /** Read-only data every worker shares, by name; the kernel passes it on unread. */
  readonly assets: Readonly<Record<string, SharedArrayBuffer>>;
}

/** Turns a booted worker into a process. */
export interface StartMessage {
  readonly type: 'start';
  readonly pid: number;
  readonly ppid: number;
  readonly program: ProgramKind;
  /** argv as execve(2) would give it: argv[0] is the name the caller used. */
  readonly argv: readonly string[];
  /** Absolute path of the image that runs (after PATH and `#!`). */
  readonly execPath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask: number;
  /** Descriptors by number; `null` = closed. */
  readonly descriptors: readonly (DescriptorEnd | null)[];
  /** Milliseconds since the epoch at which the parent asked for it. */
  readonly startedAtMs: number;
  /** Only for threads: what `internalBinding('worker')` of the parent gave. */
  readonly thread?: ThreadStart;
}

/** What a thread needs beside the message of a process: `new Worker()` of node:worker_threads. */
export interface ThreadStart {
  readonly threadId: number;
  readonly name: string;
  /** The script; `null` where the source is evaluated (`eval: true`). */
  readonly url: string | null;
  readonly execArgv: readonly string[];
  /** `null`: the environment is the parent's own, through `sharedEnv`. */
  readonly env: Readonly<Record<string, string>> | null;
  /** As lib orders them: young and old generation, code range, stack. Nothing here enforces them. */
  readonly resourceLimits: readonly number[];
  /** Shared by all threads of a process: the last thread id given out. */
  readonly counter: SharedArrayBuffer;
  /** The parent's working directory; the kernel does not follow chdir(2). */
  readonly cwd: string;
  /** `SharedText` of the working directory: threads follow a chdir of the main thread. */
  readonly sharedCwd?: SharedArrayBuffer;
  /** `SharedText` of an environment that is shared with the parent, as JSON. */
  readonly sharedEnv?: SharedArrayBuffer;
  /** Native port on which lib/internal/worker talks; transferred beside the message. */
  readonly port: unknown;
}

/** A descriptor is shared and not copied: both have one offset. */
export type SpawnDescriptor =
  /** The caller's own descriptor, shared. */
  DescriptorEnd | null;

/**
 * posix_spawn(3) and what comes with it. The kernel resolves
 * the file itself: the search, `#!` and the execute bit.
 */
export interface SpawnRequest {
  /** As given to execvp(3): looked up in PATH of `env` when it holds no slash. */
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly descriptors: readonly SpawnDescriptor[];
  /** A new session and process group (setsid), a new group, or the caller's. */
  readonly group: 'inherit' | 'new-group' | 'new-session' | { readonly join: number };
  /** Make the child's group the foreground group of the terminal it holds. */
  readonly foreground?: boolean;
  readonly umask?: number;
  /**
   * How the parent learns of the end. `message`: by `child-exit`, and the child
   * is reaped at once. `wait`: the zombie is kept until the parent calls `wait`.
   */
  readonly reap: 'message' | 'wait';
}

/** On Linux, too, these must be set before the bind. */
export interface BindOptions {
  readonly ipv6Only?: boolean | undefined;
  /** Several listeners of the same address may have the port (SO_REUSEPORT). */
  readonly reusePort?: boolean | undefined;
}

/** Set before the bind, as on Linux. */
export interface DatagramOptions {
  readonly ipv6Only: boolean;
  /** Others that say so too may have the same port (SO_REUSEADDR, SO_REUSEPORT). */
  readonly reuse: boolean;
}

/** Both ends of a connection as the one who is told sees them; empty for sockets in the file system. */
export interface ConnectionAddresses {
  readonly local: string;
  readonly remote: string;
}

/** A listener as it travels: whoever gets it may listen too. */
export interface ListenerEnd {
  readonly kind: 'listener';
  readonly listener: number;
}

/**
 * What goes over an IPC channel beside its bytes (SCM_RIGHTS of unix(7)).
 * `label` is for the receiving process: plain data that the kernel does not read.
 */
export interface Parcel {
  readonly end: DescriptorEnd | ListenerEnd;
  readonly label: unknown;
}

/** What execve(2) replaces in the calling process; everything else stays. */
export type ExecRequest = Pick<SpawnRequest, 'file' | 'argv' | 'env' | 'cwd' | 'descriptors' | 'umask'>;

/** Messages a process posts. Those that `Replies` names are answered on the reply page. */
export type ProcessMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'channel';
      readonly id: number;
      readonly rings: ChannelEnd['rings'];
      readonly sides: readonly ChannelSide[];
    }
  | { readonly type: 'channel-close'; readonly id: number; readonly side: ChannelSide }
  | { readonly type: 'spawn'; readonly request: SpawnRequest }
  /** Answers only when it failed: else the caller is no more. */
  | { readonly type: 'exec'; readonly request: ExecRequest }
  /** Answers when the child has ended (or at once with `null` when `hang` is false). */
  | { readonly type: 'wait'; readonly pid: number; readonly hang: boolean }
  | { readonly type: 'kill'; readonly pid: number; readonly signal: string }
  | { readonly type: 'signal-watch'; readonly signal: string; readonly on: boolean }
  /** bind(2), and listen(2) unless `bindOnly`. A listener that exists and is held by the caller is listened on. */
  | {
      readonly type: 'listen';
      readonly listener: number;
      readonly host: string;
      readonly port: number;
      readonly bindOnly: boolean;
      readonly options?: BindOptions;
    }
  | { readonly type: 'unlisten'; readonly listener: number }
  /** Sends a descriptor along with what the caller writes next to its `side` of `channel`. */
  | {
      readonly type: 'pass';
      readonly channel: number;
      readonly side: ChannelSide;
      readonly parcel: Parcel;
    }
  /** Asks for the descriptor that was sent first to the caller's `side`; `passed` answers. */
  | { readonly type: 'take-passed'; readonly channel: number; readonly side: ChannelSide }
  /** `from` is where the connecting socket was bound. */
  | {
      readonly type: 'connect';
      readonly connection: number;
      readonly host: string;
      readonly port: number;
      readonly channel: number;
      readonly rings: ChannelEnd['rings'];
      readonly secure: boolean;
      readonly from?: { readonly host: string; readonly port: number };
    }
  | {
      readonly type: 'udp-bind';
      readonly socket: number;
      readonly host: string;
      readonly port: number;
      readonly options: DatagramOptions;
    }
  /** Nobody tells whether it arrived. */
  | {
      readonly type: 'udp-send';
      readonly socket: number;
      readonly host: string;
      readonly port: number;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | {
      readonly type: 'udp-group';
      readonly socket: number;
      readonly group: string;
      readonly source: string | null;
      readonly on: boolean;
    }
  | { readonly type: 'udp-close'; readonly socket: number }
  | { readonly type: 'thread'; readonly thread: ThreadStart }
  | { readonly type: 'thread-terminate'; readonly threadId: number }
  | { readonly type: 'tty'; readonly channel: number; readonly raw: boolean }
  | { readonly type: 'foreground'; readonly channel: number; readonly pgid: number }
  /** The processes with a pid above `after`, as many as an answer holds. */
  | { readonly type: 'processes'; readonly after: number }
  /** `xdg-open`, `code`: something the embedder should do. */
  | { readonly type: 'host-event'; readonly name: 'xdg-open' | 'code'; readonly args: readonly unknown[] }
  /** A compiled WebAssembly.Module, to be held for the next process that compiles the same bytes. */
  | { readonly type: 'module'; readonly byteLength: number; readonly module: unknown }
  /** The sender waits for the answer in the work's page. */
  | { readonly type: 'engine-work'; readonly work: EngineWork }
  | { readonly type: 'exit'; readonly status: ExitStatus };

/** `boot` comes once, `start` when the worker gets its process; the rest follows. */
export type KernelMessage =
  | BootMessage
  | StartMessage
  | { readonly type: 'child-exit'; readonly pid: number; readonly status: ExitStatus }
  | { readonly type: 'signal'; readonly signal: string }
  | { readonly type: 'passed'; readonly channel: number; readonly parcel: Parcel | null }
  | {
      readonly type: 'accept';
      readonly listener: number;
      readonly end: ChannelEnd;
      readonly remotePort: number;
      readonly addresses: ConnectionAddresses;
    }
  | {
      readonly type: 'connected';
      readonly connection: number;
      readonly errno: number;
      readonly localPort: number;
      readonly addresses: ConnectionAddresses;
      /** What serves the port is being started for this connection, the first one. */
      readonly starts?: boolean;
    }
  | {
      readonly type: 'datagram';
      readonly socket: number;
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly host: string;
      readonly port: number;
    }
  | { readonly type: 'thread-exit'; readonly threadId: number; readonly code: number; readonly error: string | null };

/** Narrows the union, so that a handler sees the fields of its own type only. */
export type MessageOf<K extends ProcessMessage['type']> = Extract<ProcessMessage, { type: K }>;

/** Answers on the reply page; `errno` is 0 or a negative Linux error number. */
export interface Replies {
  spawn: { errno: number; pid: number };
  exec: { errno: number };
  wait: { errno: number; pid: number; status: ExitStatus | null };
  kill: { errno: number };
  listen: { errno: number; port: number };
  'udp-bind': { errno: number; port: number };
  tty: { errno: number };
  foreground: { errno: number };
  /** `more`: there are some with higher pids. */
  processes: { errno: number; processes: readonly ProcessInfo[]; more: boolean };
  pass: { errno: number };
}

/** One line of ps(1). */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** The name of a `ProcessState`. */
  readonly state: string;
  /** Cut after some 4000 characters, so that one process fits an answer. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Without the main one. */
  readonly threads: number;
}
