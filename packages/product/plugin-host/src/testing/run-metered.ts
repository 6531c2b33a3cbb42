import { Counters } from '../component/counters.ts';
import { type CallLimits, PLUGIN_LIMITS } from '../ground/limits.ts';
import { decodeModule } from '../wasm/decode-module.ts';
import { METER_MODULE } from '../wasm/meter-globals.ts';
import { meterModule } from '../wasm/meter-module.ts';

/** What a core module's function does, metered or not: its result or how it ended. */
export interface CoreOutcome {
  readonly result: unknown;
  readonly memory: Uint8Array | undefined;
  readonly fuel: bigint;
}

/** Calls a function of a core module in a new instance of it as it is. */
export function runRaw(
  core: Uint8Array<ArrayBuffer>,
  name: string,
  args: readonly unknown[],
): Omit<CoreOutcome, 'fuel'> {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(core), {});
  return outcomeOf(instance, name, args, (error) => (error instanceof Error ? error.constructor.name : 'unknown'));
}

function instantiateMetered(core: Uint8Array<ArrayBuffer>, limits: Partial<CallLimits>) {
  const counters = new Counters({ ...PLUGIN_LIMITS, ...limits });
  const decoded = decodeModule(core);
  counters.take({ memoryPages: decoded.ownMemoryPages, tableEntries: decoded.ownTableEntries });
  const metered = meterModule(decoded);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(metered), { [METER_MODULE]: counters.imports });
  return { counters, instance };
}

/** The same call as without metering, so that the results can be compared. */
export function runMetered(
  core: Uint8Array<ArrayBuffer>,
  name: string,
  args: readonly unknown[],
  limits: Partial<CallLimits> = {},
): CoreOutcome {
  const { counters, instance } = instantiateMetered(core, limits);
  const explain = (error: unknown) => {
    const { kind } = counters.explain(error);
    return kind === 'trap' ? 'RuntimeError' : kind;
  };
  return { ...outcomeOf(instance, name, args, explain), fuel: counters.spent };
}

/** Functions of one instance as it is and of one that is metered, to be called often: engines compile better then. */
export function openBoth(core: Uint8Array<ArrayBuffer>, name: string) {
  type Run = (...values: number[]) => unknown;
  const raw = new WebAssembly.Instance(new WebAssembly.Module(core), {});
  const { instance: metered } = instantiateMetered(core, { fuel: 10n ** 18n });
  return { raw: raw.exports[name] as Run, metered: metered.exports[name] as Run };
}

function outcomeOf(
  { exports }: WebAssembly.Instance,
  name: string,
  args: readonly unknown[],
  explain: (error: unknown) => string,
): Omit<CoreOutcome, 'fuel'> {
  let result: unknown;
  try {
    result = (exports[name] as (...values: unknown[]) => unknown)(...args);
  } catch (error) {
    result = explain(error);
  }
  const memory = exports['memory'];
  return { result, memory: memory instanceof WebAssembly.Memory ? new Uint8Array(memory.buffer) : undefined };
}
