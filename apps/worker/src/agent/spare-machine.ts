import { randomUUID } from 'node:crypto';
import { sandboxConfig } from '@slipway/contracts';
import { CONNECT_MS, type MachineKind, type SandboxMachine, systemClock, within } from '@slipway/sandboxes';
import type { Logger } from 'pino';

/** On a machine that is busy, a browser takes longer to start than the verbs of sandboxes grant it. */
const OPEN_MS = 3 * CONNECT_MS;
const CONFIG = sandboxConfig.parse({});

/** A machine that is connected and has no files yet. */
export async function openMachine(machines: MachineKind, signal: AbortSignal): Promise<SandboxMachine> {
  const machine = await machines.open(randomUUID(), CONFIG, { progress: () => undefined }, signal);
  try {
    const late = (): Error => new Error(`Cannot start a stand-in: no channel came within ${OPEN_MS} ms`);
    await within(systemClock, OPEN_MS, machine.connect(), late);
    return machine;
  } catch (error) {
    await machine.end(0);
    throw error;
  }
}

/**
 * Keeps one machine ready while runs go on: starting a browser is most of the time that a person who closed a tab would
 * see nothing happen.
 */
export class SpareMachine {
  readonly #machines: MachineKind;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #spare: Promise<SandboxMachine | undefined> | undefined;

  constructor(machines: MachineKind, log: Logger) {
    this.#machines = machines;
    this.#log = log;
  }

  /** Starts one, unless there is one. */
  keep(): void {
    if (this.#stop.signal.aborted) return;
    const opening = (this.#spare ??= openMachine(this.#machines, this.#stop.signal).then(
      (machine) => {
        // One that dies is replaced when it is next asked for.
        void machine.ended.then(() => this.#forget(opening));
        return machine;
      },
      (error: unknown) => {
        if (!this.#stop.signal.aborted)
          this.#log.warn({ err: error }, 'no spare sandbox for the agent could be started');
        this.#forget(opening);
        return undefined;
      },
    ));
  }

  /** The spare one, or one that is started now. */
  async take(signal: AbortSignal): Promise<SandboxMachine> {
    const spare = this.#spare;
    this.#spare = undefined;
    return (await spare) ?? (await openMachine(this.#machines, signal));
  }

  async drop(): Promise<void> {
    const spare = this.#spare;
    this.#spare = undefined;
    await (await spare)?.end(0);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('Cannot start a sandbox: the worker stops'));
    await this.drop();
  }

  #forget(spare: Promise<SandboxMachine | undefined>): void {
    if (this.#spare === spare) this.#spare = undefined;
  }
}
