import type { CallLimits } from '../ground/limits.ts';
import { PluginFailure } from '../ground/plugin-failure.ts';
import { InstantiationError } from '../ground/refusal.ts';
import type { CoreSignature } from './prepare.ts';

/** Fuel that one crossing from a plugin to its host costs. */
const CROSSING_FUEL = 100n;

/**
 * What one call has left, in globals that all core modules of a component share. A plugin
 * cannot reach them; see `meterModule`.
 */
export class Counters {
  /** By the names of `METER_GLOBALS`. */
  readonly imports: Record<string, WebAssembly.Global>;
  readonly #fuel: WebAssembly.Global<'i64'>;
  readonly #stack: WebAssembly.Global<'i32'>;
  readonly #pages: WebAssembly.Global<'i32'>;
  readonly #entries: WebAssembly.Global<'i32'>;
  readonly #refused: WebAssembly.Global<'i32'>;
  readonly #limits: CallLimits;
  #failure: unknown;

  constructor(limits: CallLimits) {
    this.#limits = limits;
    const count = (value: number) => new WebAssembly.Global({ value: 'i32', mutable: true }, value);
    this.#fuel = new WebAssembly.Global({ value: 'i64', mutable: true }, limits.fuel);
    this.#stack = count(limits.stackWords);
    this.#pages = count(limits.memoryPages);
    this.#entries = count(limits.tableEntries);
    this.#refused = count(0);
    this.imports = {
      fuel: this.#fuel,
      stack: this.#stack,
      pages: this.#pages,
      entries: this.#entries,
      refused: this.#refused,
    };
  }

  /** Fuel spent so far; a little above the limit when that was reached. */
  get spent(): bigint {
    return this.#limits.fuel - this.#fuel.value;
  }

  /** The first failure of the call. It stays, whatever the guest makes of it. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Notes a failure and returns the first one, to be thrown: a guest may catch an exception on its way, which
   * ends nothing.
   */
  fail(error: unknown): unknown {
    this.#failure ??= error;
    return this.#failure;
  }

  /** Takes fuel for what the host does. Throws when it is used up; metered code looks at the global by itself. */
  pay(fuel: bigint): void {
    this.#fuel.value -= fuel;
    if (this.#fuel.value < 0n) throw this.fuelFailure();
  }

  /** For every call from the guest to the host, whatever it does there. */
  enter(): void {
    this.pay(CROSSING_FUEL);
  }

  fuelFailure(): PluginFailure {
    return new PluginFailure('fuel', `It used up its ${this.#limits.fuel} units of fuel`);
  }

  /** What a module has from the beginning counts as well. */
  take({ memoryPages, tableEntries }: Pick<CoreSignature, 'memoryPages' | 'tableEntries'>): void {
    if (memoryPages > this.#pages.value) throw this.#memoryFailure();
    if (tableEntries > this.#entries.value) {
      throw new InstantiationError(`its tables have more than ${this.#limits.tableEntries} entries`);
    }
    this.#pages.value -= memoryPages;
    this.#entries.value -= tableEntries;
  }

  #memoryFailure(): PluginFailure {
    return new PluginFailure('memory', `It wanted more than ${this.#limits.memoryPages} pages of memory`);
  }

  /** What a trap of the engine's means: our own checks end a call by one. */
  explain(error: unknown): PluginFailure {
    const failure = this.#failure ?? error;
    if (failure instanceof PluginFailure) return failure;
    if (this.#fuel.value < 0n) return this.fuelFailure();
    if (this.#stack.value < 0 || failure instanceof RangeError) {
      return new PluginFailure('stack', `It used up its ${this.#limits.stackWords} words of stack`);
    }
    if (failure instanceof WebAssembly.RuntimeError) {
      // Most programs end with a trap when they are given no memory.
      return this.#refused.value === 1 ? this.#memoryFailure() : new PluginFailure('trap', 'It trapped');
    }
    return new PluginFailure('host', `The host failed: ${failure instanceof Error ? failure.message : 'unknown'}`);
  }
}
