import {
  type Db,
  type DeliveryStep,
  failPluginDelivery,
  type FlushResult,
  flushPluginCalls,
  isDatabaseAway,
  passPluginDelivery,
  type PluginDelivery,
  releasePluginDelivery,
} from '@slipway/db';
import type { CallResult, GuestMethod } from '@slipway/plugin-host';
import type { Logger } from 'pino';
import { lineOf } from './call-line.ts';
import type { LoadedPlugin } from './plugin-pool.ts';

/** What a call is made of, apart from the plugin and the delivery. */
export interface OneCall {
  method: GuestMethod;
  args: readonly string[];
  eventType: string | null;
  /** With the plugin and the owner, what makes the call's id: the same event makes the same one again. */
  key: string;
  actorId: string;
  depth: number;
  step: DeliveryStep;
  permissionsOf(userId: string): Promise<readonly string[]>;
  /** Whether the server stops: what became of a call is then no fault of its own. */
  stopped(): boolean;
}

/** How a call ended. What it queued may still be lost. */
interface Answered {
  result: CallResult;
  durationMs: number;
  recording: string | null;
}

/** Or why it could not be made. */
export type Made = Answered | { error: unknown };

/** A call with what became of it, to be written. */
export interface MadeCall {
  call: OneCall;
  made: Made;
}

/** Of calls that wait to be written, and of those that are written at once: what a crash has made again. */
const AHEAD = 16;
/** Of all that these queued: what one call may. Its owner's row of numbers is locked as long as that is written. */
const AHEAD_OPERATIONS = 1000;
/** Likewise, of their text. */
const AHEAD_CHARACTERS = 8 * 1024 * 1024;
/** A step that failed for a reason that may pass, an unknown one of the database or the end of its thread, so often. */
const ATTEMPTS = 5;
/** Between them: 0.1, 0.3, 0.9 and 2.7 seconds. */
const PAUSES = { pauseUs: 100_000, factor: 3 };

/** What writing takes. */
interface WriterNeeds {
  db: Db;
  log: Logger;
}

/** Calls in the order in which they were made, on their way into the database. */
export interface CallWriter {
  /** False when those before could not be written: then this one is not either. Waits while too many are ahead. */
  add(call: MadeCall): Promise<boolean>;
  /** Once all that were added are written; false, or rejected, when they could not be. */
  written(): Promise<boolean>;
}

/**
 * Writes at once what was added, and together what was added meanwhile: one transaction for each call would cost
 * five times what the call does.
 */
