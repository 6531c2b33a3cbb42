import type { AnswerQuery, CallContext, LogLine, Operation } from './call.ts';
import type { WitValue } from '../component/canonical-abi.ts';
import type { HostFunctions } from '../component/link.ts';
import { PLUGIN_LIMITS } from '../ground/limits.ts';
import { checkEntityData, hasNul, parseFilter, parseGuestJson } from '../manifest/entity-data.ts';
import { EVENT_TYPE } from '../manifest/event-patterns.ts';
import type { Entity, Manifest } from '../manifest/manifest.ts';
import { PluginFailure } from '../ground/plugin-failure.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const QUERY_ROWS = 1000;
/** An id's last twelve digits. */
const TAIL = 2 ** 48;

/** What one call may use of its host, and what came of it. */
export interface HostCall {
  readonly functions: HostFunctions;
  readonly operations: readonly Operation[];
  readonly log: readonly LogLine[];
}

/** The host's half of the world: writes are queued, never done (PL-09). */
export function createHostFunctions(manifest: Manifest, context: CallContext, query: AnswerQuery): HostCall {
  const operations: Operation[] = [];
  const log: LogLine[] = [];
  let queuedBytes = 0;
  /**
   * Queues, or ends the call: what is over a limit fails it as a whole instead of an answer that a plugin
   * could pass over. Text is counted in units of UTF-16.
   */
  const add = (operation: Operation, text: string) => {
    queuedBytes += text.length;
    if (operations.length >= PLUGIN_LIMITS.operations || queuedBytes > PLUGIN_LIMITS.operationBytes) {
      throw new PluginFailure('host', `It queued more than ${PLUGIN_LIMITS.operations} operations, or too long ones`);
    }
    operations.push(operation);
  };
  /** Own keys alone: a plugin may ask for an entity called `constructor`. */
  const entityOf = (name: WitValue): Entity | undefined =>
    Object.hasOwn(manifest.entities, name as string) ? manifest.entities[name as string] : undefined;
  /** Of every function that touches rows or events: undefined when it may go on. */
  const refusal = (entity: Entity | undefined, id?: string): { error: string } | undefined => {
    if (context.tenant === '') return { error: 'No tenant: init can neither read nor write' };
    if (!entity) return { error: 'Unknown entity: the manifest does not have it' };
    return id === undefined || UUID.test(id) ? undefined : { error: 'Invalid id' };
  };
  /** What the manifest says against the data, for the plugin to handle: the call goes on. */
  const dataError = (entity: Entity, text: string): { error: string } | undefined => {
    const parsed = parseGuestJson(text);
    const message = parsed.outcome === 'error' ? parsed.message : checkEntityData(entity, parsed.value);
    return message === undefined ? undefined : { error: message };
  };
  const functions: HostFunctions = {
    insert: ([name, text]) => {
      const entity = entityOf(name);
      const refused = refusal(entity) ?? dataError(entity!, text as string);
      if (refused) return refused;
      const id = nextId(context.callId, operations.length);
      add({ kind: 'insert', entity: name as string, id, data: text as string }, text as string);
      return { ok: id };
    },
    // The version is compared when the queue is done, in the transaction of the call: here nothing is known of rows.
    update: ([name, id, text, version]) => {
      const entity = entityOf(name);
      const refused = refusal(entity, id as string) ?? dataError(entity!, text as string);
      if (refused) return refused;
      const operation = { kind: 'update', entity: name as string, id: id as string, data: text as string } as const;
      add({ ...operation, version: version as number }, text as string);
      return { ok: undefined };
    },
    delete: ([name, id]) => {
      const refused = refusal(entityOf(name), id as string);
      if (refused) return refused;
      add({ kind: 'delete', entity: name as string, id: id as string }, '');
      return { ok: undefined };
    },
    query: ([name, filter, limit]) => {
      const entity = entityOf(name);
      const refused = refusal(entity);
      if (refused) return refused;
      const parsed = parseFilter(entity!, filter as string);
      if (parsed.outcome === 'error') return { error: parsed.message };
      // A limit outside of the bounds is moved to the nearer one instead of refused.
      const wanted = Math.min(Math.max(limit as number, 1), QUERY_ROWS);
      const rows = query({ entity: name as string, conditions: parsed.conditions, limit: wanted });
      if (typeof rows === 'string') return { error: rows };
      if (rows.reduce((sum, row) => sum + row.data.length, 0) > PLUGIN_LIMITS.queryAnswerBytes) {
        return { error: `The answer has more than ${PLUGIN_LIMITS.queryAnswerBytes} bytes: ask for fewer rows` };
      }
      return { ok: rows.map(({ id, version, data }) => ({ id, version, data })) };
    },
    publish: ([type, payload]) => {
      if (context.tenant === '') return { error: 'No tenant: init can neither read nor write' };
      if (!EVENT_TYPE.test(type as string)) return { error: 'Invalid type of an event' };
      const parsed = parseGuestJson(payload as string);
      if (parsed.outcome === 'error') return { error: parsed.message };
      if (hasNul(parsed.value)) return { error: 'Invalid JSON: a text has a character that cannot be stored' };
      add({ kind: 'publish', type: type as string, payload: payload as string }, payload as string);
      return { ok: undefined };
    },
    current: () => ({
      tenant: context.tenant,
      user: context.user,
      permissions: context.permissions,
      'call-id': context.callId,
      now: BigInt(context.now),
    }),
    log: ([level, message]) => {
      if (log.length >= PLUGIN_LIMITS.logLines) return undefined;
      // As the database keeps texts: neither NUL nor half a character, not even where the line is cut.
      const line = (message as string).replaceAll('\0', '\uFFFD').toWellFormed();
      log.push({ level: level as string, message: line.slice(0, PLUGIN_LIMITS.logCharacters).toWellFormed() });
      return undefined;
    },
  };
  return { functions, operations, log };
}

/** A call's id with the ordinal of an operation added to its tail. */
function nextId(callId: string, ordinal: number): string {
  const tail = (Number.parseInt(callId.slice(24), 16) + ordinal + 1) % TAIL;
  return callId.slice(0, 24) + tail.toString(16).padStart(12, '0');
}
