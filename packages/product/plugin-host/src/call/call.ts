import type { WitValue } from '../component/canonical-abi.ts';
import { Counters } from '../component/counters.ts';
import { type CompiledComponent, linkPlugin, type LinkedPlugin } from '../component/link.ts';
import { InstantiationError } from '../ground/refusal.ts';
import type { PreparedComponent } from '../component/prepare.ts';
import { type CallLimits, PLUGIN_LIMITS } from '../ground/limits.ts';
import type { Condition } from '../manifest/entity-data.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { createHostFunctions } from './host-functions.ts';
import { type FailureKind, PluginFailure } from '../ground/plugin-failure.ts';
import type { GuestMethod } from '../component/world.ts';

/** On whose behalf a call is made. `init` has neither tenant nor user. */
export interface CallContext {
  readonly tenant: string;
  readonly user: string;
  readonly permissions: readonly string[];
  /** A UUID, from which the ids of new rows come: the same call makes the same ones. */
  readonly callId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a plugin wants to have done, in order; it is done only when the call went well (PL-09). */
export type Operation =
  | { readonly kind: 'insert'; readonly entity: string; readonly id: string; readonly data: string }
  | {
      readonly kind: 'update';
      readonly entity: string;
      readonly id: string;
      readonly data: string;
      readonly version: number;
    }
  | { readonly kind: 'delete'; readonly entity: string; readonly id: string }
  | { readonly kind: 'publish'; readonly type: string; readonly payload: string };

/** A row as a query gives it; `data` is JSON. */
export interface EntityRow {
  readonly id: string;
  readonly version: number;
  readonly data: string;
}

/** Answered from indexed fields alone. */
export interface EntityQuery {
  readonly entity: string;
  readonly conditions: readonly Condition[];
  readonly limit: number;
}

/** Answers a query at once: a guest cannot wait. A text is an error that the guest is told. */
export type AnswerQuery = (query: EntityQuery) => readonly EntityRow[] | string;

/** One line of a plugin's log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
}

/** `query` answers while the guest waits in the call, so it is synchronous. */
export interface PluginCall {
  readonly method: GuestMethod;
  readonly args: readonly string[];
  readonly context: CallContext;
  readonly limits?: Partial<CallLimits>;
  readonly query: AnswerQuery;
}

/** How a call went, and what it used. All but `memoryBytes` of failures is the same in every engine. */
export type CallResult = {
  readonly fuel: bigint;
  readonly memoryBytes: number;
  readonly log: readonly LogLine[];
} & (
  | { readonly kind: 'ok'; readonly operations: readonly Operation[] }
  | { readonly kind: FailureKind; readonly message: string }
);

/** Compiles what was prepared; throws `InstantiationError` where the engine finds it invalid. */
export function compileComponent({ plan, cores }: Pick<PreparedComponent, 'plan' | 'cores'>): CompiledComponent {
  try {
    return { plan, modules: cores.map((core) => new WebAssembly.Module(core)) };
  } catch (error) {
    throw new InstantiationError(`the engine refuses it: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Links an instance and throws it away: errors of linking show only there. */
export function tryInstantiate(component: CompiledComponent, manifest: Manifest): void {
  const result = callPlugin(component, manifest, undefined);
  if (result.kind !== 'ok') throw new InstantiationError(`it cannot be started: ${result.message}`);
}

/** For an instance that is only made: without a tenant its start functions can read and write nothing. */
const NOBODY: CallContext = {
  tenant: '',
  user: '',
  permissions: [],
  callId: '00000000-0000-4000-8000-000000000000',
  now: 0,
};

/**
 * Runs one call in an instance of its own (PL-08) and says how it went. Never throws for
 * anything that the plugin did, except for `InstantiationError` where it cannot be linked at all.
 * Without a call the instance is only made.
 */
export function callPlugin(component: CompiledComponent, manifest: Manifest, call: PluginCall | undefined): CallResult {
  const limits = { ...PLUGIN_LIMITS, ...call?.limits };
  const counters = new Counters(limits);
  const host = createHostFunctions(manifest, call?.context ?? NOBODY, call?.query ?? (() => []));
  let linked: LinkedPlugin | undefined;
  const used = () => ({ fuel: counters.spent, memoryBytes: linked?.memoryBytes() ?? 0, log: host.log });
  try {
    linked = linkPlugin(component, counters, host.functions);
    const value = call ? linked.call(call.method, call.args) : { ok: undefined };
    if (counters.failure !== undefined) throw counters.failure;
    const answer = value as { ok?: WitValue; error?: WitValue };
    if ('error' in answer) throw new PluginFailure('guest', answer.error as string);
    return { kind: 'ok', operations: host.operations, ...used() };
  } catch (error) {
    if (error instanceof InstantiationError) throw error;
    const { kind, message } = counters.explain(error);
    return { kind, message: message.slice(0, PLUGIN_LIMITS.logCharacters), ...used() };
  }
}
