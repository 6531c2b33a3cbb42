import type {
  OkResponse,
  PluginCallsResponse,
  PluginExaminedResponse,
  PluginInstalledResponse,
  PluginListResponse,
  PluginRecordingResponse,
  PluginResponse,
} from '@slipway/contracts';
import {
  type Db,
  getPlugin,
  getPluginComponent,
  getPluginRecording,
  listPluginCalls,
  listPluginVersions,
} from '@slipway/db';
import { COMPONENT_LIMITS, describeChanges, type Manifest } from '@slipway/plugin-host';
import { type Context, Hono } from 'hono';
import { auditRequest } from '../audit/audit-request.ts';
import { fail } from '../http/api-error.ts';
import { type LargeBody, readBody } from '../http/body-limit.ts';
import type { UserEnv } from '../http/server-env.ts';
import type { EngineRefusal, PluginEngine } from './plugin-engine.ts';
import { pluginEntitiesRoute } from './plugin-entities-route.ts';
import { PLUGIN_NAME_PATTERN } from './plugin-name.ts';
import { requirePermission } from './require-permission.ts';

const PLUGIN_PATH = `/plugins/:pluginId{${PLUGIN_NAME_PATTERN}}` as const;
/** The newest ones that a page shows. */
const CALLS = 100;

/** A component is one body; nothing else that plugins are sent is large. */
export const pluginBodies: LargeBody[] = [
  { method: 'POST', path: /^\/api\/v1\/plugins(\/examine)?$/, limitBytes: COMPONENT_LIMITS.bytes },
  { method: 'PUT', path: /^\/api\/v1\/plugins\/[a-z0-9-]+$/, limitBytes: COMPONENT_LIMITS.bytes },
];

/** /plugins — installing and looking after plugins (PL-16), and what they stored for whoever asks. */
export const pluginsRoute = ({ db, plugins }: { db: Db; plugins: PluginEngine }) => {
  const admin = requirePermission(db, 'plugin.admin');
  const lister = requirePermission(db, 'plugin.list');
  const act = async (c: Context<UserEnv>, action: 'enable' | 'disable' | 'rollBack' | 'uninstall') => {
    const pluginId = c.req.param('pluginId')!;
    const done = await plugins[action](pluginId);
    if (done.outcome !== 'done' && done.outcome !== 'upgraded') return refuse(c, done);
    await auditRequest(db, c, { action: `plugin.${action}`, target: pluginId });
    return c.json({ success: true } satisfies OkResponse);
  };
  /** Before it is installed: what it is, and what would come of it. */
  const examine = async (c: Context<UserEnv>, bytes: Uint8Array) => {
    const found = await plugins.examine(bytes);
    if (found.outcome !== 'examined') return refuse(c, found);
    const { manifest } = found;
    const installed = await getPlugin(db, manifest.id);
    if (!installed)
      return c.json({ manifest, installed: null, changes: [], refusal: null } satisfies PluginExaminedResponse);
    const tried = await plugins.upgrade(manifest.id, bytes, { dryRun: true });
    return c.json({
      manifest,
      installed: installed.version,
      changes: describeChanges(installed.manifest as Manifest, manifest),
      refusal: tried.outcome === 'upgraded' ? null : 'message' in tried ? tried.message : tried.outcome,
    } satisfies PluginExaminedResponse);
  };
  return new Hono<UserEnv>()
    .route('/', pluginEntitiesRoute(db))
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
    .post('/plugins/examine', admin, async (c) => {
      const body = await readBody(c, COMPONENT_LIMITS.bytes);
      return body.outcome === 'refused' ? body.answer : await examine(c, body.bytes);
    })
    .get(PLUGIN_PATH, lister, async (c) => {
      const id = c.req.param('pluginId');
      const plugin = await plugins.health(id);
      const row = plugin && (await getPlugin(db, id));
      if (!row) return refuse(c, { outcome: 'not-found' });
      const versions = await listPluginVersions(db, id);
      return c.json({ plugin, manifest: row.manifest as Manifest, versions } satisfies PluginResponse);
    })
    .put(PLUGIN_PATH, admin, async (c) => {
      const body = await readBody(c, COMPONENT_LIMITS.bytes);
      if (body.outcome === 'refused') return body.answer;
      const id = c.req.param('pluginId');
      const upgraded = await plugins.upgrade(id, body.bytes);
      if (upgraded.outcome !== 'upgraded') return refuse(c, upgraded);
      const details = { from: upgraded.from.version, to: upgraded.to.version };
      await auditRequest(db, c, { action: 'plugin.upgrade', target: id, details });
      const plugin = await plugins.health(id);
      return plugin ? c.json({ plugin } satisfies PluginInstalledResponse) : refuse(c, { outcome: 'not-found' });
    })
    .delete(PLUGIN_PATH, admin, (c) => act(c, 'uninstall'))
    .post(`${PLUGIN_PATH}/enable`, admin, (c) => act(c, 'enable'))
    .post(`${PLUGIN_PATH}/disable`, admin, (c) => act(c, 'disable'))
    .post(`${PLUGIN_PATH}/rollback`, admin, (c) => act(c, 'rollBack'))
    .get(`${PLUGIN_PATH}/calls`, admin, async (c) =>
      c.json({ calls: await listPluginCalls(db, c.req.param('pluginId'), CALLS) } satisfies PluginCallsResponse),
    )
    .get(`${PLUGIN_PATH}/calls/:call{[0-9]{1,15}}`, admin, async (c) => {
      const { pluginId, call } = c.req.param();
      const { recording, sha256 } = (await getPluginRecording(db, pluginId, Number(call))) ?? {};
      // What the call was told is some user's data: who looks at it is written down.
      if (!recording || !sha256) return fail(c, 'NOT_FOUND', 'This call was not recorded, or too long ago');
      await auditRequest(db, c, { action: 'plugin.replay', target: pluginId });
      return c.json({ recording, sha256 } satisfies PluginRecordingResponse);
    })
    .get(`${PLUGIN_PATH}/components/:sha256{[0-9a-f]{64}}`, admin, async (c) => {
      const { pluginId, sha256 } = c.req.param();
      const bytes = await getPluginComponent(db, pluginId, sha256);
      if (!bytes) return refuse(c, { outcome: 'not-found' });
      return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'application/wasm' });
    });
};

/** Each refusal of the engine with its own code, so that pages need not read words. */
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
