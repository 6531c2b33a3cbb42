import type { Db } from '@slipway/db';
import type { Logger } from 'pino';
import type { Sql } from '../events/listening-client.ts';
import { startPluginDispatcher } from './plugin-dispatcher.ts';
import { type EngineNeeds, PluginEngine } from './plugin-engine.ts';
import { createPluginPool } from './plugin-pool.ts';

/** Calls at once on this server; each has a core to itself while it runs. */
const THREADS = 2;

/** Plugins of this server, after those that ran before run again (PL-15). */
export async function startPlugins({
  db,
  client,
  log,
  options: { pluginLimits: limits },
}: {
  db: Db;
  client: Sql;
  log: Logger;
  options: { pluginLimits?: EngineNeeds['limits'] };
}): Promise<{ engine: PluginEngine; close(): Promise<void> }> {
  const pool = createPluginPool({ size: THREADS });
  const engine = new PluginEngine({ db, log, pool, ...(limits && { limits }) });
  await engine.recover();
  const dispatcher = await startPluginDispatcher({ db, client, engine, pool, log });
  return {
    engine,
    close: async () => {
      const stopped = dispatcher.stop();
      await pool.close();
      await stopped;
    },
  };
}
