import { type BuildStepName, buildStepNames } from '@slipway/contracts';
import { type Heartbeat, HeartbeatMonitor, systemClock } from '@slipway/sandboxes';
import type { Logger } from 'pino';
import { JobAbort } from '../job/abort-reason.ts';
import type { SandboxRuntime } from '../sandbox/sandbox-runtime.ts';

/** A build is ended when its beat shows no progress for `stallMs`. */
export interface HeartbeatNeeds {
  runtime: SandboxRuntime;
  log: Logger;
  /** How long a build may get no further. */
  stallMs: number;
  /** Undefined: every 30 s. */
  beatMs?: number;
  /** Undefined: beats go nowhere. */
  deliverBeat?: (beat: Heartbeat, signal: AbortSignal) => Promise<void>;
}

/** `idleMs` since anything was heard of the step. */
export interface Stall {
  step: BuildStepName;
  idleMs: number;
}

/** Watches one build (HB-01, HB-02): what is alive and gets no further is aborted as stalled. */
export interface BuildHeartbeat {
  progress(): void;
  step(step: BuildStepName): void;
  readonly stall: Stall | undefined;
  stop(): void;
}

/** Begins at once, with the first step. */
export function startBuildHeartbeat(needs: HeartbeatNeeds, jobId: string, abort: AbortController): BuildHeartbeat {
  const { runtime, log, stallMs, beatMs, deliverBeat } = needs;
  let stall: Stall | undefined;
  const monitor = new HeartbeatMonitor({
    taskId: jobId,
    totalSteps: buildStepNames.length,
    clock: systemClock,
    timeoutMs: stallMs,
    ...(beatMs === undefined ? {} : { beatMs }),
    // Before there is a sandbox, and behind it, the build uses nothing of one.
    measure: async () => (await runtime.usage?.(jobId)) ?? { cpuUsage: 0, memoryUsage: 0, diskUsage: 0 },
    ...(deliverBeat === undefined ? {} : { deliver: deliverBeat }),
    onBeat: (beat) => log.debug({ beat }, 'heartbeat'),
    onTimeout: ({ timeSinceLastActivity, currentStep }) => {
      stall = { step: buildStepNames[currentStep] ?? 'hydrate', idleMs: timeSinceLastActivity };
      abort.abort(new JobAbort('stalled'));
    },
    onProblem: (problem) => log.warn({ err: problem, jobId }, 'a heartbeat was not delivered'),
  });
  return {
    progress: () => monitor.progress(),
    step: (step) => monitor.step(buildStepNames.indexOf(step)),
    get stall() {
      return stall;
    },
    stop: () => monitor.stop(),
  };
}
