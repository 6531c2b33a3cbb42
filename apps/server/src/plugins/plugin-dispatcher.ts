import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  claimPluginDelivery,
  type Db,
  EVENT_CHANNEL,
  type Fact,
  getPlugin,
  isDatabaseAway,
  listPermissions,
  passPluginDelivery,
  type PluginDelivery,
  queryPluginRows,
  readFacts,
  releasePluginDelivery,
} from '@slipway/db';
import { type EntityRow, matchesPattern } from '@slipway/plugin-host';
import type { Logger } from 'pino';
import type { Sql } from '../events/listening-client.ts';
import { recordingOf } from './call-line.ts';
import { limitsOf, type PluginEngine } from './plugin-engine.ts';
import type { LoadedPlugin, PluginPool } from './plugin-pool.ts';
import { readableRows } from './readable-rows.ts';
import { createCallWriter, type Made, type OneCall, writeCalls } from './write-calls.ts';

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
 * Calls run ahead of what is written of those before.
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
  // While calls' effects are written the next ones run; what those ask for waits until they are there.
  const writer = createCallWriter((calls) => writeCalls(needs, loaded, delivery, calls));
  const take = async (call: Omit<OneCall, 'permissionsOf' | 'stopped'>): Promise<boolean> => {
    const whole = { ...call, permissionsOf, stopped };
    const made = await makeCall(needs, loaded, delivery, { call: whole, written: writer.written });
    return await writer.add({ call: whole, made });
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
    if (!(await writer.written())) return;
    if (stopped()) return await releasePluginDelivery(needs.db, delivery);
    const passed = await passPluginDelivery(needs.db, delivery, { after: next }, undefined);
    if (passed.outcome === 'lost') return;
    after = next;
  }
  if (await writer.written()) await releasePluginDelivery(needs.db, delivery);
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

/** Makes the call and keeps what it was told. Nothing of it is done yet. */
async function makeCall(
  { db, pool, engine }: DispatcherNeeds,
  plugin: LoadedPlugin,
  { pluginId, ownerId }: PluginDelivery,
  { call: { method, args, actorId, key, permissionsOf }, written }: { call: OneCall; written(): Promise<boolean> },
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
          if (!(await written())) throw new Error('Cannot ask: what was done before could not be written');
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

/** A UUID of version 8 from what the call is about. */
function callIdOf(pluginId: string, ownerId: string, key: string): string {
  const hex = createHash('sha256').update(`${pluginId}\n${ownerId}\n${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
