import type { SandboxConfig } from '@slipway/contracts';
import type { TaskUsage } from './heartbeat.ts';

/** One entry of a sandbox's files; paths are relative to its folder. */
export type SandboxFile =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly bytes: Uint8Array }
  | { readonly kind: 'dir'; readonly path: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** One command without a terminal, in the sandbox's folder. */
export interface SandboxCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it returns is waited for before more is read: a flood waits inside. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => unknown;
  /** Ends it with all that it started. */
  readonly signal?: AbortSignal;
}

/** What is at a path; links are not followed. */
export type SandboxContent = SandboxFile | { readonly kind: 'gone'; readonly path: string };

/** What changed in a folder, up to a cursor. `all`: too much; these are all paths that are there now. */
export interface SandboxChanges {
  readonly cursor: number;
  readonly paths: readonly string[];
  readonly all: boolean;
}

/** The folder of a machine that runs, for whoever reads and writes in it beside its programs. */
export interface SandboxFolder {
  /** One entry to a path, in order. */
  look(paths: readonly string[]): Promise<SandboxContent[]>;
  /** A moment: what changes after it can be told from what was there. */
  cursor(): Promise<number>;
  /** Every path there is but those that `LEFT_OUT` names. */
  list(): Promise<readonly string[]>;
  /** Paths that changed after `since`, which nobody asks for again. */
  changes(since: number): Promise<SandboxChanges>;
  /** Makes a file what is told, folders above it too. False: it changed after the cursor, and was left alone. */
  put(since: number, file: Extract<SandboxFile, { kind: 'file' }>): Promise<boolean>;
}

/** How a command ended: one of the two is not null. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** `exitCode` is null where a signal or a limit ended it. */
export interface MachineEnd {
  readonly exitCode: number | null;
  /** What it did to be ended, as a sentence; null where it was asked to, or nobody knows. */
  readonly problem: string | null;
}

/** One process tree with a folder inside that nothing of the host is in. */
export interface SandboxMachine {
  /** What it was opened as: the registry knows it by that. Not always its sandbox’s, for which it may have waited. */
  readonly id: string;
  /** Resolves when its control channel is there. */
  connect(): Promise<void>;
  /** Boots what is behind the channel, and makes its folder these files. */
  configure(files: readonly SandboxFile[]): Promise<void>;
  run(command: SandboxCommand): Promise<CommandEnd>;
  readFile(path: string): Promise<Uint8Array>;
  readonly folder: SandboxFolder;
  /** Everything in its folder but what `LEFT_OUT` names. */
  capture(): Promise<SandboxFile[]>;
  /** What its processes have used and its files take now; for a machine that is gone, nothing. */
  usage(): Promise<TaskUsage>;
  /** Fulfilled once, when its process is gone or past a limit. */
  readonly ended: Promise<MachineEnd>;
  /** In order within the grace, in milliseconds, then by force. Nothing of it is left. Harmless when called again. */
  end(graceMs: number): Promise<void>;
}

/** What a machine tells while it lives. */
export interface MachineWatch {
  /** Its files changed, or a package came in. Output is seen by whoever runs a command. */
  progress(): void;
}

/** Makes machines of one kind. */
export interface MachineKind {
  readonly kind: string;
  /** Rejects, and leaves nothing, when the signal is aborted: the sandbox is not wanted any more. */
  open(id: string, config: SandboxConfig, watch: MachineWatch, signal: AbortSignal): Promise<SandboxMachine>;
  /** Ends and removes what a process that died left of this id. */
  sweep(id: string): Promise<void>;
}

/** Folders that no checkpoint holds: they are made again from what it does hold. */
export const LEFT_OUT = ['node_modules'] as const;

/** The most files of one checkpoint, and the most bytes of all of them. */
export const CAPTURE_LIMITS = { files: 50_000, bytes: 1024 ** 3 } as const;