export function createCallWriter(write: (calls: readonly MadeCall[]) => Promise<boolean>): CallWriter {
  const queue: MadeCall[] = [];
  let writing = false;
  /** What could not be written ends it: nothing behind it is. */
  let failed = false;
  let state: Promise<boolean> = Promise.resolve(true);
  const run = async (): Promise<boolean> => {
    try {
      while (queue.length > 0) {
        if (await write(queue.splice(0, fitting(queue)))) continue;
        failed = true;
        return false;
      }
      writing = false;
      return true;
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  return {
    add: async (call) => {
      if (failed || (queue.length > 0 && fitting([...queue, call]) <= queue.length)) {
        if (!(await state)) return false;
      }
      queue.push(call);
      if (!writing) {
        writing = true;
        state = run();
        // Whoever waits for it hears of an error; nobody may yet.
        state.catch(() => undefined);
      }
      return true;
    },
    written: () => state,
  };
}

/** How many of the first ones are written together; one always is. */
function fitting(calls: readonly MadeCall[]): number {
  let [operations, characters] = [0, 0];
  for (const [at, { made }] of calls.entries()) {
    const queued = 'result' in made && made.result.kind === 'ok' ? made.result.operations : [];
    operations += queued.length;
    for (const operation of queued)
      characters += 'data' in operation ? operation.data.length : 'payload' in operation ? operation.payload.length : 0;
    if (at > 0 && (at === AHEAD || operations > AHEAD_OPERATIONS || characters > AHEAD_CHARACTERS)) return at;
  }
  return calls.length;
}

/**
 * Does what calls queued, in one transaction where that goes, and one by one where something is in the way. False when
 * the delivery is another's, or nobody's for a pause, or the plugin was turned off: then the rest was not done.
 */
export async function writeCalls(
  needs: WriterNeeds,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  calls: readonly MadeCall[],
): Promise<boolean> {
  const plain = calls.flatMap(({ call, made }) => (isPlain(call, made) ? [{ call, made }] : []));
  const queued = plain.some(({ made: { result } }) => result.kind === 'ok' && result.operations.length > 0);
  if (plain.length > 1 && plain.length === calls.length && queued) {
    try {
      const { outcome } = await tryFlush(needs.db, plugin, delivery, plain);
      if (outcome !== 'conflict') return outcome === 'flushed';
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      needs.log.info({ err: error, plugin: delivery.pluginId }, 'plugins: calls are written one by one');
    }
  }
  for (const made of calls) if (!(await writeCall(needs, plugin, delivery, made))) return false;
  return true;
}

/** Nothing but what the plugin did, so that it can be written with others. */
const isPlain = ({ step }: OneCall, made: Made): made is Answered =>
  'after' in step && 'result' in made && made.result.kind !== 'died';

/**
 * Does what the call queued, or notes that it failed. False when the delivery is another's, or nobody's for a pause, or
 * the plugin was turned off: then nothing was done.
 */
async function writeCall(
  needs: WriterNeeds,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  { call, made }: MadeCall,
): Promise<boolean> {
  const { db, log } = needs;
  const { pluginId } = delivery;
  let failed: CallResult;
  try {
    if ('error' in made) throw made.error;
    if (call.stopped() && made.result.kind === 'died') {
      await releasePluginDelivery(db, delivery);
      return false;
    }
    if (made.result.kind !== 'died') return await settle(needs, plugin, delivery, { call, made });
    failed = made.result;
  } catch (error) {
    // Away is away for everybody: the lease lapses, and whoever claims then tries again.
    if (isDatabaseAway(error) || call.stopped()) throw error;
    const message = error instanceof Error ? error.message : String(error);
    failed = { kind: 'host', message: `The server failed: ${message}`, fuel: 0n, memoryBytes: 0, log: [] };
  }
  const attempts = await failPluginDelivery(db, delivery, PAUSES);
  if (attempts === undefined || attempts < ATTEMPTS) {
    log.warn({ plugin: pluginId, attempts, message: failed.message }, 'plugins: a call failed and will be made again');
    return false;
  }
  log.error({ plugin: pluginId, message: failed.message }, 'plugins: a call was given up');
  const given = { ...failed, message: `Given up after ${attempts} times: ${failed.message}` };
  const line = lineFor(plugin, delivery, { call, made: { result: given, durationMs: 0, recording: null } });
  return (await passPluginDelivery(db, delivery, call.step, line)).outcome === 'flushed';
}

/** Does what a call queued, or notes how it failed: with the step over its event, in either case. */
async function settle(
  { db, log }: WriterNeeds,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  { call, made }: { call: OneCall; made: Answered },
): Promise<boolean> {
  const pass = async (answered: Answered): Promise<boolean> => {
    const line = lineFor(plugin, delivery, { call, made: answered });
    return (await passPluginDelivery(db, delivery, call.step, line)).outcome === 'flushed';
  };
  if (made.result.kind !== 'ok' || made.result.operations.length === 0) return await pass(made);
  const refused = await tryFlush(db, plugin, delivery, [{ call, made }]);
  if (refused.outcome !== 'conflict') return refused.outcome === 'flushed';
  log.info({ plugin: delivery.pluginId, message: refused.message }, 'plugins: what a call queued could not be done');
  return await pass({ ...made, result: { ...made.result, kind: 'host', message: refused.message } });
}

/** All operations and the steps in one transaction, or none of them. */
async function tryFlush(
  db: Db,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  calls: readonly { call: OneCall; made: Answered }[],
): Promise<FlushResult> {
  const flushes = calls.map(({ call, made }) => ({
    operations: made.result.kind === 'ok' ? made.result.operations : [],
    line: lineFor(plugin, delivery, { call, made }),
    step: call.step,
    actorId: call.actorId,
    depth: call.depth,
  }));
  try {
    const [first, ...others] = flushes;
    return first
      ? await flushPluginCalls(db, delivery, plugin.manifest.entities, [first, ...others])
      : { outcome: 'flushed' };
  } catch (error) {
    // Data that the database cannot hold is the plugin's fault, and would be tomorrow; anything else may pass.
    if (!isDataError(error)) throw error;
    return { outcome: 'conflict', message: 'The database refused what the call queued' };
  }
}

const lineFor = (
  { key }: LoadedPlugin,
  { pluginId, ownerId }: PluginDelivery,
  { call: { method, eventType }, made: { result, durationMs, recording } }: { call: OneCall; made: Answered },
) => lineOf({ pluginId, ownerId, method, eventType, sha256: key, recording }, result, durationMs);

/** Classes 22 and 23 of SQLSTATE: values out of range, broken constraints. */
function isDataError(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^2[23]/.test(code)) return true;
  }
  return false;
}
