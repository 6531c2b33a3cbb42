import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  claimPluginDelivery,
  type Db,
  type DeliveryStep,
  EVENT_CHANNEL,
  type Fact,
  failPluginDelivery,
  flushPluginCall,
  getPlugin,
  isDatabaseAway,
  listPermissions,
  passPluginDelivery,
  type PluginDelivery,
  queryPluginRows,
  readFacts,
  releasePluginDelivery,
} from '@slipway/db';
import { type CallResult, type EntityRow, type GuestMethod, matchesPattern } from '@slipway/plugin-host';
import type { Logger } from 'pino';
import type { Sql } from '../events/listening-client.ts';
import { lineOf, recordingOf } from './call-line.ts';
import { limitsOf, type PluginEngine } from './plugin-engine.ts';
import type { LoadedPlugin, PluginPool } from './plugin-pool.ts';
import { readableRows } from './readable-rows.ts';

/** What the dispatcher is made of. */
export interface DispatcherNeeds {
  db: Db;
  client: Sql;
  engine: PluginEngine;
  pool: PluginPool;
  log: Logger;
  /** How long a delivery is one server’s: longer than a call may take. */
  leaseUs?: number;
}

/** Without a hint it looks this often. */
const POLL_MS = 1000;
const LEASE_US = 90_000_000;
/** Deliveries at once. */
const AT_ONCE = 2;
/** Plugins' events that lead to each other: deeper ones reach nobody. */
const CAUSALITY_DEPTH = 8;
/** Batches of one delivery before others get their turn. */
const BATCHES = 20;
/** A step that failed for a reason that may pass, an unknown one of the database or the end of its thread, so often. */
const ATTEMPTS = 5;
/** Between them: 0.1, 0.3, 0.9 and 2.7 seconds. */
const PAUSES = { pauseUs: 100_000, factor: 3 };

/**
 * Brings owners' events to plugins (PL-04, PL-12): it reads rows, never memory, so that what was committed is delivered
 * by somebody, at least once and in order. The effects of a call and the step over its event commit together.
 */
export async function startPluginDispatcher(needs: DispatcherNeeds): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let wake = () => {};
  let hinted = true;
  const hint = () => {
    hinted = true;
    wake();
  };
  const listening = await needs.client.listen(EVENT_CHANNEL, hint, hint);
  const loop = async () => {
    while (!stopped) {
      try {
        const delivery = await claimPluginDelivery(needs.db, needs.leaseUs ?? LEASE_US);
        if (delivery) {
          await deliver(needs, delivery, () => stopped);
          continue;
        }
      } catch (error) {
        // The database may be away; the lease lapses, and somebody tries again.
        if (!stopped) needs.log.warn({ err: error }, 'plugins: a delivery failed and will be tried again');
      }
      if (stopped) break;
      if (!hinted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, POLL_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      hinted = false;
    }
  };
  const loops = Array.from({ length: AT_ONCE }, loop);
  return {
    stop: async () => {
      stopped = true;
      wake();
      await listening.unlisten();
      // A call under way is not waited for: its event comes again to whoever starts next.
      await Promise.race([Promise.all(loops), sleep(2000, undefined, { ref: false })]);
    },
  };
}

async function deliver(needs: DispatcherNeeds, delivery: PluginDelivery, stopped: () => boolean): Promise<void> {
  const plugin = await getPlugin(needs.db, delivery.pluginId);
  if (plugin?.state !== 'running') return;
  let loaded: LoadedPlugin;
  try {
    loaded = await needs.engine.compiled(plugin);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return await needs.engine.breakDown(plugin, error instanceof Error ? error.message : String(error));
  }
  if (!delivery.told) {
    const about = { method: 'on-tenant-created', args: [delivery.ownerId], eventType: null } as const;
    const held = await callAndSettle(needs, loaded, delivery, {
      ...about,
      key: 'tenant',
      actorId: delivery.ownerId,
      depth: 0,
      step: { told: true },
      stopped,
    });
    if (!held) return;
  }
  let { after } = delivery;
  for (let batch = 0; batch < BATCHES && !stopped(); batch++) {
    const { facts, next } = await readFacts(needs.db, delivery.ownerId, after);
    if (next === after) break;
    for (const fact of facts) {
      if (stopped()) return;
      if (!wants(loaded, fact)) continue;
      const held = await callAndSettle(needs, loaded, delivery, {
        method: 'handle-event',
        args: [fact.type, fact.payload],
        eventType: fact.type,
        key: String(fact.seq),
        actorId: fact.actorId,
        depth: fact.depth,
        step: { after: fact.seq },
        stopped,
      });
      if (!held) return;
    }
    const passed = await passPluginDelivery(needs.db, delivery, { after: next }, undefined);
    if (passed.outcome === 'lost') return;
    after = next;
  }
  await releasePluginDelivery(needs.db, delivery);
}

