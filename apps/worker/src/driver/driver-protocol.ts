/**
 * What the page in a sandbox's browser and the worker's Node process say to each other. Types only: the two sides are
 * built apart. Bytes cross as base64, the one binary form that Chromium's bindings carry whole.
 */

/** chmod(1) of files of a mount: an octal mode, and paths that fit into one command line. */
export interface ModeChange {
  mode: string;
  paths: string[];
}

/** One command, run without a terminal in the sandbox's folder. `run` names it in its output. */
export interface PageCommand {
  run: number;
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** One of the two is null: a program ends by a code or by a signal. */
export interface PageEnd {
  code: number | null;
  signal: string | null;
}

/** An entry of a capture, or a piece of a file's: pieces of one file come in order. */
export type PageEntry =
  | { kind: 'file'; path: string; mode: number; base64: string; last: boolean }
  | { kind: 'dir'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string };

/** Bytes are base64, because the page speaks JSON; links are not followed. */
export type PageContent =
  | { kind: 'file'; path: string; mode: number; base64: string }
  | { kind: 'dir'; path: string; mode: number }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'gone'; path: string };

/** What the worker calls on the page, by `window.slipwayPage`. */
export interface DriverPage {
  /** Embeds a container from this origin; resolves when its control port is there. */
  connect(runtimeOrigin: string): Promise<void>;
  /** Resolves when the container has booted and the bytes of this path of the page's own origin are mounted. */
  configure(mountPath: string, modes: ModeChange[]): Promise<void>;
  /** Resolves when the worker has taken all output. */
  run(command: PageCommand): Promise<PageEnd>;
  /** Ends a command with its whole group; harmless when it has ended. */
  endRun(run: number): Promise<void>;
  look(paths: string[]): Promise<PageContent[]>;
  cursor(skip: string[]): Promise<number>;
  list(skip: string[]): Promise<string[]>;
  changes(since: number, skip: string[]): Promise<{ cursor: number; paths: string[]; all: boolean }>;
  /** False where the path changed after `since`. */
  put(since: number, file: { path: string; mode: number; base64: string }): Promise<boolean>;
  /** Sends a file by `slipwayEntries` under this number. */
  readFile(capture: number, path: string): Promise<void>;
  /** Sends everything below the working folder but folders of these names. */
  capture(capture: number, skip: string[]): Promise<void>;
}

/** Functions that the worker puts on the page's `window`. Each resolves when it is taken, which holds a flood back. */
export interface DriverBindings {
  slipwayOutput(run: number, stream: 'stdout' | 'stderr', base64: string): Promise<void>;
  slipwayEntries(capture: number, entries: PageEntry[]): Promise<void>;
  /** What the container uses: programs that run, bytes of files that were not there before the mount. */
  slipwayUse(use: { processes: number; fileBytes: number }): Promise<void>;
  slipwayProgress(): Promise<void>;
}
