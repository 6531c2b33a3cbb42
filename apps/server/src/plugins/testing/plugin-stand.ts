import { type Db, listPluginCalls, publishFact } from '@slipway/db';
import type { TestDatabase } from '@slipway/db/testing';
import type { CallLimits } from '@slipway/plugin-host';
import { pino } from 'pino';
import { startPluginDispatcher } from '../plugin-dispatcher.ts';
import { PluginEngine } from '../plugin-engine.ts';
import { createPluginPool, type PluginPool } from '../plugin-pool.ts';

/** Plugins of one database, without the rest of a server. */
export interface PluginStand {
  db: Db;
  engine: PluginEngine;
  pool: PluginPool;
  happen(ownerId: string, type: string, data: unknown): Promise<void>;
  /** Outcomes of a plugin's calls that handled events, oldest first. */
  outcomes(pluginId: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** `dispatch: false`: nothing is delivered. */
export async function startStand(
  database: TestDatabase,
  {
    limits,
    dispatch = true,
    threads = 2,
    leaseUs,
    pool: shared,
  }: {
    limits?: Partial<CallLimits> & { wallMs?: number };
    dispatch?: boolean;
    threads?: number;
    leaseUs?: number;
    /** Another’s, who closes it; otherwise there are `threads` of its own. */
    pool?: PluginPool;
  } = {},
): Promise<PluginStand> {
  const { db, client } = database;
  const log = pino({ level: 'silent' });
  const pool = shared ?? createPluginPool({ size: threads });
  const engine = new PluginEngine({ db, log, pool, ...(limits && { limits }) });
  await engine.recover();
  const needs = { db, client, engine, pool, log, ...(leaseUs !== undefined && { leaseUs }) };
  const dispatcher = dispatch ? await startPluginDispatcher(needs) : undefined;
  return {
    db,
    engine,
    pool,
    happen: (ownerId, type, data) => db.transaction((tx) => publishFact(tx, ownerId, type, data)),
    outcomes: async (pluginId) =>
      (await listPluginCalls(db, pluginId, 1000))
        .filter(({ method }) => method === 'handle-event')
        .map(({ outcome }) => outcome)
        .toReversed(),
    stop: async () => {
      const stopped = dispatcher?.stop();
      if (!shared) await pool.close();
      await stopped;
    },
  };
}
