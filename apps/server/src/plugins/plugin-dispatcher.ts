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

/** Injected, so that a test has an engine and a pool of its own. */
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
/** With hints not more often than this after it found nothing: what one loop delivers hints the others all the time. */
const REST_MS = 20;
/** Three times what a call may take (`wallMs`); renewed by nothing while a call runs. */
const LEASE_US = 90_000_000;
/** Of this server; each delivery is claimed in the database, so several servers never take the same one. */
const AT_ONCE = 2;
/**
 * An event that a plugin causes is one deeper than the one it answers: plugins that call each other in a circle end
 * here.
 */
const CAUSALITY_DEPTH = 8;
/** Then the delivery goes back behind the others, so that a busy plugin keeps nobody waiting. */
const BATCHES = 20;
/** How long a user’s permissions are taken for what they were. */
const PERMISSIONS_MS = 1000;
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
  let hinted = true;
  const waiting = new Set<() => void>();
  const wait = () =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, POLL_MS);
      waiting.add(end);
    });
  const wake = () => {
    for (const end of waiting) end();
  };
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
      await sleep(REST_MS);
      if (!hinted && !stopped) await wait();
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

/**
 * All that an owner's events mean to one plugin, until there is no more or others have waited long enough.
 * One call runs ahead of what is written of the one before.
 */
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
  const permissionsOf = rememberPermissions(needs.db);
  // While one call's effects are written the next one runs; what it asks for waits until they are there.
  let before: Promise<boolean> = Promise.resolve(true);
  const take = async (call: Omit<OneCall, 'permissionsOf' | 'stopped'>): Promise<boolean> => {
    const whole = { ...call, permissionsOf, stopped };
    const made = await makeCall(needs, loaded, delivery, { call: whole, before });
    if (!(await before)) return false;
    before = settleMade(needs, loaded, delivery, { call: whole, made });
    // Whoever waits for it hears of an error; nobody may yet.
    before.catch(() => undefined);
    return true;
  };
  if (!delivery.told) {
    const about = { method: 'on-tenant-created', args: [delivery.ownerId], eventType: null } as const;
    const told = { ...about, key: 'tenant', actorId: delivery.ownerId, depth: 0, step: { told: true } } as const;
    if (!(await take(told))) return;
  }
  let { after } = delivery;
  for (let batch = 0; batch < BATCHES && !stopped(); batch++) {
    const { facts, next } = await readFacts(needs.db, delivery.ownerId, after);
    if (next === after) break;
    for (const fact of facts) {
      if (stopped()) break;
      if (!wants(loaded, fact)) continue;
      const taken = await take({
        method: 'handle-event',
        args: [fact.type, fact.payload],
        eventType: fact.type,
        key: String(fact.seq),
        actorId: fact.actorId,
        depth: fact.depth,
        step: { after: fact.seq },
      });
      if (!taken) return;
    }
    if (!(await before) || stopped()) return;
    const passed = await passPluginDelivery(needs.db, delivery, { after: next }, undefined);
    if (passed.outcome === 'lost') return;
    after = next;
  }
  if (await before) await releasePluginDelivery(needs.db, delivery);
}

/** Also while the answer is under way, so that a burst of events asks once. */
function rememberPermissions(db: Db): OneCall['permissionsOf'] {
  const known = new Map<string, { asked: number; permissions: Promise<string[]> }>();
  return async (userId) => {
    const found = known.get(userId);
    if (found && performance.now() - found.asked < PERMISSIONS_MS) return await found.permissions;
    const permissions = listPermissions(db, userId);
    known.set(userId, { asked: performance.now(), permissions });
    return await permissions;
  };
}

/** Events of a chain that is too deep reach nobody, so that two plugins cannot feed each other for ever. */
const wants = ({ manifest }: LoadedPlugin, { type, depth }: Fact): boolean =>
  depth <= CAUSALITY_DEPTH && manifest.events.some((pattern) => matchesPattern(pattern, type));

/** What a call is made of, apart from the plugin and the delivery. */
interface OneCall {
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

/** How a call ended, or why it could not be made; a queue may still be lost. */
type Made = { result: CallResult; durationMs: number; recording: string | null } | { error: unknown };

/** Makes the call and keeps what it was told. Nothing of it is done yet. */
async function makeCall(
  { db, pool, engine }: DispatcherNeeds,
  plugin: LoadedPlugin,
  { pluginId, ownerId }: PluginDelivery,
  { call: { method, args, actorId, key, permissionsOf }, before }: { call: OneCall; before: Promise<boolean> },
): Promise<Made> {
  const answers: (readonly EntityRow[])[] = [];
  let fault: { error: unknown } | undefined;
  try {
    const call = {
      method,
      args,
      context: {
        tenant: ownerId,
        user: actorId,
        permissions: await permissionsOf(actorId),
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
          await before;
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
    return fault ?? { result, durationMs: performance.now() - began, recording: recordingOf(call, answers) };
  } catch (error) {
    return { error };
  }
}

/**
 * Does what the call queued, or notes that it failed. False when the delivery is another's, or nobody's for a pause, or
 * the plugin was turned off: then nothing was done.
 */
async function settleMade(
  needs: DispatcherNeeds,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  { call, made }: { call: OneCall; made: Made },
): Promise<boolean> {
  const { db, log } = needs;
  const { pluginId, ownerId } = delivery;
  const about = { pluginId, ownerId, method: call.method, eventType: call.eventType, sha256: plugin.key };
  let failed: CallResult;
  try {
    if ('error' in made) throw made.error;
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

/** All operations and the step in one transaction, or none of them. */
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
