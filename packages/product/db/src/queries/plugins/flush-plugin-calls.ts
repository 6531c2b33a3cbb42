import { type SQL, sql } from 'drizzle-orm';
import { askPrepared } from '../../connection/ask-prepared.ts';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';
import type { PluginDelivery } from './claim-plugin-delivery.ts';
import { becomeOurselves, becomePlugin } from './plugin-role.ts';
import { entityTable } from './plugin-row.ts';

/** All of a call's are done at its end, or none. */
export type PluginOperation =
  | { kind: 'insert'; entity: string; id: string; data: string }
  | { kind: 'update'; entity: string; id: string; data: string; version: number }
  | { kind: 'delete'; entity: string; id: string }
  | { kind: 'publish'; type: string; payload: string };

/** Fields of each entity, as the manifest has them. */
export type EntityFields = Readonly<Record<string, { fields: Readonly<Record<string, unknown>> }>>;

/** `ownerId` is null for a call of no tenant's. */
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
  /** SHA-256 of the component that ran; null where none was there. */
  sha256: string | null;
  /** All that the call was told, as JSON; null where that is too long to keep. */
  recording: string | null;
}

/** `after`: this event is done; `told`: the plugin knows of the tenant. */
export type DeliveryStep = { after: number } | { told: true };

/**
 * `conflict`: a row was not there in that version, for that tenant; nothing was done. `lost`: another has the
 * delivery.
 */
export type FlushResult = { outcome: 'flushed' | 'lost' } | { outcome: 'conflict'; message: string };

/** A call that ended, with what it queued. */
export interface PluginFlush {
  operations: readonly PluginOperation[];
  line: PluginCallLine;
  step: DeliveryStep;
  actorId: string;
  depth: number;
}

/**
 * Does what calls queued, in their order and in one transaction with the step of the delivery (PL-11): so whatever
 * crashes, an event's effects are there once. Their events are rows like all others, and seen after the commit (PL-12).
 * Several calls, one behind the other, are done together or not at all: what one of them cannot do undoes them all.
 *
 * @param entities Of the manifest. Fields that it does not have are another version's, and an update leaves them alone.
 */
export async function flushPluginCalls(
  db: Db,
  delivery: PluginDelivery,
  entities: EntityFields,
  calls: readonly [PluginFlush, ...PluginFlush[]],
): Promise<FlushResult> {
  try {
    return await db.transaction(async (tx): Promise<FlushResult> => {
      const asked: Promise<unknown>[] = [];
      const all = calls.flatMap(({ operations }) => operations);
      const rows = all.filter(({ kind }) => kind !== 'publish');
      // One behind the other without waiting for the answers: a flush takes three journeys, whatever was queued.
      asked.push(mustHold(tx, delivery, calls));
      if (rows.length > 0) {
        asked.push(becomePlugin(tx, delivery.ownerId));
        for (const operation of rows) asked.push(applyRow(tx, delivery, operation, entities));
        if (rows.length < all.length) asked.push(becomeOurselves(tx));
      }
      // Last, because the owner's row of numbers stays locked until the commit.
      for (const { operations, actorId, depth } of calls)
        for (const operation of operations) {
          if (operation.kind !== 'publish') continue;
          const fact = {
            type: operation.type,
            data: JSON.parse(operation.payload) as unknown,
            actorId,
            depth: depth + 1,
          };
          asked.push(publishEvent(tx, delivery.ownerId, { type: 'fact', payload: fact }));
        }
      // The first that failed is why those behind it did.
      for (const answer of await Promise.allSettled(asked)) if (answer.status === 'rejected') throw answer.reason;
      return { outcome: 'flushed' };
    });
  } catch (error) {
    if (error instanceof FlushStopped) return error.result;
    throw error;
  }
}

/**
 * Takes the last step and adds the calls' lines, if the plugin runs and the delivery is still ours. Rows are locked in
 * one order everywhere, the plugin's, the owner's, the delivery's: whoever turns the plugin off, upgrades it or removes
 * either waits for us, or we for him, and never both.
 */
