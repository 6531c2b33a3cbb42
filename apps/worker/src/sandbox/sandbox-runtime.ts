import type { TaskUsage } from '@slipway/sandboxes';
import type { OwnerSets } from '../deps/dependency-sets.ts';

/**
 * Where builds run (P-26). One JSON document goes in and one comes out (P-08:
 * `runnerInput`, `runnerOutput`); output and artifact stream past it. A new
 * implementation needs no change anywhere else, and may be another process or
 * machine: the caller takes nothing on trust and reads the answer as text.
 */
export interface SandboxRuntime {
  /** What the sandbox of a job uses now (HB-01); undefined where it has none. */
  usage?(jobId: string): Promise<TaskUsage | undefined>;
  /** Rejects only for reasons of its own, such as a browser that does not start. */
  run(document: string, io: RunnerIo): Promise<string>;
}

/** What passes by the document while a build runs. */
export interface RunnerIo {
  /** Aborted on timeout, cancel, a lost lease and shutdown. Nothing of the run may survive it (P-09). */
  signal: AbortSignal;
  /** Never waits and never throws: what is too much is left out. */
  log(stream: 'stdout' | 'stderr' | 'system', bytes: Uint8Array): void;
  /** The build got further in a way that neither `log` nor `file` tells: files changed, a package came in. */
  progress?(): void;
  /** A step of the build begins; the one before is done (P-31). */
  step?(step: 'install' | 'build' | 'collect'): void;
  /**
   * The sandbox that does it was started before there was the job, under this id. Told before the build needs the
   * registry, which knows sandboxes by their ids.
   */
  admit?(machineId: string): Promise<void>;
  /** Dependencies that builds of the same owner have installed before (P-32). */
  sets?: OwnerSets;
  /** Takes one whole file of the artifact; one that is executable has the mode 0o755. */
  file(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
}
