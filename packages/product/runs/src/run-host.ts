import type { RunMongo, RunRecord } from '@slipway/contracts';
import type { RunControl } from './run-control.ts';

/** What is known of a node_modules that was there before the container. */
export interface KeptInstall {
  readonly restored: boolean;
  /** A digest of how the last install left everything; null where none is known to have ended with 0. */
  readonly installed: string | null;
  note(installed: string | null): Promise<void>;
}

/** What a driver is given by whoever has the container: a tab, or a sandbox on a server. */
export interface RunHost {
  readonly control: RunControl;
  readonly appId: string;
  /** An id of this boot of the container: a pid means something only together with it. */
  readonly container: string;
  /** A file of the project, relative to its folder; undefined where there is none. */
  readFile(path: string): Promise<string | undefined>;
  /** By a clock that a hidden page does not slow down. */
  delay(ms: number): Promise<void>;
  nowMs(): number;
  /** Makes this the user's one run, stopping another's unless `onlyIfFree` (RN-02); throws RunRefused. */
  acquire(onlyIfFree: boolean): Promise<RunOffer>;
  /** The run has ended: the user has none. */
  release(): void;
  /** Where the folder may outlive the container: what was noted of it, and by whom it is noted now. */
  readonly kept?: KeptInstall;
  /** Keeps a copy of the record outside of the container (RN-13). */
  mirror(run: RunRecord | null): void;
}

/** Asked for before the start, since a run's environment cannot change later. */
export interface RunOffer {
  /** The operator's MongoDB (RN-14); null where there is none, or nobody could say. */
  readonly mongo: RunMongo | null;
}

/** Lines are whole, so that two streams never mix within one. */
export interface RunOutput {
  /** `system` lines are ours. */
  readonly stream: 'stdout' | 'stderr' | 'system';
  readonly lines: readonly string[];
}
