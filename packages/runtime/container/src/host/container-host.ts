/**
 * What the objects of the client's protocol need from a container. Whoever
 * composes the kernel implements it (in the kernel worker); `serveKernelWorker`
 * does the rest: clients, the control extension, previews.
 *
 * Nothing here blocks. A failed condition is a negative Linux errno.
 */
import type { ByteStream, ExitStatus, ProcessInfo } from '@slipway/kernel';
import type { Inspection, KeptState, RuntimeConfig } from '@slipway/wire';
import type { AsyncVfs } from '@slipway/vfs';
import type { TextSearchMatch } from '@slipway/wire';

/** Everything a kernel worker must know before it can boot; sent once by the page that created it. */
export interface KernelBoot {
  readonly config: RuntimeConfig;
  /** Label of this runtime origin; previews are `<port>--<containerId>`. */
  readonly containerId: string;
  /** Capability of the embedder for mirror and relay, or `null`. */
  readonly clientId: string | null;
  /** Origin of a third party's page, by whom the bare host was framed; `null` on every other host. */
  readonly embedder: string | null;
  /** COEP the embedder asked for; previews answer with the same. */
  readonly coep: 'require-corp' | 'credentialless' | 'none';
  /**
   * Absolute URLs of the built files, by their entry name in `apps/runtime/build.ts`
   * (`process.worker`, `vfs-writer.worker`, …).
   */
  readonly assets: Readonly<Record<string, string>>;
}

/** What one `build()` of the client asks for, beside what is the page's (`KernelBoot`). */
export interface OpenOptions {
  /** A valid folder name, or `undefined` for a name of the container's choice. */
  readonly workdirName: string | undefined;
  /** The home folder outlives the page. `onKeeping` gets the memory whose writer is to be told when the page goes. */
  readonly keep: { onKeeping(memory: SharedArrayBuffer): void } | undefined;
  /** Tells how far the boot is, for the control extension. */
  progress(phase: 'assets' | 'file-system' | 'kernel' | 'node', fraction?: number): void;
}

/**
 * Called once for every `build()` of the client; the one before has been torn
 * down by then. Rejects with a message for the developer.
 */
export type OpenContainer = (boot: KernelBoot, options: OpenOptions) => Promise<ContainerHost>;

/** How a process's standard descriptors are connected. */
export type HostStdio =
  /**
   * One terminal on 0, 1 and 2. The client's processes always have one: its own
   * tutorial runs a shell without giving a size. `crlf`: a newline reaches the
   * emulator as CR LF (termios ONLCR); without, as the program wrote it.
   */
  | { readonly kind: 'terminal'; readonly columns: number; readonly rows: number; readonly crlf: boolean }
  /** 1 and 2 are one pipe, in the order of writing. */
  | { readonly kind: 'merged' }
  | { readonly kind: 'separate' };

/** A program that the embedder starts; it is the leader of a session of its own. */
export interface HostSpawn {
  /** As given to execvp(3), looked up in PATH of `env`. */
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Over the container's default environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdio: HostStdio;
  /**
   * Called with every piece of output, one call at a time: the next waits for
   * the promise, which is how a slow reader slows the program. `terminal` and
   * `merged` report everything as `stdout`.
   */
  onOutput(stream: 'stdout' | 'stderr', bytes: Uint8Array<ArrayBuffer>): void | Promise<void>;
}

/** Its exit and its end are two things: a background job may hold the output long after. */
export interface HostProcess {
  readonly pid: number;
  /** How the process itself ended; output may still be on its way. Never rejects. */
  readonly exit: Promise<ExitStatus>;
  /**
   * All output was handed over and nobody can write more. May come much later than
   * `exit` (background jobs). Never rejects.
   */
  readonly drained: Promise<void>;
  /** Bytes for the terminal or stdin; dropped when nobody reads. */
  write(bytes: Uint8Array): void;
  /** 0 once all that was written so far is in the pipe, EPIPE when nobody reads. Never rejects. */
  written(): Promise<number>;
  /** End of stdin; no meaning on a terminal. */
  endInput(): void;
  /** No-op without a terminal. */
  resize(columns: number, rows: number): void;
  /** To the process group that this spawn leads. 0 or a negative errno. */
  signal(name: string): number;
  /** Stops reading one stream, or both; a program that writes to such a pipe gets EPIPE. */
  abandonOutput(stream?: 'stdout' | 'stderr'): void;
}

/** What the container says unasked; `xdg-open` and `code` are the applets of those names. */
export type HostEvent =
  | { readonly type: 'port'; readonly port: number; readonly action: 'open' | 'close' }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'xdg-open'; readonly args: readonly unknown[] }
  | { readonly type: 'code'; readonly args: readonly unknown[] }
  | { readonly type: 'processes' }
  /** `kept` says something else. */
  | { readonly type: 'persistence' };

/** Finds in texts what a regular expression matches. */
export interface LineMatcher {
  /**
   * One entry for each line; `limit` ranges at most. `shown` names the text in an
   * error. Rejects where it takes too long, and from then on.
   */
  find(text: string, limit: number, shown: string): Promise<readonly TextSearchMatch[]>;
  close(): void;
}

/** One container, from `build()` to `teardown()`. */
export interface ContainerHost {
  readonly fs: AsyncVfs;
  /** Absolute path of the working directory; it exists. */
  readonly workdir: string;
  readonly searchPath: string;
  /** The process, or a negative errno when it cannot run. */
  spawn(request: HostSpawn): HostProcess | number;
  /** Connects to a port a process listens on, or a negative errno. */
  connect(port: number): ByteStream | number;
  /** Who listens now. `pid` 0 where it is not known. */
  listening(): readonly { readonly port: number; readonly pid: number }[];
  processes(): readonly ProcessInfo[];
  /** kill(2) from outside: 0 or a negative errno. A negative `pid` is a group. */
  signal(pid: number, name: string): number;
  memory(): { readonly fileSystemUsedBytes: number; readonly fileSystemSizeBytes: number; readonly heapBytes?: number };
  /** What was given out, for whoever looks for leaks; `check` verifies the file system too. */
  inspect(check: boolean): Promise<Inspection>;
  /** On a thread of its own, which is given up when an expression takes too long there. */
  openMatcher(expression: RegExp): LineMatcher;
  kept(): KeptState;
  /** Resolves when what is kept is on the disk, with a note for the next container; at once where nothing is kept. */
  persist(note: string | undefined): Promise<void>;
  /** What is kept is deleted, and nothing is kept any more. A negative errno where another tab keeps it. */
  forgetKept(): Promise<number>;
  /** Events from now on; returns how to stop. */
  subscribe(listener: (event: HostEvent) => void): () => void;
  /** Kills every process, so that every `exit` settles, and lets go of everything. Idempotent. */
  teardown(): Promise<void>;
}
