import type { Clock } from './clock.ts';

/** How often a task is told of (HB-01). */
export const BEAT_MS = 30_000;
/** How long an agent's or a sandbox's task may go without progress. */
export const TIMEOUT_MS = 90_000;
/** A beat that is not delivered by then is given up. */
export const DELIVERY_MS = 5_000;

/** What a task uses: CPU in seconds, memory and disk in MB. */
export interface TaskUsage {
  readonly cpuUsage: number;
  readonly memoryUsage: number;
  readonly diskUsage: number;
}

/** One beat; times are milliseconds of the clock that was given. */
export interface Heartbeat extends TaskUsage {
  readonly taskId: string;
  readonly timestamp: number;
  readonly currentStep: number;
  readonly totalSteps: number;
  readonly lastActivity: number;
}

/** A task that is alive or not, but gets no further. */
export interface HeartbeatTimeout {
  readonly taskId: string;
  readonly timeSinceLastActivity: number;
  readonly currentStep: number;
}

/** `measure` is asked at every beat. */
export interface HeartbeatOptions {
  readonly taskId: string;
  readonly totalSteps: number;
  readonly clock: Clock;
  readonly beatMs?: number;
  readonly timeoutMs?: number;
  readonly measure: () => Promise<TaskUsage>;
  /** Sends a beat away, say by a guarded fetch to HEARTBEAT_URL; undefined: nowhere. */
  readonly deliver?: (beat: Heartbeat, signal: AbortSignal) => Promise<void>;
  readonly onBeat?: (beat: Heartbeat) => void;
  readonly onTimeout: (timeout: HeartbeatTimeout) => void;
  /** What could not be measured or delivered: never fatal. */
  readonly onProblem: (problem: unknown) => void;
}

/**
 * Watches one task. Its timeout counts from the last *progress*, not from the last beat (HB-02): what is alive and
 * stuck times out. `progress` is called for a step, a checkpoint, a byte of output, a change of files.
 */
export class HeartbeatMonitor {
  readonly #options: HeartbeatOptions;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  #currentStep = 0;
  #lastActivity: number;
  /** Told once for a stall (HB-03). */
  #told = false;
  #stopped = false;
  #beating = false;
  #cancelBeat: () => void = () => undefined;
  #cancelTimeout: () => void = () => undefined;
  readonly #delivering = new Set<AbortController>();

  /** Begins at once. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#lastActivity = this.#clock.now();
    this.#awaitBeat();
    this.#awaitTimeout(this.#timeoutMs);
  }

  progress(): void {
    if (this.#stopped) return;
    this.#lastActivity = this.#clock.now();
    if (!this.#told) return;
    this.#told = false;
    this.#awaitTimeout(this.#timeoutMs);
  }

  /** The task is at another step. The same one again is no progress. */
  step(step: number): void {
    if (step === this.#currentStep) return;
    this.#currentStep = step;
    this.progress();
  }

  /** Clears every timer and breaks off what is being delivered. Harmless when called again. */
  stop(): void {
    this.#stopped = true;
    this.#cancelBeat();
    this.#cancelTimeout();
    for (const delivery of this.#delivering) delivery.abort();
    this.#delivering.clear();
  }

  #awaitBeat(): void {
    this.#cancelBeat = this.#clock.after(this.#options.beatMs ?? BEAT_MS, () => {
      this.#awaitBeat();
      void this.#beat();
    });
  }

  /** Progress moves no timer, as there may be a lot of it: the timer looks when it comes, and waits for the rest. */
  #awaitTimeout(ms: number): void {
    this.#cancelTimeout = this.#clock.after(ms, () => {
      const idle = this.#clock.now() - this.#lastActivity;
      if (idle < this.#timeoutMs) return this.#awaitTimeout(this.#timeoutMs - idle);
      this.#told = true;
      const { taskId } = this.#options;
      this.#options.onTimeout({ taskId, timeSinceLastActivity: idle, currentStep: this.#currentStep });
    });
  }

  async #beat(): Promise<void> {
    // A machine that does not even answer what it uses has one question open, not a thousand.
    if (this.#beating) return;
    this.#beating = true;
    try {
      const { taskId, totalSteps, measure, onBeat, deliver } = this.#options;
      const usage = await measure();
      if (this.#stopped) return;
      const times = { timestamp: this.#clock.now(), lastActivity: this.#lastActivity };
      const beat: Heartbeat = { taskId, ...times, currentStep: this.#currentStep, totalSteps, ...usage };
      onBeat?.(beat);
      if (deliver) await this.#deliver(beat, deliver);
    } catch (error) {
      if (!this.#stopped) this.#options.onProblem(error);
    } finally {
      this.#beating = false;
    }
  }

  async #deliver(beat: Heartbeat, deliver: NonNullable<HeartbeatOptions['deliver']>): Promise<void> {
    const delivery = new AbortController();
    this.#delivering.add(delivery);
    // Not left to the deliverer: one that ignores its signal must not hold up the next beat.
    const cut = new Promise<never>((_, reject) =>
      delivery.signal.addEventListener('abort', () => reject(delivery.signal.reason as Error)),
    );
    const cancel = this.#clock.after(DELIVERY_MS, () =>
      delivery.abort(new Error(`Cannot deliver a heartbeat: no answer within ${DELIVERY_MS} ms`)),
    );
    try {
      await Promise.race([deliver(beat, delivery.signal), cut]);
    } finally {
      cancel();
      this.#delivering.delete(delivery);
    }
  }
}

/** Injected, because the address is somebody's setting and needs a guarded fetch. */
export type PostHeartbeat = (url: string, body: string, signal: AbortSignal) => Promise<{ status: number }>;

/** A `deliver` that posts a beat as JSON. `post` is a guarded fetch: the address is somebody's setting. */
export function postHeartbeats(url: string, post: PostHeartbeat): NonNullable<HeartbeatOptions['deliver']> {
  return async (beat, signal) => {
    const { status } = await post(url, JSON.stringify(beat), signal);
    if (status < 200 || status > 299) throw new Error(`Cannot deliver a heartbeat: the answer was ${status}`);
  };
}
