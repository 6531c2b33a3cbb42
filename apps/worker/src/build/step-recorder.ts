import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildStepName } from '@slipway/contracts';
import { type ClaimedJob, type Db, isDatabaseAway, recordStep } from '@slipway/db';
import { JobAbort } from '../job/abort-reason.ts';

/** Between two tries, while the database is away. */
const RETRY_MS = 250;

/** `abort` is pulled by the recorder where the lease is lost. */
export interface StepRecorderNeeds {
  db: Db;
  job: ClaimedJob;
  abort: AbortController;
  say: (line: string) => void;
  onStep?: (step: BuildStepName) => void;
  /** Writes every line so far; false where one could not be. */
  flush: () => Promise<boolean>;
}

/**
 * Marks the steps of a build: in its log with how long each took, and as rows for whoever takes the job over (P-31).
 */
export class StepRecorder {
  readonly #needs: StepRecorderNeeds;
  #current: { step: BuildStepName; beganMs: number } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(needs: StepRecorderNeeds) {
    this.#needs = needs;
  }

  /** The step before, if there is one, is done. The same one again goes on. */
  begin(step: BuildStepName): void {
    if (this.#current?.step === step) return;
    this.#end(null);
    this.#current = { step, beganMs: performance.now() };
    this.#needs.onStep?.(step);
  }

  /**
   * The current step is done, with what whoever goes on needs. Resolves when it is a row, or when it is none because
   * lines of the log before it are lost; rejects where the row cannot be written.
   */
  async finish(outputs: unknown): Promise<void> {
    this.#end(JSON.stringify(outputs));
    await this.#writing;
  }

  /** The current step failed: it is no row. */
  async fail(): Promise<void> {
    const failed = this.#current;
    this.#current = undefined;
    if (failed) this.#needs.say(`[${failed.step}] failed after ${secondsSince(failed.beganMs)} s`);
    await this.#writing;
  }

  #end(outputs: string | null): void {
    const ended = this.#current;
    if (!ended) return;
    this.#current = undefined;
    const { db, job, abort, say, flush } = this.#needs;
    const { step } = ended;
    const durationMs = performance.now() - ended.beganMs;
    say(`[${step}] done in ${secondsSince(ended.beganMs)} s`);
    const write = async (): Promise<void> => {
      // Whoever goes on after this row writes none of the lines before it: without them it is no row.
      if (outputs !== null && !(await flush())) return;
      for (;;) {
        try {
          const { outcome } = await recordStep(db, job, { step, durationMs, outputs });
          if (outcome === 'lost-lease') abort.abort(new JobAbort('lease-lost'));
          return;
        } catch (error) {
          // The same row again does no harm; the lease's own clock says when to give up.
          if (!isDatabaseAway(error) || abort.signal.aborted) throw error;
          await sleep(RETRY_MS);
        }
      }
    };
    this.#writing = this.#writing.then(write);
    // Told by `finish`; a build that fails before has its own end to tell.
    this.#writing.catch(() => undefined);
  }
}

const secondsSince = (beganMs: number): string => ((performance.now() - beganMs) / 1000).toFixed(1);
