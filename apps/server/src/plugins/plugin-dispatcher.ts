import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  claimPluginDelivery,
  type Db,
  type DeliveryStep,
  EVENT_CHANNEL,
  type Fact,
  flushPluginCall,
  getPlugin,
  listPermissions,
  passPluginDelivery,
  type PluginDelivery,
  queryPluginRows,
  readFacts,
  releasePluginDelivery,
} from '@slipway/db';
import { type CallResult, type GuestMethod, matchesPattern } from '@slipway/plugin-host';
import type { Logger } from 'pino';
import type { Sql } from '../events/listening-client.ts';
import { lineOf } from './call-line.ts';
import { limitsOf, type PluginEngine } from './plugin-engine.ts';
import type { LoadedPlugin, PluginPool } from './plugin-pool.ts';

/** What the dispatcher is made of. */
export interface DispatcherNeeds {
  db: Db;
  client: Sql;
  engine: PluginEngine;
  pool: PluginPool;
  log: Logger;
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
        const delivery = await claimPluginDelivery(needs.db, LEASE_US);
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
  const loaded = await needs.engine.compiled(plugin);
  if (!delivery.told) {
    const about = { method: 'on-tenant-created', args: [delivery.ownerId], eventType: null } as const;
    const held = await callAndSettle(needs, loaded, delivery, {
      ...about,
      key: 'tenant',
      actorId: delivery.ownerId,
      depth: 0,
      step: { told: true },
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
}

/** False when the delivery is another's, or the plugin was turned off: nothing was done. */
async function callAndSettle(
  { db, pool, engine, log }: DispatcherNeeds,
  plugin: LoadedPlugin,
  delivery: PluginDelivery,
  call: OneCall,
): Promise<boolean> {
  const { pluginId, ownerId } = delivery;
  const began = performance.now();
  const result = await pool.call({
    plugin,
    method: call.method,
    args: call.args,
    context: {
      tenant: ownerId,
      user: call.actorId,
      permissions: await listPermissions(db, call.actorId),
      callId: callIdOf(pluginId, ownerId, call.key),
      now: Date.now(),
    },
    query: async ({ entity, conditions, limit }) => {
      return await queryPluginRows(db, ownerId, { pluginId, entity, conditions, limit });
    },
    ...limitsOf(engine.limits),
  });
  const about = { pluginId, ownerId, method: call.method, eventType: call.eventType };
  const line = (of: CallResult) => lineOf(about, of, performance.now() - began);
  if (result.kind === 'ok' && result.operations.length > 0) {
    const refused = await tryFlush(db, delivery, call, { operations: result.operations, line: line(result) });
    if (refused.outcome !== 'conflict') return refused.outcome === 'flushed';
    log.info({ plugin: pluginId, message: refused.message }, 'plugins: what a call queued could not be done');
    const failed: CallResult = { ...result, kind: 'host', message: refused.message };
    return (await passPluginDelivery(db, delivery, call.step, line(failed))).outcome === 'flushed';
  }
  return (await passPluginDelivery(db, delivery, call.step, line(result))).outcome === 'flushed';
}

async function tryFlush(
  db: Db,
  delivery: PluginDelivery,
  { step, actorId, depth }: OneCall,
  done: Pick<Parameters<typeof flushPluginCall>[2], 'operations' | 'line'>,
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