const wants = ({ manifest }: LoadedPlugin, { type, depth }: Fact): boolean =>
  depth <= CAUSALITY_DEPTH && manifest.events.some((pattern) => matchesPattern(pattern, type));

interface OneCall {
  method: GuestMethod;
  args: readonly string[];
  eventType: string | null;
  /** With the plugin and the owner, what makes the call's id: the same event makes the same one again. */
  key: string;
  actorId: string;
  depth: number;
  step: DeliveryStep;
  /** Whether the server stops: what became of a call is then no fault of its own. */
  stopped(): boolean;
}

/** False when the delivery is another's, or nobody's for a pause, or the plugin was turned off: nothing was done. */
async function callAndSettle(
  needs: DispatcherNeeds,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  call: OneCall,
): Promise<boolean> {
  const { db, log } = needs;
  const { pluginId, ownerId } = delivery;
  const about = { pluginId, ownerId, method: call.method, eventType: call.eventType, sha256: plugin.key };
  let failed: CallResult;
  try {
    const made = await makeCall(needs, plugin, delivery, call);
    if (call.stopped() && made.result.kind === 'died') {
      await releasePluginDelivery(db, delivery);
      return false;
    }
    const line = (of: CallResult) => lineOf({ ...about, recording: made.recording }, of, made.durationMs);
    if (made.result.kind !== 'died') return await settle(needs, plugin, delivery, call, { result: made.result, line });
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
  const line = lineOf({ ...about, recording: null }, given, 0);
  return (await passPluginDelivery(db, delivery, call.step, line)).outcome === 'flushed';
}

/** Makes the call and keeps what it was told. Throws when the host could not answer it. */
async function makeCall(
  { db, pool, engine }: DispatcherNeeds,
  plugin: LoadedPlugin,
  { pluginId, ownerId }: PluginDelivery,
  { method, args, actorId, key }: OneCall,
): Promise<{ result: CallResult; durationMs: number; recording: string | null }> {
  const answers: (readonly EntityRow[])[] = [];
  let fault: { error: unknown } | undefined;
  const call = {
    method,
    args,
    context: {
      tenant: ownerId,
      user: actorId,
      permissions: await listPermissions(db, actorId),
      callId: callIdOf(pluginId, ownerId, key),
      now: Date.now(),
    },
    ...limitsOf(engine.limits),
  };
  const began = performance.now();
  const result = await pool.call({
    ...call,
    plugin,
    query: async ({ entity, conditions, limit }) => {
      try {
        const rows = await queryPluginRows(db, ownerId, { pluginId, entity, conditions, limit });
        const readable = readableRows(plugin.manifest.entities[entity]!, rows);
        answers.push(readable);
        return readable;
      } catch (error) {
        fault = { error };
        throw error;
      }
    },
  });
  if (fault) throw fault.error;
  return { result, durationMs: performance.now() - began, recording: recordingOf(call, answers) };
}

/** Does what a call queued, or notes how it failed: with the step over its event, in either case. */
async function settle(
  { db, log }: DispatcherNeeds,
  { manifest }: LoadedPlugin,
  delivery: PluginDelivery,
  call: OneCall,
  { result, line }: { result: CallResult; line: (of: CallResult) => ReturnType<typeof lineOf> },
): Promise<boolean> {
  if (result.kind === 'ok' && result.operations.length > 0) {
    const done = { operations: result.operations, line: line(result), entities: manifest.entities };
    const refused = await tryFlush(db, delivery, call, done);
    if (refused.outcome !== 'conflict') return refused.outcome === 'flushed';
    log.info({ plugin: delivery.pluginId, message: refused.message }, 'plugins: what a call queued could not be done');
    const failed: CallResult = { ...result, kind: 'host', message: refused.message };
    return (await passPluginDelivery(db, delivery, call.step, line(failed))).outcome === 'flushed';
  }
  return (await passPluginDelivery(db, delivery, call.step, line(result))).outcome === 'flushed';
}

async function tryFlush(
  db: Db,
  delivery: PluginDelivery,
  { step, actorId, depth }: OneCall,
  done: Pick<Parameters<typeof flushPluginCall>[2], 'operations' | 'line' | 'entities'>,
): Promise<{ outcome: 'flushed' | 'lost' } | { outcome: 'conflict'; message: string }> {
  try {
    return await flushPluginCall(db, delivery, { ...done, step, actorId, depth });
  } catch (error) {
    // Data that the database cannot hold is the plugin's fault, and would be tomorrow; anything else may pass.
    if (!isDataError(error)) throw error;
    return { outcome: 'conflict', message: 'The database refused what the call queued' };
  }
}

/** Classes 22 and 23 of SQLSTATE: values out of range, broken constraints. */
function isDataError(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^2[23]/.test(code)) return true;
  }
  return false;
}

/** A UUID of version 8 from what the call is about. */
function callIdOf(pluginId: string, ownerId: string, key: string): string {
  const hex = createHash('sha256').update(`${pluginId}\n${ownerId}\n${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
