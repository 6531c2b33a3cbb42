import { PLUGIN_METHODS } from '../component/world.ts';
import type { CallLimits } from '../ground/limits.ts';
import { MANIFEST_SECTION, parseManifest } from '../manifest/manifest.ts';
import { prepareComponent } from '../component/prepare.ts';
import { type CallContext, callPlugin, type CallResult, compileComponent, type EntityRow } from './call.ts';
import type { GuestMethod } from '../component/world.ts';

/** All that a call was told: with the component it is the whole call. */
export interface Recording {
  readonly method: GuestMethod;
  readonly args: readonly string[];
  readonly context: CallContext;
  readonly limits: Partial<CallLimits>;
  /** What its queries were answered, in order. */
  readonly answers: readonly (readonly EntityRow[])[];
}

/** Reads a recording as the server keeps it; throws where it is none. */
export function parseRecording(text: string): Recording {
  const value = JSON.parse(text) as Partial<Record<keyof Recording, unknown>> | null;
  const wrong = (what: string) => new Error(`Cannot replay: ${what} of the recording is not as it must be`);
  if (typeof value !== 'object' || value === null) throw wrong('the whole');
  const method = PLUGIN_METHODS.find((known) => known === value.method);
  if (!method) throw wrong('the method');
  if (!isList(value.args) || !value.args.every((arg) => typeof arg === 'string')) throw wrong('an argument');
  const rows = isList(value.answers) && value.answers.every((answer) => isList(answer) && answer.every(isRow));
  if (!rows) throw wrong('an answer');
  const { tenant, user, permissions, callId, now } = (value.context ?? {}) as Record<string, unknown>;
  const texts = [tenant, user, callId].every((part) => typeof part === 'string');
  if (!texts || typeof now !== 'number' || !isList(permissions)) throw wrong('the context');
  // Fuel is 64 bits and kept as decimal text; 18 digits stay below 2^63.
  const { fuel, ...others } = (value.limits ?? {}) as Record<string, unknown>;
  const numbers = Object.values(others).every((limit) => typeof limit === 'number');
  if (!numbers || (fuel !== undefined && !/^\d{1,18}$/.test(String(fuel)))) throw wrong('a limit');
  return {
    method,
    args: value.args as string[],
    context: value.context as CallContext,
    limits: { ...(others as Partial<CallLimits>), ...(fuel !== undefined && { fuel: BigInt(String(fuel)) }) },
    answers: value.answers as EntityRow[][],
  };
}

/**
 * Makes a recorded call again, in whichever engine: the same operations, failure, log and fuel come of it. A component
 * that is another than the one that was called may ask for more than was answered then: that is told to it as an error.
 */
export function replayCall(component: Uint8Array, { answers, ...call }: Recording): CallResult {
  const prepared = prepareComponent(component);
  const manifest = parseManifest(prepared.customs.get(MANIFEST_SECTION));
  let asked = 0;
  const query = () => answers[asked++] ?? 'The recording has no answer to this query';
  return callPlugin(compileComponent(prepared), manifest, { ...call, query });
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);

function isRow(value: unknown): boolean {
  const { id, version, data } = (value ?? {}) as Record<string, unknown>;
  return typeof id === 'string' && typeof version === 'number' && typeof data === 'string';
}
