import { type AgentEvent, hasEffects, runProgress } from '@slipway/agent';
import type { Logger } from 'pino';
import type { OrderPlace } from './give-order.ts';
import { type CallNeeds, checkpoint } from './perform-call.ts';
import { LeaseLost, type SessionLog } from './session-log.ts';

/** `log` is asked what an earlier performer of the same run has changed and kept already. */
export interface KeptRun {
  readonly place: OrderPlace;
  readonly runId: string;
  readonly log: SessionLog;
}

/** How long a run waits for its files to be kept behind a turn, and as it leaves them. */
const KEEP_MS = 10_000;

/**
 * The checkpoints of one run (design, 7): before its first change, after each turn that made one, and where it is
 * stopped in the middle of one. What an earlier performer did is read from the log.
 */
export class FilesKeeper {
  readonly #needs: CallNeeds & { readonly log: Logger };
  readonly #run: KeptRun;
  /** Since the last checkpoint something was begun that may change the folder. */
  #acted = false;
  /**
   * In this process; what performers before it have changed, the log says. Either keeps "before" from being kept
   * twice.
   */
  #hasChanged = false;

  constructor(needs: CallNeeds & { readonly log: Logger }, run: KeptRun) {
    this.#needs = needs;
    this.#run = run;
  }

  /** What the files were before the first change, what a person typed until then with them. */
  async keepBefore(signal: AbortSignal): Promise<void> {
    if (!this.#hasChanged && this.#lastChange() < 0) await this.#keep(0, 'Before the agent’s changes', signal);
    this.#acted = true;
    this.#hasChanged = true;
  }

  /** Whether the files may be others than the last checkpoint has. */
  hasUnkept(): boolean {
    if (this.#acted) return true;
    const { log, runId } = this.#run;
    const isKept = (event: AgentEvent): boolean => event.type === 'Checkpoint' && event.runId === runId;
    return this.#lastChange() > log.events.findLastIndex(isKept);
  }

  /**
   * What they are after a turn; a command may have changed anything. A tab may be silent for a long time: the run goes
   * on then, and the next turn's checkpoint has it all.
   */
  async keepAfter(turn: number, signal: AbortSignal): Promise<void> {
    const limit = AbortSignal.timeout(KEEP_MS);
    try {
      await this.#keep(turn, `Turn ${turn} of the agent`, AbortSignal.any([signal, limit]));
      this.#acted = false;
    } catch (error) {
      if (error instanceof LeaseLost || !limit.aborted || signal.aborted) throw error;
      this.#missed(turn, error);
    }
  }

  /** A run that is stopped or fails in the middle of a turn has changed files as well. */
  async keepAtEnd(turn: number): Promise<void> {
    if (!this.hasUnkept()) return;
    try {
      // The run's own signal has told it to stop.
      await this.#keep(turn, `Turn ${turn} of the agent`, AbortSignal.timeout(KEEP_MS));
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      this.#missed(turn, error);
    }
  }

  #missed(step: number, error: unknown): void {
    const { sessionId } = this.#run.place.lease;
    this.#needs.log.warn({ err: error, sessionId, step }, 'a step of the agent has no checkpoint');
  }

  /** Where in the log the last result is of what may change the folder; -1: there is none. */
  #lastChange(): number {
    const { log, runId } = this.#run;
    const { calls } = runProgress(log.events, runId);
    const changes = new Set(calls.filter(({ name }) => hasEffects(name)).map(({ id }) => id));
    return log.events.findLastIndex((event) => event.type === 'ToolResult' && changes.has(event.id));
  }

  /** One that fails is told to the log of the server alone. */
  async #keep(step: number, description: string, signal: AbortSignal): Promise<void> {
    const { place, runId, log } = this.#run;
    const made = await checkpoint(this.#needs, { place, runId, turn: step, signal }, description);
    if (made.outcome !== 'done' || !made.ok) {
      const { sessionId } = place.lease;
      this.#needs.log.warn({ sessionId, made, step }, 'a step of the agent has no checkpoint');
      return;
    }
    await log.append({
      type: 'Checkpoint',
      runId,
      checkpointId: made.text,
      ...(made.snapshotId === undefined ? {} : { snapshotId: made.snapshotId }),
      ...(step === 0 ? { before: true } : {}),
    });
  }
}
