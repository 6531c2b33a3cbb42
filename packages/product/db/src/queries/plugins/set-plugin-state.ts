import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { putPluginModules } from './install-plugin.ts';
import type { PluginState } from './plugin-row.ts';

/**
 * Moves a plugin, if it is still where it was: of two servers that move it, one comes too late.
 * On its way into `running` its deliveries begin, with whatever happens from now on (PL-04).
 */
export async function setPluginState(
  db: Db,
  pluginId: string,
  { from, to, error = null }: { from: PluginState; to: PluginState; error?: string | null },
): Promise<{ outcome: 'moved' | 'elsewhere' }> {
  return await db.transaction(async (tx) => {
    const moved = await tx.execute(sql`
      update plugins set state = ${to}, error = ${error}, updated_at = slipway_now()
      where id = ${pluginId} and state = ${from} returning id`);
    if (moved.length === 0) return { outcome: 'elsewhere' } as const;
    if (to === 'running') {
      await tx.execute(sql`
        insert into plugin_deliveries (plugin_id, owner_id, after)
        select ${pluginId}, u.id, coalesce(c.seq, 0) from users u left join event_cursors c on c.owner_id = u.id
        for key share of u
        on conflict (plugin_id, owner_id) do update
          set after = excluded.after, epoch = plugin_deliveries.epoch + 1, lease_until = 0`);
    }
    return { outcome: 'moved' } as const;
  });
}

/** What was prepared anew, by other rules of counting. */
export async function replacePluginPlan(
  db: Db,
  pluginId: string,
  plan: { plan: string; meterVersion: number; modules: readonly Uint8Array[] },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      update plugins set plan = ${plan.plan}, meter_version = ${plan.meterVersion} where id = ${pluginId}`);
    await putPluginModules(tx, pluginId, plan.modules);
  });
}
