import type { Clock } from '../clock/clock.ts';
import { dueAtMs, nextPace, type PaceEvent, type PaceLimits, type PaceState } from './pace-state.ts';

/** `work` follows what is touched, as soon as `limits` allow; `onState` hears of each step. */
export interface PacerOptions {
  readonly clock: Clock;
  readonly limits: PaceLimits;
  /** Takes along every change that was touched before it was called. Never runs twice at once. */
  work(): Promise<void>;
  /** How long after this failure it is tried again; `undefined`: not by itself. */
  retryAfterMs(error: unknown): number | undefined;
  onState?(state: PaceState): void;
}

/** At most one piece of work at a time, whatever changes meanwhile. */
export interface Pacer {
  /** Costs nothing when it is called often: many changes are one piece of work, a while after the last. */
  touch(): void;
  /** Works at once, until all that was touched before the call is done. Throws the work's failure. */
  flush(): Promise<void>;
  /** Nothing starts by itself any more. */
  stop(): void;
}

/** Runs `work` after changes, at the pace that pace-state.ts describes. */
export function makePacer(options: PacerOptions): Pacer {
  let state: PaceState = { name: 'idle' };
  let running: Promise<void> | undefined;
  let disarm: (() => void) | undefined;
  let stopped = false;

  /** The only door through which the state changes. */
  const dispatch = (event: PaceEvent): void => {
    const next = nextPace(state, event);
    if (next === undefined) return;
    state = next;
    arm();
    options.onState?.(state);
  };

  const arm = (): void => {
    disarm?.();
    const due = dueAtMs(state, options.limits);
    // A failure is told by the state; whoever waits for this run hears of it as well.
    const run = (): void => void start().catch(() => undefined);
    const waits = due !== undefined && !stopped;
    disarm = waits ? options.clock.after(Math.max(0, due - options.clock.nowMs()), run) : undefined;
  };

  const start = (): Promise<void> => (running ??= attempt());

  const attempt = async (): Promise<void> => {
    dispatch({ type: 'start' });
    try {
      await options.work();
    } catch (error) {
      running = undefined;
      const delay = options.retryAfterMs(error);
      dispatch({ type: 'failed', error, retryAtMs: delay === undefined ? undefined : options.clock.nowMs() + delay });
      throw error;
    }
    running = undefined;
    dispatch({ type: 'done' });
  };

  return {
    touch: () => dispatch({ type: 'change', nowMs: options.clock.nowMs() }),
    async flush() {
      // What is at work began before the last change, maybe; its failure is met again below.
      if (running !== undefined) await running.catch(() => undefined);
      if (state.name !== 'idle') await start();
    },
    stop() {
      stopped = true;
      disarm?.();
    },
  };
}
