/** All else of a checkpoint is the driver's affair. */
export interface RecoveryPoint {
  readonly checkpointId: string;
  readonly step: number;
  /** Side effects that were done before it was taken, by their ids: they are not repeated. */
  readonly effects: readonly string[];
}

/** Does an action unless the checkpoint says that it was done. */
export type Once = (effectId: string, action: () => Promise<void>) => Promise<void>;

/** What a task is brought back with, in the order in which it is called (RC-02). */
export interface RecoverySteps<P extends RecoveryPoint> {
  latest(): Promise<P | undefined>;
  /** False where the checkpoint is not there any more. */
  restore(point: P): Promise<boolean>;
  /** Whether what was restored is the checkpoint's state; false only warns. */
  verify(point: P): Promise<boolean>;
  restoreExternal(point: P, once: Once): Promise<void>;
  resume(step: number): Promise<void>;
}

/** `attempts` counts across restarts, so that a task that kills its process comes to an end. */
export interface RecoveryOptions<P extends RecoveryPoint> extends RecoverySteps<P> {
  /** So many, and no more (RC-04). */
  readonly maxAttempts: number;
  /** Made before, by a process that died: rows remember. */
  readonly attempts?: number;
  readonly onRecover: (step: number) => void;
  readonly onFailure: (error: Error) => void;
  readonly onWarning: (message: string) => void;
  /** The clock of the task's timeout begins again (RC-04). */
  readonly restartClock: () => void;
}

/** Brings a task back to its last checkpoint: one at a time (RC-01), and so often. */
export class Recovery<P extends RecoveryPoint> {
  readonly #options: RecoveryOptions<P>;
  #attempts: number;
  #running = false;

  constructor(options: RecoveryOptions<P>) {
    this.#options = options;
    this.#attempts = options.attempts ?? 0;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Whether the task goes on. False at once while another call is under way. Never rejects. */
  async recover(): Promise<boolean> {
    if (this.#running) return false;
    this.#running = true;
    const { maxAttempts, onRecover, onFailure, restartClock } = this.#options;
    try {
      if (this.#attempts >= maxAttempts) throw new Error(`Gave up after ${this.#attempts} recoveries`);
      this.#attempts++;
      const step = await this.#bringBack();
      restartClock();
      onRecover(step);
      return true;
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)));
      return false;
    } finally {
      this.#running = false;
    }
  }

  async #bringBack(): Promise<number> {
    const { latest, restore, verify, restoreExternal, resume, onWarning } = this.#options;
    const point = await latest();
    if (!point) throw new Error('No checkpoint available');
    if (!(await restore(point))) throw new Error('Checkpoint restore failed');
    if (!(await verify(point))) onWarning(`What was restored differs from checkpoint ${point.checkpointId}`);
    const done = new Set(point.effects);
    await restoreExternal(point, async (effectId, action) => {
      if (done.has(effectId)) return;
      await action();
      done.add(effectId);
    });
    await resume(point.step);
    return point.step;
  }
}
