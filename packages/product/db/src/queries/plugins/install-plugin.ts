import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { entityTablesOf, entityTableStatements } from './entity-tables.ts';
import type { PluginRow } from './plugin-row.ts';

/** Examined already: the database only keeps it. */
export type NewPlugin = Pick<PluginRow, 'id' | 'name' | 'version' | 'manifest' | 'plan' | 'meterVersion' | 'sha256'> & {
  /** The component, then its metered core modules. */
  modules: readonly Uint8Array[];
};

/** Stores a plugin with the tables of its entities, in the state `loaded`; all of it or nothing. */
export async function installPlugin(db: Db, plugin: NewPlugin): Promise<{ outcome: 'installed' | 'exists' }> {
  return await db.transaction(async (tx) => {
    const made = await tx.execute(sql`
      insert into plugins (id, name, version, manifest, plan, meter_version, sha256, state)
      values (${plugin.id}, ${plugin.name}, ${plugin.version}, ${JSON.stringify(plugin.manifest)}::json,
        ${plugin.plan}, ${plugin.meterVersion}, ${plugin.sha256}, 'loaded')
      on conflict do nothing returning id`);
    if (made.length === 0) return { outcome: 'exists' } as const;
    await putPluginModules(tx, plugin.id, plugin.modules);
    for (const table of entityTablesOf(plugin.manifest)) {
      for (const statement of entityTableStatements(plugin.id, table)) await tx.execute(sql.raw(statement));
    }
    return { outcome: 'installed' } as const;
  });
}

/** Replaces the bytes, when they were prepared anew from the component. */
export async function putPluginModules(tx: DbOrTx, pluginId: string, modules: readonly Uint8Array[]): Promise<void> {
  await tx.execute(sql`delete from plugin_modules where plugin_id = ${pluginId}`);
  for (const [position, bytes] of modules.entries()) {
    await tx.execute(sql`
      insert into plugin_modules (plugin_id, position, bytes)
      values (${pluginId}, ${position}, ${Buffer.from(bytes)})`);
  }
}
