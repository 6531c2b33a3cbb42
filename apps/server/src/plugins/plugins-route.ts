import type {
  OkResponse,
  PluginCallsResponse,
  PluginInstalledResponse,
  PluginListResponse,
  PluginRowsResponse,
} from '@slipway/contracts';
import { type Db, getPlugin, listPluginCalls, queryPluginRows } from '@slipway/db';
import { COMPONENT_LIMITS, type Manifest, parseFilter } from '@slipway/plugin-host';
import { type Context, Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { fail } from '../http/api-error.ts';
import { type LargeBody, readBody } from '../http/body-limit.ts';
import type { UserEnv } from '../http/server-env.ts';
import type { EngineRefusal, PluginEngine } from './plugin-engine.ts';
import { requirePermission } from './require-permission.ts';

const NAME = '[a-z][a-z0-9-]{0,23}';
const PLUGIN_PATH = `/plugins/:pluginId{${NAME}}` as const;
const CALLS = 100;
const ROWS = 200;

export const pluginBodies: LargeBody[] = [
  { method: 'POST', path: /^\/api\/v1\/plugins$/, limitBytes: COMPONENT_LIMITS.bytes },
];

/** /plugins — installing and looking after plugins (PL-16), and what they stored for whoever asks. */
export const pluginsRoute = ({ db, plugins }: { db: Db; plugins: PluginEngine }) => {
  const admin = requirePermission(db, 'plugin.admin');
  const lister = requirePermission(db, 'plugin.list');
  const act = async (c: Context<UserEnv>, action: 'enable' | 'disable' | 'uninstall') => {
    const pluginId = c.req.param('pluginId')!;
    const done = await plugins[action](pluginId);
    if (done.outcome !== 'done') return refuse(c, done);
    await auditRequest(db, c, { action: `plugin.${action}`, target: pluginId });
    return c.json({ success: true } satisfies OkResponse);
  };
  return new Hono<UserEnv>()
    .get('/plugins', lister, async (c) => c.json({ plugins: await plugins.list() } satisfies PluginListResponse))
    .post('/plugins', admin, async (c) => {
      const body = await readBody(c, COMPONENT_LIMITS.bytes);
      if (body.outcome === 'refused') return body.answer;
      const installed = await plugins.install(body.bytes);
      if (installed.outcome !== 'installed') return refuse(c, installed);
      await auditRequest(db, c, { action: 'plugin.install', target: installed.id });
      const plugin = await plugins.health(installed.id);
      return plugin ? c.json({ plugin } satisfies PluginInstalledResponse, 201) : refuse(c, { outcome: 'not-found' });
    })
    .get(PLUGIN_PATH, lister, async (c) => {
      const plugin = await plugins.health(c.req.param('pluginId'));
      return plugin ? c.json({ plugin } satisfies PluginInstalledResponse) : refuse(c, { outcome: 'not-found' });
    })
    .delete(PLUGIN_PATH, admin, (c) => act(c, 'uninstall'))
    .post(`${PLUGIN_PATH}/enable`, admin, (c) => act(c, 'enable'))
    .post(`${PLUGIN_PATH}/disable`, admin, (c) => act(c, 'disable'))
    .get(`${PLUGIN_PATH}/calls`, admin, async (c) =>
      c.json({ calls: await listPluginCalls(db, c.req.param('pluginId'), CALLS) } satisfies PluginCallsResponse),
    )
    .get(`${PLUGIN_PATH}/entities/:entity{${NAME}}`, lister, async (c) => {
      const { pluginId, entity } = c.req.param();
      const plugin = await getPlugin(db, pluginId);
      const manifest = plugin?.manifest as Manifest | undefined;
      const known = manifest && Object.hasOwn(manifest.entities, entity) ? manifest.entities[entity] : undefined;
      if (!known) return refuse(c, { outcome: 'not-found' });
      const filter = parseFilter(known, c.req.query('filter') ?? '');
      if (filter.outcome === 'error') return fail(c, 'VALIDATION_ERROR', filter.message);
      const rows = await queryPluginRows(db, c.var.owner, {
        pluginId,
        entity,
        conditions: filter.conditions,
        limit: ROWS,
      });
      const answer = rows.map(({ id, version, data }) => ({ id, version, data: JSON.parse(data) as unknown }));
      return c.json({ rows: answer } satisfies PluginRowsResponse);
    });
};

function refuse(c: Context, refusal: EngineRefusal): Response {
  switch (refusal.outcome) {
    case 'not-found':
      return fail(c, 'PLUGIN_NOT_FOUND', 'No such plugin');
    case 'already-exists':
      return fail(c, 'PLUGIN_EXISTS', 'There is a plugin of this id: uninstall it first');
    case 'invalid-state': {
      const { expected, actual } = refusal;
      return fail(c, 'PLUGIN_STATE', `The plugin is ${actual}: this needs ${expected.join(' or ')}`, {
        expected,
        actual,
      });
    }
    case 'instantiation-error':
      return fail(c, 'PLUGIN_INVALID', refusal.message);
    case 'not-upgraded':
      return fail(c, 'PLUGIN_NOT_UPGRADED', refusal.message);
  }
}
