/**
 * What the page in the builder's browser and the worker's Node process say to
 * each other. Types only: the two sides are built apart. Bytes cross as base64,
 * the one binary form that Chromium's bindings carry whole.
 */
export interface DriverJob {
  /** The runtime origin that the client boots from. */
  runtimeOrigin: string;
  /** Where the snapshot's mountable bytes are fetched, on the page's own origin. */
  snapshotPath: string;
  /** Modes of the snapshot that its mountable bytes do not say, in this order. */
  modes: ModeChange[];
  /** Steps in order; the first one that exits with another code than 0 ends the job. */
  steps: DriverStep[];
  /** Whose files are the artifact: a folder below another one, or all of that one where it is empty. */
  output: { root: string; folder: string };
}

/** chmod(1) of files of the snapshot: an octal mode, and paths that fit into one command line. */
export interface ModeChange {
  mode: string;
  paths: string[];
}

/** One command, run without a terminal in the folder of the snapshot. */
export interface DriverStep {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** How the log calls it. */
  title: string;
  /** What runs in its place when it failed and its stderr holds `ofStderr`. */
  instead?: { ofStderr: string; command: string; args: string[]; title: string; env: Record<string, string> };
}

/** How a job ended that was not ended from outside. Everything but `built` is a failed build. */
export type DriverResult =
  | { outcome: 'built'; leftOut: LeftOut[] }
  /** `stderr` is the end of what the step wrote there. */
  | { outcome: 'exited'; command: string; code: number | null; signal: string | null; stderr: string }
  /** `found`: folders that are there, one of which may be meant. */
  | { outcome: 'no-output'; folder: string; found: string[] }
  | { outcome: 'empty-output'; folder: string }
  | { outcome: 'too-many-files'; limit: number }
  | { outcome: 'boot-failed'; message: string };

/** A file or folder of the output that is not published, and why. */
export interface LeftOut {
  path: string;
  why: string;
}

/** Functions that the worker puts on the page's `window`. */

/** Resolves when the line is taken, which is what holds a flood back. */
export interface DriverBindings {
  slipwayLog(stream: 'stdout' | 'stderr' | 'system', base64: string): Promise<void>;
  /** A piece of an artifact's file; pieces of one file come in order. */
  slipwayFile(path: string, base64: string, last: boolean): Promise<void>;
}
