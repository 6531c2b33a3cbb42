/**
 * A run: what a project's own programs are doing (RN-05 to RN-12, RN-18). A tab and a sandbox drive
 * the same machine. What is remembered of a run are facts (`RunRecord`); the status is derived from
 * them, from the process table and from the ports at each read, and is stored nowhere.
 *
 *            ┌─start──▶ STARTING ──the port answers──▶ RUNNING
 *            │ preview     │  ▲                           │  │
 *            │             │  └──the port is gone─────────┘  │
 *            │             └──the process is gone──▶ DEAD ◀──┘
 *   IDLE ────┤
 *            ├─build────▶ BUILDING ───exit 0────────▶ SUCCESS
 *            │            INSTALLING ─any other end─▶ FAILED
 *            └─install──▶    ▲
 *
 *   any ──stop──▶ IDLE
 *   any ──a begin of another run──▶ that run's first status: what ran was stopped before
 *
 *   UNKNOWN is no mode of the machine: the record cannot be read, or nobody answers who could look.
 */
export const runTypes = ['DEV', 'START', 'BUILD', 'INSTALL'] as const;

/** DEV and START serve a port, BUILD and INSTALL end by themselves (RN-11, RN-12). */
export type RunType = (typeof runTypes)[number];

/** In this spelling they stand in stored records and answers of the API (RN-10): a new name would break both. */
export const runStatuses = [
  'IDLE',
  'STARTING',
  'RUNNING',
  'DEAD',
  'UNKNOWN',
  'BUILDING',
  'INSTALLING',
  'SUCCESS',
  'FAILED',
] as const;

/** Derived when it is asked for, and stored nowhere. */
export type RunStatus = (typeof runStatuses)[number];

/** The one port that a project is previewed on (RN-03). */
export const RUN_PORT = 5173;

/** What is remembered of a run, in the container and on the server (RN-13). */
export interface RunRecord {
  readonly appId: string;
  readonly type: RunType;
  /** Leader of the process group; null before there is one and after the end. */
  readonly pid: number | null;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** Null while it runs, and when a signal ended it. */
  readonly exitCode: number | null;
  readonly logPath: string;
  /** Which boot of a container has the process: after a reload the same pid is somebody else. */
  readonly container: string;
}

/** What is seen at the moment of a read (RN-18). */
export interface RunFacts {
  /** The boot that was looked at; null when its holder is gone. */
  readonly container: string | null;
  /** Every process that has not ended. */
  readonly pids: readonly number[];
  readonly ports: readonly number[];
}

/** Nobody can look into a container that is gone. */
export const NO_FACTS: RunFacts = { container: null, pids: [], ports: [] };

/** What happens to a run. Times are seconds since the epoch. */
export type RunEvent =
  | {
      readonly type: 'begin';
      readonly run: Pick<RunRecord, 'appId' | 'type' | 'startedAt' | 'logPath' | 'container'>;
    }
  | { readonly type: 'spawned'; readonly pid: number }
  | { readonly type: 'ended'; readonly exitCode: number | null; readonly finishedAt: number }
  | { readonly type: 'stopped' };

/** The next record (null: there is no run), or `undefined` where the event has no meaning here. Pure. */
export function nextRun(run: RunRecord | null, event: RunEvent): RunRecord | null | undefined {
  switch (event.type) {
    case 'begin':
      return { ...event.run, pid: null, finishedAt: null, exitCode: null };
    case 'spawned':
      // An install before the dev server has a group of its own: the pid may change while the run goes on.
      return run === null || run.finishedAt !== null ? undefined : { ...run, pid: event.pid };
    case 'ended':
      return run === null || run.finishedAt !== null
        ? undefined
        : { ...run, pid: null, exitCode: event.exitCode, finishedAt: event.finishedAt };
    case 'stopped':
      return null;
  }
}

/** Whether the run serves a port, so that its status asks for one. */
export function servesPort(type: RunType): boolean {
  return type === 'DEV' || type === 'START';
}

/** The status of a run, from its record and what is seen now (RN-11, RN-12). Pure. */
export function deriveRunStatus(run: RunRecord | null | 'unreadable', facts: RunFacts): RunStatus {
  if (run === 'unreadable') return 'UNKNOWN';
  if (run === null) return 'IDLE';
  const alive = isAlive(run, facts);
  if (!servesPort(run.type)) {
    if (alive) return run.type === 'BUILD' ? 'BUILDING' : 'INSTALLING';
    return run.finishedAt !== null && run.exitCode === 0 ? 'SUCCESS' : 'FAILED';
  }
  if (!alive) return 'DEAD';
  return run.pid !== null && facts.ports.includes(RUN_PORT) ? 'RUNNING' : 'STARTING';
}

/** A run without a pid yet is alive as long as the container is that began it. */
function isAlive(run: RunRecord, facts: RunFacts): boolean {
  if (run.finishedAt !== null || facts.container === null || run.container !== facts.container) return false;
  return run.pid === null || facts.pids.includes(run.pid);
}
