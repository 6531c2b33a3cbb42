import { randomUUID } from 'node:crypto';
import { createPluginRowBody, type OkResponse, type PluginRowsResponse, updatePluginRowBody } from '@slipway/contracts';
import { changePluginRow, type Db, getPlugin, type PluginOperation, queryPluginRows } from '@slipway/db';
import { checkEntityData, type Entity, type Manifest, parseFilter } from '@slipway/plugin-host';
import { type Context, Hono } from 'hono';
import { fail } from '../http/api-error.ts';
import { jsonBody, UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { PLUGIN_NAME_PATTERN } from './plugin-name.ts';
import { readableRows } from './readable-rows.ts';
import { requirePermission } from './require-permission.ts';

/** Rows of one page, and how far pages go: who has more than that filters. */
const ROWS = 100;
const DEEPEST = 10_000;

const ENTITY_PATH = `/plugins/:pluginId{${PLUGIN_NAME_PATTERN}}/entities/:entity{${PLUGIN_NAME_PATTERN}}` as const;
const ROW_PATH = `${ENTITY_PATH}/:row{${UUID_PATTERN}}` as const;

/** /plugins/:id/entities — one's own rows of what plugins store, as pages made of the manifest need them (PL-16). */
export const pluginEntitiesRoute = (db: Db) => {
  const lister = requirePermission(db, 'plugin.list');
  return new Hono<UserEnv>()
    .get(ENTITY_PATH, lister, async (c) => {
      const found = await findEntity(c, db);
      if (found instanceof Response) return found;
      const filter = parseFilter(found.entity, c.req.query('filter') ?? '');
      if (filter.outcome === 'error') return fail(c, 'VALIDATION_ERROR', filter.message);
      const sort = parseSort(found.entity, c.req.query('sort'));
      if (sort === undefined) return fail(c, 'VALIDATION_ERROR', 'Invalid sort: it is no indexed field');
      const offset = Number(c.req.query('offset') ?? '0');
      if (!Number.isSafeInteger(offset) || offset < 0 || offset >= DEEPEST)
        return fail(c, 'VALIDATION_ERROR', `Invalid offset: pages go as far as ${DEEPEST} rows`);
      const { pluginId, entity } = c.req.param();
      const query = { pluginId, entity, conditions: filter.conditions, limit: ROWS + 1, offset, ...sort };
      const rows = await queryPluginRows(db, c.var.owner, query);
      const page = readableRows(found.entity, rows.slice(0, ROWS));
      const more = rows.length > ROWS && offset + ROWS < DEEPEST;
      return c.json({
        rows: page.map(({ id, version, data }) => ({ id, version, data: JSON.parse(data) as unknown })),
        next: more ? offset + ROWS : null,
      } satisfies PluginRowsResponse);
    })
    .post(ENTITY_PATH, lister, jsonBody(createPluginRowBody), async (c) => {
      const { data } = c.req.valid('json');
      return await change(c, db, { kind: 'insert', id: randomUUID(), data: JSON.stringify(data) });
    })
    .put(ROW_PATH, lister, jsonBody(updatePluginRowBody), async (c) => {
      const { data, version } = c.req.valid('json');
      return await change(c, db, { kind: 'update', id: c.req.param('row'), data: JSON.stringify(data), version });
    })
    .delete(ROW_PATH, lister, (c) => change(c, db, { kind: 'delete', id: c.req.param('row') }));
};

/** An operation on rows, without the entity, which stands in the path. */
type RowChange = PluginOperation extends infer Each
  ? Each extends { entity: string }
    ? Omit<Each, 'entity'>
    : never
  : never;

/** By the same checks as a plugin's own writes: a page may not store what the plugin could not. */
async function change(c: Context<UserEnv>, db: Db, operation: RowChange): Promise<Response> {
  const found = await findEntity(c, db);
  if (found instanceof Response) return found;
  if (operation.kind !== 'delete') {
    const wrong = checkEntityData(found.entity, JSON.parse(operation.data));
    if (wrong !== undefined) return fail(c, 'VALIDATION_ERROR', wrong);
  }
  const of = { pluginId: c.req.param('pluginId')!, ownerId: c.var.owner, entities: found.manifest.entities };
  const whole = { ...operation, entity: c.req.param('entity')! } as PluginOperation;
  const changed = await changePluginRow(db, of, whole);
  if (changed.outcome === 'conflict')
    return fail(c, 'PLUGIN_ROW_CONFLICT', 'The row was changed or removed meanwhile: read it again');
  return c.json({ success: true } satisfies OkResponse);
}

/** By the manifest of now: what an older version called an entity is hidden. */
async function findEntity(c: Context<UserEnv>, db: Db): Promise<{ entity: Entity; manifest: Manifest } | Response> {
  const plugin = await getPlugin(db, c.req.param('pluginId')!);
  const manifest = plugin?.manifest as Manifest | undefined;
  const name = c.req.param('entity')!;
  const entity = manifest && Object.hasOwn(manifest.entities, name) ? manifest.entities[name] : undefined;
  return manifest && entity ? { entity, manifest } : fail(c, 'PLUGIN_NOT_FOUND', 'No such plugin or entity');
}

/**
 * `field`, or `-field` for descending order. Undefined for a field without an index: the whole table would be sorted.
 */
function parseSort(entity: Entity, text = ''): { sort?: { field: string; descending: boolean } } | undefined {
  if (text === '') return {};
  const field = text.replace(/^-/, '');
  if (!Object.hasOwn(entity.fields, field) || !entity.fields[field]!.indexed) return undefined;
  return { sort: { field, descending: text !== field } };
}
