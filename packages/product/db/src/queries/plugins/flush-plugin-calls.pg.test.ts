import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, makeUser, type TestDatabase } from '../../testing.ts';
import { deleteUser } from '../people/delete-user.ts';
import { claimPluginDelivery, type PluginDelivery } from './claim-plugin-delivery.ts';
import { flushPluginCalls, passPluginDelivery, type PluginOperation } from './flush-plugin-calls.ts';
import { installPlugin, type NewPlugin } from './install-plugin.ts';
import { setPluginState } from './set-plugin-state.ts';
import { uninstallPlugin } from './uninstall-plugin.ts';
import { upgradePlugin } from './upgrade-plugin.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

const versionOf = (id: string, version: string, indexed: boolean): NewPlugin => ({
  id,
  name: id,
  version,
  manifest: { entities: { note: { fields: { title: { type: 'string', indexed } } } } },
  plan: '{}',
  meterVersion: 1,
  sha256: version,
  modules: [new Uint8Array([version.length])],
});

/** A plugin that runs, and a delivery of it in the test's hands. */
async function start(id: string): Promise<PluginDelivery> {
  const { db } = database;
  await makeUser(db);
  await installPlugin(db, versionOf(id, '1.0.0', false));
  await setPluginState(db, id, { from: 'loaded', to: 'initialized' });
  await setPluginState(db, id, { from: 'initialized', to: 'running' });
  return (await claimPluginDelivery(db, 60_000_000))!;
}

const lineOf = ({ pluginId, ownerId }: PluginDelivery) => ({
  ...{ pluginId, ownerId, method: 'handle-event', eventType: 'note.new', outcome: 'ok', message: null, fuel: 1 },
  ...{ durationMs: 1, operations: 1, log: [], sha256: null, recording: null },
});

const ID = '11111111-1111-4111-8111-111111111111';
const insert = { kind: 'insert', entity: 'note', id: ID, data: '{"title":"a"}' } as const;
const publish = { kind: 'publish', type: 'note.made', payload: '{}' } as const;

const flush = (delivery: PluginDelivery, operations: readonly PluginOperation[] = [insert, publish]) =>
  flushPluginCalls(database.db, delivery, { note: { fields: { title: {} } } }, [
    { operations, line: lineOf(delivery), step: { told: true }, actorId: delivery.ownerId, depth: 0 },
  ]);
const pass = (delivery: PluginDelivery) => passPluginDelivery(database.db, delivery, { told: true }, lineOf(delivery));

const upgrade = ({ pluginId }: PluginDelivery) =>
  upgradePlugin(database.db, versionOf(pluginId, '1.0.1', true), { from: '1.0.0' });
const uninstall = ({ pluginId }: PluginDelivery) => uninstallPlugin(database.db, pluginId);
const removeOwner = ({ ownerId }: PluginDelivery) =>
  deleteUser(database.db, ownerId, { actorId: null, address: null, requestId: null });

/** Until so many sessions of this database wait for a lock of another. */
const expectWaiting = (count: number) =>
  expect
    .poll(
      async () =>
        (
          await database.db.execute(sql`
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
        ).length,
      { timeout: 60_000, interval: 20 },
    )
    .toBe(count);

it('PL-11: whoever upgrades or removes a plugin, or removes its owner, waits for a flush, and none of them for each other', async () => {
  const { db } = database;
  for (const [name, write] of Object.entries({ flush: (of: PluginDelivery) => flush(of), pass })) {
    for (const [against, change] of Object.entries({ upgrade, uninstall, removeOwner })) {
      const delivery = await start(`${name}-${against.toLowerCase()}`);
      // Held by us, so that the first of the two has its other locks and stands before this one.
      const [locked, freed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const held = db.transaction(async (tx) => {
        await tx.execute(sql`select from plugin_deliveries where plugin_id = ${delivery.pluginId} for update`);
        locked.resolve();
        await freed.promise;
      });
      await locked.promise;
      const written = write(delivery);
      await expectWaiting(1);
      const changed = change(delivery);
      await expectWaiting(2);
      freed.resolve();
      const done = await Promise.allSettled([written, changed]);
      await held;
      expect([name, against, done[0]]).toEqual([name, against, { status: 'fulfilled', value: { outcome: 'flushed' } }]);
      expect([name, against, done[1].status]).toEqual([name, against, 'fulfilled']);
      await uninstallPlugin(db, delivery.pluginId);
    }
  }
});

it('PL-11: rows are written as the plugin and events as ourselves, and of several errors the first is told', async () => {
  const { db } = database;
  const delivery = await start('ordered');
  await db.execute(sql`alter table plugin_data.ordered__note add column by text default current_user`);
  // Lapsed, and nobody has taken it: the step takes it for its whole time again.
  await db.execute(sql`update plugin_deliveries set lease_until = 0`);
  const other = { ...insert, id: ID.replace('1', '2') };
  expect(await flush(delivery, [publish, insert, publish, other])).toEqual({ outcome: 'flushed' });
  expect(await db.execute(sql`select by from plugin_data.ordered__note`)).toEqual([
    { by: 'slipway_plugins' },
    { by: 'slipway_plugins' },
  ]);
  const { pluginId, ownerId } = delivery;
  const leased = sql`select lease_until > slipway_now() + 30000000 as leased from plugin_deliveries
    where plugin_id = ${pluginId} and owner_id = ${ownerId}`;
  expect(await db.execute(leased)).toEqual([{ leased: true }]);
  await expect(flush(delivery, [insert, { kind: 'delete', entity: 'note', id: ownerId }])).rejects.toMatchObject({
    cause: { code: '23505' },
  });
  expect(await flush(delivery, [{ kind: 'delete', entity: 'note', id: ownerId }, insert])).toMatchObject({
    outcome: 'conflict',
  });
  const events = sql`select payload->>'type' as type from owner_events where owner_id = ${ownerId}`;
  expect(await db.execute(events)).toEqual([{ type: 'note.made' }, { type: 'note.made' }]);
});
