import type { SandboxConfig } from '@slipway/contracts';
import type { TaskUsage } from './heartbeat.ts';
import type { SandboxRecord, SandboxReport } from './sandbox-record.ts';
import type { CommandEnd, SandboxCommand, SandboxContent, SandboxFile } from './sandbox-machine.ts';

/**
 * The verbs of sandboxes (SB-01 to SB-07). `createSandboxDriver` has all of them over machines of one kind, so a
 * new kind of sandbox writes a `MachineKind` and nothing else.
 *
 * What a driver of microVMs would implement, say over a monitor with an API on a Unix socket:
 *
 * - `sweep`: ends the monitor whose socket lies in the id's folder, removes socket, overlay disk and jail.
 * - `open`: starts the monitor under its jailer (own user, namespaces, cgroup with `cpu`, `memoryMiB` and
 *   `processes`; a disk of `diskMiB`), boots kernel and root file system, and gives the machine back at once.
 * - `connect`: waits until the agent inside answers on its vsock; that is the control channel.
 * - `configure`, `run`, `readFile`, `capture`: one message each to that agent.
 * - `usage`: what its cgroup counts, and the blocks of its overlay disk.
 * - `ended`: settles when the monitor's process is gone, with its exit code.
 * - `end`: asks the agent to shut down, after the grace kills the monitor, and removes what `sweep` would.
 * - `network`: a tap device behind the proxy that lets the registry through, or none.
 */
export interface SandboxDriver {
  readonly kind: string;
  /** A sandbox that runs nothing yet. What is left of an earlier one of this id is removed first (SB-01). */
  create(id: string, config: SandboxConfig): Promise<SandboxRecord>;
  /** Boots it and puts files there. Rejects with a `SandboxError`; the sandbox is then destroyed (SB-02). */
  start(id: string, setup: SandboxSetup): Promise<SandboxRecord>;
  /** Runs one command in a running sandbox; rejects with what ended the sandbox meanwhile. */
  run(id: string, command: SandboxCommand): Promise<CommandEnd>;
  /** The bytes of one file, links followed. */
  readFile(id: string, path: string): Promise<Uint8Array>;
  /** What is at these paths of a running sandbox, in order, links not followed. */
  look(id: string, paths: readonly string[]): Promise<SandboxContent[]>;
  /** Id of the machine behind it. Throws for a sandbox that is not there. */
  machineOf(id: string): string;
  /** What a running sandbox uses (HB-01); undefined for an id that has none. */
  usage(id: string): Promise<TaskUsage | undefined>;
  /** Ends its process and keeps the record as `exited`. False for an id that has none. */
  stop(id: string): Promise<boolean>;
  /** SB-03. A process that died is told as `exited`. */
  status(id: string): Promise<SandboxReport | 'not_found'>;
  list(): Promise<readonly SandboxReport[]>;
  /** Keeps all files and what runs under a name; false for an id that has no running sandbox (SB-05). */
  checkpoint(id: string, checkpointId: string): Promise<boolean>;
  /**
   * A running sandbox as it was at a checkpoint, in place of what is there; false without such a checkpoint (SB-06).
   */
  restore(id: string, checkpointId: string): Promise<boolean>;
  /** Ends it and frees what it held. False for an id that never was; a second call is true and harmless (SB-04). */
  destroy(id: string): Promise<boolean>;
  /** Takes a destroyed one off the list: retention is the caller's. */
  forget(id: string): void;
}

/** `command` null starts nothing. */
export interface SandboxSetup {
  readonly files: readonly SandboxFile[];
  /** The run that a checkpoint records and a restore starts again; null: none. */
  readonly command: SandboxCommand | null;
}

/** All that a checkpoint holds: files and the recorded run, no image of memory. */
export interface SandboxState {
  readonly files: readonly SandboxFile[];
  /** Null where none was recorded, or it had ended. */
  readonly command: SandboxCommand | null;
  /** Whether there were packages, which it leaves out: a run that is begun again needs them. */
  readonly installed?: boolean;
}

/** Where checkpoints are kept; the product's are commits (CK-01…). */
export interface CheckpointStore {
  save(id: string, checkpointId: string, state: SandboxState): Promise<void>;
  /** Undefined where there is none. */
  load(id: string, checkpointId: string): Promise<SandboxState | undefined>;
}

/** Which way a verb failed; `message` is for people. */
export type SandboxErrorCode = 'not-found' | 'wrong-status' | 'start-failed' | 'configuration-failed' | 'ended';

/** `code` is for programs, `cause` what the machine said. */
export class SandboxError extends Error {
  readonly code: SandboxErrorCode;
  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
