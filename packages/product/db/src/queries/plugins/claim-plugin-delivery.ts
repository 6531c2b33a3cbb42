import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The right to deliver an owner's events to a plugin: every write names its epoch. */
export interface PluginDelivery extends Record<string, unknown> {
  pluginId: string;
  ownerId: string;
  after: number;
  told: boolean;
  epoch: number;
  /** Each step over an event takes it for so long again. */
  leaseUs: number;
}

/**
 * Takes one plugin and owner with something to deliver, whoever waits longest. SKIP LOCKED lets
 * many servers ask at once; the higher epoch fences out one that had it before.
 */
export async function claimPluginDelivery(db: DbOrTx, leaseUs: number): Promise<PluginDelivery | undefined> {
  // Owners who came after the plugin did: all of their events are new to it.
  await db.execute(sql`
    insert into plugin_deliveries (plugin_id, owner_id, after)
    select p.id, u.id, 0 from plugins p cross join users u
    where p.state = 'running'
      and not exists (select from plugin_deliveries d where d.plugin_id = p.id and d.owner_id = u.id)
    for key share of p, u
    on conflict do nothing`);
  const [row] = await db.execute<Omit<PluginDelivery, 'leaseUs'>>(sql`
    update plugin_deliveries set lease_until = slipway_now() + ${leaseUs}::bigint, epoch = epoch + 1,
      updated_at = slipway_now()
    where (plugin_id, owner_id) = (
      select d.plugin_id, d.owner_id
      from plugin_deliveries d join plugins p on p.id = d.plugin_id
        left join event_cursors c on c.owner_id = d.owner_id
      where p.state = 'running' and d.lease_until < slipway_now() and (not d.told or coalesce(c.seq, 0) > d.after)
      order by d.updated_at limit 1
      for update of d skip locked
    )
    returning plugin_id as "pluginId", owner_id as "ownerId", after, told, epoch`);
  return row && ({ ...row, leaseUs } as PluginDelivery);
}

/** Gives it back: there is nothing more for now. */
export async function releasePluginDelivery(db: DbOrTx, { pluginId, ownerId, epoch }: PluginDelivery): Promise<void> {
  await db.execute(sql`
    update plugin_deliveries set lease_until = 0
    where plugin_id = ${pluginId} and owner_id = ${ownerId} and epoch = ${epoch}`);
}

/**
 * The next step failed for a reason that may pass. Whoever comes after the pause tries again; the answer is how often
 * it failed by now, and nothing when another has the delivery.
 */
export async function failPluginDelivery(
  db: DbOrTx,
  { pluginId, ownerId, epoch }: PluginDelivery,
  { pauseUs, factor }: { pauseUs: number; factor: number },
): Promise<number | undefined> {
  const [row] = await db.execute<{ attempts: number }>(sql`
    update plugin_deliveries set attempts = attempts + 1,
      lease_until = slipway_now() + (${pauseUs}::bigint * power(${factor}::int, attempts))::bigint
    where plugin_id = ${pluginId} and owner_id = ${ownerId} and epoch = ${epoch} returning attempts`);
  return row?.attempts;
}
