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
  /** Steps in order; the first one that exits with another code than 0 ends the job. */
  steps: DriverStep[];
  /** Folder whose files are the artifact. */
  outputFolder: string;
}

export interface DriverStep {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** What runs in its place when it failed and its stderr holds `ofStderr`. */
  instead?: { ofStderr: string; command: string; args: string[]; env: Record<string, string> };
}

export type DriverResult =
  | { outcome: 'built' }
  /** `stderr` is the end of what the step wrote there. */
  | { outcome: 'exited'; command: string; code: number | null; signal: string | null; stderr: string }
  | { outcome: 'no-output'; folder: string }
  | { outcome: 'boot-failed'; message: string };

/** Functions that the worker puts on the page's `window`. */
export interface DriverBindings {
  slipwayLog(stream: 'stdout' | 'stderr' | 'system', base64: string): Promise<void>;
  /** A piece of an artifact's file; pieces of one file come in order. */
  slipwayFile(path: string, base64: string, last: boolean): Promise<void>;
}
