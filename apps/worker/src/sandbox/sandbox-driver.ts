import type { RunnerFile } from '@slipway/contracts';
import type { DriverResult, DriverStep } from '../driver/driver-protocol.ts';

/**
 * The verbs of a sandbox, below `SandboxRuntime` (SB-01 to SB-08). A driver owns its
 * sandboxes: nothing of one survives `destroy`, whatever it was doing. A verb that a
 * driver does not have yet rejects and names driver and verb (`refuseVerb`).
 */
export interface SandboxDriver {
  /** What the operator calls it. */
  readonly kind: string;
  /** A sandbox that runs nothing yet. What is left of an earlier one of this id is removed first. */
  create(id: string, config: SandboxConfig): Promise<SandboxRecord>;
  /** Mounts files and runs steps, once; rejects with the reason of whatever ended the sandbox meanwhile. */
  start(id: string, work: SandboxWork): Promise<DriverResult>;
  /** Undefined for an id that has no sandbox. */
  status(id: string): Promise<SandboxRecord | undefined>;
  list(): Promise<readonly SandboxRecord[]>;
  /** Keeps the state of the files under a name; false for an id that has no sandbox. */
  checkpoint(id: string, checkpointId: string): Promise<boolean>;
  /** A sandbox as it was at a checkpoint, in place of one that runs. */
  restore(id: string, checkpointId: string): Promise<SandboxRecord>;
  /** Ends it, and frees what it held. False for an id that has none, so that a second call is harmless. */
  destroy(id: string): Promise<boolean>;
}

/** What a sandbox may take, and for how long it is wanted. */
export interface SandboxConfig {
  /** Bytes of everything that belongs to it, the browser included where there is one. */
  memoryLimitBytes: number;
  /** Aborted when the sandbox is no longer wanted: what it does then rejects with the signal's reason. */
  signal: AbortSignal;
}

/** A sandbox as its driver sees it. */
export interface SandboxRecord {
  /** The job's. A second attempt has the same, and finds nothing of the first. */
  id: string;
  status: 'created' | 'running' | 'exited';
  createdAtMs: number;
}

/** Files, what is run over them, and where the results go. */
export interface SandboxWork {
  files: readonly RunnerFile[];
  steps: DriverStep[];
  /** Whose files are handed out at the end: a folder below another one, or all of that one where it is empty. */
  output: { root: string; folder: string };
  log(stream: 'stdout' | 'stderr' | 'system', bytes: Uint8Array): void;
  /** Takes one whole file of the output. */
  file(path: string, bytes: Uint8Array): Promise<void>;
}

/** For a verb that a driver does not have yet. */
export function refuseVerb(kind: string, verb: keyof SandboxDriver): () => Promise<never> {
  return () => Promise.reject(new Error(`Cannot ${verb} a sandbox: the driver "${kind}" does not know how`));
}
