import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';
import type { PluginDelivery } from './claim-plugin-delivery.ts';
import { becomeOurselves, becomePlugin } from './plugin-role.ts';
import { entityTable } from './plugin-row.ts';

/** What a call queued; see `plugin-host`. */
export type PluginOperation =
  | { kind: 'insert'; entity: string; id: string; data: string }
  | { kind: 'update'; entity: string; id: string; data: string; version: number }
  | { kind: 'delete'; entity: string; id: string }
  | { kind: 'publish'; type: string; payload: string };

/** Fields of each entity, as the manifest has them. */
export type EntityFields = Readonly<Record<string, { fields: Readonly<Record<string, unknown>> }>>;

/** How a call went, for the list of calls. */
export interface PluginCallLine {
  pluginId: string;
  ownerId: string | null;
  method: string;
  eventType: string | null;
  outcome: string;
  message: string | null;
  fuel: number;
  durationMs: number;
  operations: number;
  log: readonly { level: string; message: string }[];
  /** Of the component. */
  sha256: string | null;
  /** All that the call was told, as JSON; null where that is too long to keep. */
  recording: string | null;
}

/** How far the delivery has come with this call. */
export type DeliveryStep = { after: number } | { told: true };

/**
 * `conflict`: a row was not there in that version, for that tenant; nothing was done. `lost`: another has the
 * delivery.
 */
export type FlushResult = { outcome: 'flushed' | 'lost' } | { outcome: 'conflict'; message: string };

/**
 * Does what a call queued, in order and in one transaction with the step of the delivery (PL-11): so whatever
 * crashes, an event's effects are there once. Its events are rows like all others, and seen after the commit (PL-12).
 */
export async function flushPluginCall(
  db: Db,
  delivery: PluginDelivery,
  call: {
    operations: readonly PluginOperation[];
    /** Of the manifest. Fields that it does not have are another version's, and an update leaves them alone. */
    entities: EntityFields;
    line: PluginCallLine;
    step: DeliveryStep;
    actorId: string;
    depth: number;
  },
): Promise<FlushResult> {
  try {
    return await db.transaction(async (tx): Promise<FlushResult> => {
      const step = stepOf(call.step);
      const held = await tx.execute(sql`
        update plugin_deliveries d set ${step} from plugins p
        where p.id = d.plugin_id and p.state = 'running'
          and d.plugin_id = ${delivery.pluginId} and d.owner_id = ${delivery.ownerId} and d.epoch = ${delivery.epoch}
        returning d.epoch`);
      if (held.length === 0) return { outcome: 'lost' };
      // Whoever turns it off waits for us, or we saw that it is off.
      const on = await tx.execute(
        sql`select from plugins where id = ${delivery.pluginId} and state = 'running' for share`,
      );
      if (on.length === 0) throw new FlushStopped({ outcome: 'lost' });
      await becomePlugin(tx, delivery.ownerId);
      for (const operation of call.operations) await applyRow(tx, delivery, operation, call.entities);
      await becomeOurselves(tx);
      await recordPluginCall(tx, call.line);
      // Last, because the owner's row of numbers stays locked until the commit.
      for (const operation of call.operations) {
        if (operation.kind !== 'publish') continue;
        const data: unknown = JSON.parse(operation.payload);
        const payload = { type: operation.type, data, actorId: call.actorId, depth: call.depth + 1 };
        await publishEvent(tx, delivery.ownerId, { type: 'fact', payload });
      }
      return { outcome: 'flushed' };
    });
  } catch (error) {
    if (error instanceof FlushStopped) return error.result;
    throw error;
  }
}

/** Rolls back, with an answer for the caller. */
class FlushStopped extends Error {
  readonly result: FlushResult;

  constructor(result: FlushResult) {
    super('Cannot flush the call');
    this.result = result;
  }
}

const stepOf = (step: DeliveryStep) =>
  'told' in step ? sql`told = true, attempts = 0` : sql`after = ${step.after}, attempts = 0`;

/** What one of a person's own rows of an entity is to become, on a page that was made of the manifest. */
export async function changePluginRow(
  db: Db,
  of: { pluginId: string; ownerId: string; entities: EntityFields },
  operation: PluginOperation,
): Promise<{ outcome: 'changed' } | { outcome: 'conflict'; message: string }> {
  try {
    await db.transaction(async (tx) => {
      await becomePlugin(tx, of.ownerId);
      await applyRow(tx, of, operation, of.entities);
    });
    return { outcome: 'changed' };
  } catch (error) {
    if (error instanceof FlushStopped && error.result.outcome === 'conflict') return error.result;
    throw error;
  }
}

async function applyRow(
  tx: DbOrTx,
  delivery: { pluginId: string; ownerId: string },
  operation: PluginOperation,
  entities: EntityFields,
): Promise<void> {
  if (operation.kind === 'publish') return;
  const table = entityTable(delivery.pluginId, operation.entity);
  const { id } = operation;
  const tenant = delivery.ownerId;
  if (operation.kind === 'insert') {
    await tx.execute(
      sql`insert into ${table} (id, tenant_id, data) values (${id}, ${tenant}, ${operation.data}::jsonb)`,
    );
    return;
  }
  const fields = JSON.stringify(Object.keys(entities[operation.entity]?.fields ?? {}));
  const changed =
    operation.kind === 'update'
      ? await tx.execute(sql`
          update ${table} set data = (data - array(select jsonb_array_elements_text(${fields}::jsonb)))
            || ${operation.data}::jsonb, version = version + 1, updated_at = slipway_now()
          where id = ${id} and tenant_id = ${tenant} and version = ${operation.version} and deleted_at is null
          returning id`)
      : await tx.execute(sql`
          update ${table} set deleted_at = slipway_now(), version = version + 1
          where id = ${id} and tenant_id = ${tenant} and deleted_at is null returning id`);
  if (changed.length > 0) return;
  const version = operation.kind === 'update' ? ` in version ${operation.version}` : '';
  const message = `Conflict: there is no row ${id} of "${operation.entity}"${version}`;
  throw new FlushStopped({ outcome: 'conflict', message });
}

/** A step without operations: one statement, no transaction (PL-11). */
export async function passPluginDelivery(
  db: DbOrTx,
  delivery: PluginDelivery,
  step: DeliveryStep,
  line: PluginCallLine | undefined,
): Promise<{ outcome: 'flushed' | 'lost' }> {
  const moved = sql`
    update plugin_deliveries set ${stepOf(step)}
    where plugin_id = ${delivery.pluginId} and owner_id = ${delivery.ownerId} and epoch = ${delivery.epoch}
    returning epoch`;
  const rows = line
    ? await db.execute(sql`with moved as (${moved}), line as (${insertLine(line, sql`from moved`)}) select from moved`)
    : await db.execute(moved);
  return { outcome: rows.length > 0 ? 'flushed' : 'lost' };
}

/** Adds a line to the list of calls. */
export async function recordPluginCall(db: DbOrTx, line: PluginCallLine): Promise<void> {
  await db.execute(insertLine(line, sql``));
}

const insertLine = (line: PluginCallLine, from: ReturnType<typeof sql>) => sql`
  insert into plugin_calls
    (plugin_id, owner_id, method, event_type, outcome, message, fuel, duration_ms, operations, log, sha256, recording)
  select ${line.pluginId}, ${line.ownerId}::uuid, ${line.method}, ${line.eventType}, ${line.outcome}, ${line.message},
    ${line.fuel}::bigint, ${line.durationMs}::int, ${line.operations}::int, ${JSON.stringify(line.log)}::jsonb,
    ${line.sha256}, ${line.recording} ${from}`;