async function mustHold(
  tx: DbOrTx,
  delivery: PluginDelivery,
  calls: readonly [PluginFlush, ...PluginFlush[]],
): Promise<void> {
  const { step } = calls.at(-1)!;
  const held = await askPrepared(
    tx,
    sql`with running as (${parentsOf(delivery, sql`p.state = 'running'`)}),
      moved as (${moveDelivery(delivery, step)}),
      lines as (${insertLines(
        calls.map(({ line }) => line),
        sql`moved, `,
      )})
      select from moved`,
  );
  if (held.length === 0) throw new FlushStopped({ outcome: 'lost' });
}

const parentsOf = ({ pluginId, ownerId }: PluginDelivery, where: SQL) => sql`
  select p.id as plugin_id, u.id as owner_id from plugins p join users u on u.id = ${ownerId}
  where p.id = ${pluginId} and ${where} for share of p for key share of u`;

const moveDelivery = ({ epoch, leaseUs }: PluginDelivery, step: DeliveryStep) => sql`
  update plugin_deliveries d
  set ${'told' in step ? sql`told = true` : sql`after = ${step.after}::bigint`}, attempts = 0,
    lease_until = slipway_now() + ${leaseUs}::bigint
  from running
  where d.plugin_id = running.plugin_id and d.owner_id = running.owner_id and d.epoch = ${epoch}::bigint
  returning d.epoch`;

/** Rolls back, with an answer for the caller. */
class FlushStopped extends Error {
  readonly result: FlushResult;

  constructor(result: FlushResult) {
    super('Cannot flush the call');
    this.result = result;
  }
}

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
    await askPrepared(
      tx,
      sql`insert into ${table} (id, tenant_id, data) values (${id}, ${tenant}, ${operation.data}::jsonb)`,
    );
    return;
  }
  const fields = JSON.stringify(Object.keys(entities[operation.entity]?.fields ?? {}));
  const changed =
    operation.kind === 'update'
      ? await askPrepared(
          tx,
          sql`
          update ${table} set data = (data - array(select jsonb_array_elements_text(${fields}::jsonb)))
            || ${operation.data}::jsonb, version = version + 1, updated_at = slipway_now()
          where id = ${id} and tenant_id = ${tenant} and version = ${operation.version} and deleted_at is null
          returning id`,
        )
      : await askPrepared(
          tx,
          sql`
          update ${table} set deleted_at = slipway_now(), version = version + 1
          where id = ${id} and tenant_id = ${tenant} and deleted_at is null returning id`,
        );
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
  const running = parentsOf(delivery, sql`true`);
  const held = sql`with running as (${running}), moved as (${moveDelivery(delivery, step)})`;
  const rows = line
    ? await askPrepared(db, sql`${held}, lines as (${insertLines([line], sql`moved, `)}) select from moved`)
    : await askPrepared(db, sql`${held} select from moved`);
  return { outcome: rows.length > 0 ? 'flushed' : 'lost' };
}

/** For a call that flushes nothing; a flush adds its line by itself. */
export async function recordPluginCall(db: DbOrTx, line: PluginCallLine): Promise<void> {
  await db.execute(insertLines([line], sql``));
}

/** @param held Whose row has to be there, with a comma behind it. */
const insertLines = (lines: readonly PluginCallLine[], held: SQL) => sql`
  insert into plugin_calls
    (plugin_id, owner_id, method, event_type, outcome, message, fuel, duration_ms, operations, log, sha256, recording)
  select line."pluginId", line."ownerId", line.method, line."eventType", line.outcome, line.message,
    line.fuel, line."durationMs", line.operations, line.log, line.sha256, line.recording
  from ${held} jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as line (
    "pluginId" text, "ownerId" uuid, method text, "eventType" text, outcome text, message text, fuel bigint,
    "durationMs" int, operations int, log jsonb, sha256 text, recording text
  )`;
