import { listPluginCalls, type PluginCallLine, type PluginDelivery, queryPluginRows } from '@slipway/db';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { buildGuest, NOTING_GUEST } from '@slipway/plugin-host/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createPluginPool, type PluginPool } from '../plugin-pool.ts';
import { type PluginStand, startStand } from './plugin-stand.ts';

/** What the tests of one file share: a database, and threads that have read their code already. */
export interface PluginRoom {
  readonly database: TestDatabase;
  readonly pool: PluginPool;
  /** Ended behind the test, with all that it installed. `threads`: of its own, which nobody else has used. */
  start(options?: Parameters<typeof startStand>[1]): Promise<PluginStand>;
  /** Throws unless it is installed; a component's bytes, or what `buildGuest` takes with the usual manifest. */
  install(bytes: Uint8Array): Promise<string>;
  /** What a plugin stored in its entity `note` for a tenant, each with its version. */
  rowsOf(pluginId: string, tenant: string): Promise<{ title?: string; version: number }[]>;
  /** How the calls of a plugin ended that handled events, oldest first, and what is listed of them. */
  callsOf(pluginId: string): ReturnType<typeof listPluginCalls>;
}

/** Once at the top of a file. */
export function openPluginRoom(): PluginRoom {
  let database: TestDatabase;
  let pool: PluginPool;
  let stand: PluginStand | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = createPluginPool({ size: 2 });
  });
  afterAll(async () => {
    await pool.close();
    await database.close();
  });
  afterEach(async () => {
    for (const { id } of (await stand?.engine.list()) ?? []) await stand!.engine.uninstall(id);
    await stand?.stop();
    stand = undefined;
  });
  return {
    get database() {
      return database;
    },
    get pool() {
      return pool;
    },
    start: async (options = {}) =>
      (stand = await startStand(database, options.threads === undefined ? { pool, ...options } : options)),
    install: async (bytes) => {
      const done = await stand!.engine.install(bytes);
      if (done.outcome !== 'installed') throw new Error(`Cannot install it: ${JSON.stringify(done)}`);
      return done.id;
    },
    rowsOf: async (pluginId, tenant) =>
      (await queryPluginRows(database.db, tenant, { pluginId, entity: 'note', conditions: [], limit: 1000 })).map(
        ({ data, version }) => ({ ...(JSON.parse(data) as { title?: string }), version }),
      ),
    callsOf: (pluginId) => listPluginCalls(database.db, pluginId, 1000),
  };
}

/** The least that the tests need: one kind of event and one entity. */
export const manifestOf = (id: string, events: readonly string[] = ['note.new']) => ({
  id,
  name: `Plugin ${id}`,
  version: '1.0.0',
  events,
  entities: {
    note: {
      fields: { title: { type: 'string', required: true, indexed: true }, count: { type: 'integer', indexed: true } },
    },
  },
});

/** One that stores and publishes each note. */
export const noting = (id: string, events?: readonly string[]) => buildGuest(NOTING_GUEST, manifestOf(id, events));

/** For tests that look at the delivery and not at the call. */
export const lineFor = ({ pluginId, ownerId }: Pick<PluginDelivery, 'pluginId' | 'ownerId'>): PluginCallLine => ({
  pluginId,
  ownerId,
  method: 'handle-event',
  eventType: 'note.new',
  outcome: 'ok',
  message: null,
  fuel: 1,
  durationMs: 1,
  operations: 1,
  log: [],
  sha256: null,
  recording: null,
});
