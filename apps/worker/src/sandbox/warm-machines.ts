import { randomUUID } from 'node:crypto';
import type { SandboxConfig } from '@slipway/contracts';
import { type MachineKind, type MachineWatch, type SandboxMachine, systemClock, within } from '@slipway/sandboxes';
import type { Logger } from 'pino';

/** One that could not be started, or died while it waited, is started again so much later, twice as long each time. */
const AGAIN_MS = 5000;
const AGAIN_MOST_MS = 300_000;

/** Machines, one of which is always booted before it is asked for. */
export interface WarmMachines extends MachineKind {
  /** Begins to keep one ready, now or in a while. */
  warm(afterMs?: number): void;
  stop(): Promise<void>;
}

/** A machine that has waited is thrown away when another version would boot now. */
export interface WarmNeeds {
  log: Logger;
  connectMs: number;
  /** Names what a machine boots: one that has booted something else than would be booted now is given up. */
  version?: (signal: AbortSignal) => Promise<string | undefined>;
  againMs?: number;
}

/** One that waits, and who is to hear of it once it is somebody's. */
interface Waiting {
  machine: SandboxMachine;
  watch: { current: MachineWatch | undefined };
  version: string | undefined;
}

/**
 * Keeps one machine of this configuration connected and waiting, for whoever comes first. It is handed out once and
 * never comes back: no file, process or origin of one build is there for the next. The next one is started when that
 * one has ended, so that a build shares its cores with no boot; where it fails, the next build boots its own.
 *
 * Its id is its own, not that of the sandbox that it is handed out for: whoever asks has to have the registry told.
 */
export function keepOneWarm(machines: MachineKind, config: SandboxConfig, needs: WarmNeeds): WarmMachines {
  return new Warm(machines, config, needs);
}

class Warm implements WarmMachines {
  readonly kind: string;
  readonly #machines: MachineKind;
  readonly #config: string;
  readonly #wanted: SandboxConfig;
  readonly #needs: WarmNeeds;
  readonly #stop = new AbortController();
  #waiting: Promise<Waiting | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  readonly #ending = new Set<Promise<unknown>>();

  constructor(machines: MachineKind, config: SandboxConfig, needs: WarmNeeds) {
    this.kind = machines.kind;
    this.#machines = machines;
    this.#wanted = config;
    this.#config = JSON.stringify(config);
    this.#needs = needs;
  }

  sweep(id: string): Promise<void> {
    return this.#machines.sweep(id);
  }

  async open(id: string, asked: SandboxConfig, watch: MachineWatch, signal: AbortSignal): Promise<SandboxMachine> {
    signal.throwIfAborted();
    const ready = JSON.stringify(asked) === this.#config ? this.#waiting : undefined;
    // Before anything is waited for: nobody else gets it.
    if (ready !== undefined) this.#waiting = undefined;
    const found = await this.#current(await this.#unlessAborted(ready, signal), signal);
    const machine = found?.machine ?? (await this.#machines.open(id, asked, watch, signal));
    void machine.ended.then(() => this.warm());
    if (found === undefined) return machine;
    found.watch.current = watch;
    return connected(machine);
  }

  warm(afterMs = 0): void {
    if (this.#stop.signal.aborted || this.#waiting !== undefined) return;
    clearTimeout(this.#timer);
    if (afterMs > 0) {
      this.#timer = setTimeout(() => this.warm(), afterMs).unref();
      return;
    }
    const opening = this.#open().then(
      (opened) => {
        // One that dies before anybody has it is replaced.
        void opened.machine.ended.then(() => {
          if (this.#lost(opening)) this.#end(opening);
        });
        return opened;
      },
      (error: unknown) => {
        if (!this.#stop.signal.aborted) this.#needs.log.debug({ err: error }, 'no sandbox could be kept ready');
        this.#lost(opening);
        return undefined;
      },
    );
    this.#waiting = opening;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stop.abort(new Error('Cannot start a sandbox: the worker stops'));
    const unused = this.#waiting;
    this.#waiting = undefined;
    this.#end(unused);
    // One that was given up a moment ago, too.
    await Promise.all(this.#ending);
  }

  async #open(): Promise<Waiting> {
    const { signal } = this.#stop;
    const { connectMs } = this.#needs;
    const watch: Waiting['watch'] = { current: undefined };
    const version = await this.#needs.version?.(signal);
    const told: MachineWatch = { progress: () => watch.current?.progress() };
    const machine = await this.#machines.open(randomUUID(), this.#wanted, told, signal);
    try {
      const late = (): Error => new Error(`Cannot keep a sandbox ready: no channel came within ${connectMs} ms`);
      await within(systemClock, connectMs, machine.connect(), late);
      signal.throwIfAborted();
    } catch (error) {
      await machine.end(0);
      throw error;
    }
    return { machine, watch, version };
  }

  /** It is nobody's any more; if it was the one that waits, another one is started in a while. */
  #lost(opening: Promise<Waiting | undefined>): boolean {
    if (this.#waiting !== opening) return false;
    this.#waiting = undefined;
    const { againMs = AGAIN_MS } = this.#needs;
    this.warm(Math.min(againMs * 2 ** this.#failures++, AGAIN_MOST_MS));
    return true;
  }

  /** It, unless it has booted what nobody would boot now. */
  async #current(found: Waiting | undefined, signal: AbortSignal): Promise<Waiting | undefined> {
    const { version } = this.#needs;
    if (found === undefined || version === undefined) return found;
    try {
      if ((await version(signal)) === found.version) {
        this.#failures = 0;
        return found;
      }
    } catch (error) {
      this.#end(Promise.resolve(found));
      throw error;
    }
    this.#end(Promise.resolve(found));
    return undefined;
  }

  /** Rejects when the signal is aborted; what comes then is nobody's, and is ended. */
  async #unlessAborted(
    ready: Promise<Waiting | undefined> | undefined,
    signal: AbortSignal,
  ): Promise<Waiting | undefined> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    // Nobody waits for it any more when the machine was there first.
    aborted.catch(() => undefined);
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await Promise.race([ready, aborted]);
    } catch (error) {
      this.#end(ready);
      // Nothing is handed out whose end would start the next one.
      void ready?.then(() => this.warm());
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends one that waits, also where it is still being started; `stop` waits for it. */
  #end(unused: Promise<Waiting | undefined> | undefined): void {
    if (unused === undefined) return;
    const end = unused
      .then((opened) => opened?.machine.end(0))
      // Builds go on beside what is left of it.
      .catch((error: unknown) => this.#needs.log.warn({ err: error }, 'a sandbox that waited could not be ended'))
      .finally(() => this.#ending.delete(end));
    this.#ending.add(end);
  }
}

/** It has its channel: that is asked for once. */
function connected(machine: SandboxMachine): SandboxMachine {
  return new Proxy(machine, {
    get: (target, name) => {
      if (name === 'connect') return async () => undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
