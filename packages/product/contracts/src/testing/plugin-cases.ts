/** What the schemas of plugins take, and what they refuse. */
const plugin = { id: 'notes', name: 'Notes', version: '1.0.0', state: 'running', health: 'healthy', message: null };
const call = {
  id: 7,
  pluginId: 'notes',
  ownerId: null,
  method: 'handle-event',
  eventType: 'project.created',
  outcome: 'ok',
  message: null,
  fuel: 1200,
  durationMs: 2,
  operations: 1,
  log: [{ level: 'info', message: 'stored' }],
  sha256: null,
  recorded: true,
  createdAt: 1,
};
const manifest = {
  id: 'notes',
  name: 'Notes',
  version: '1.0.0',
  events: ['project.*'],
  entities: { note: { fields: { title: { type: 'string', required: true, indexed: false } } } },
};
const row = { id: 'a', version: 1, data: { title: 'x' } };

export const pluginCases: Record<string, { takes: unknown; refuses: unknown[] }> = {
  pluginSummary: {
    takes: plugin,
    refuses: [{}, { ...plugin, state: 'sleeping' }, { ...plugin, health: 'ill' }, { ...plugin, message: 1 }],
  },
  pluginListResponse: { takes: { plugins: [plugin] }, refuses: [{}, { plugins: [{ ...plugin, version: 1 }] }] },
  pluginInstalledResponse: { takes: { plugin }, refuses: [{}, { plugin: null }] },
  pluginCallsResponse: {
    takes: { calls: [call] },
    refuses: [{}, { calls: [{ ...call, fuel: '1200' }] }, { calls: [{ ...call, log: ['stored'] }] }],
  },
  pluginManifest: {
    takes: manifest,
    refuses: [{}, { ...manifest, events: 'all' }, { ...manifest, entities: { note: { fields: { title: {} } } } }],
  },
  pluginResponse: {
    takes: { plugin, manifest, versions: [{ sha256: 'a', version: '0.9.0', replacedAt: 1 }] },
    refuses: [
      { plugin, manifest },
      { plugin, manifest, versions: [{ version: '0.9.0' }] },
    ],
  },
  pluginExaminedResponse: {
    takes: { manifest, installed: null, changes: ['a field'], refusal: null },
    refuses: [{ manifest }, { manifest, installed: 1, changes: [], refusal: null }],
  },
  pluginRecordingResponse: { takes: { recording: '{}', sha256: 'a' }, refuses: [{}, { recording: {}, sha256: 'a' }] },
  pluginRowsResponse: {
    takes: { rows: [row], next: null },
    refuses: [{}, { rows: [row] }, { rows: [{ ...row, version: '1' }], next: 1 }],
  },
  createPluginRowBody: { takes: { data: { title: 'x' } }, refuses: [{}, { data: [] }, { data: 'x' }] },
  updatePluginRowBody: {
    takes: { data: { title: 'x' }, version: 1 },
    refuses: [{ data: {} }, { data: {}, version: 0 }, { data: {}, version: 1.5 }, { data: null, version: 1 }],
  },
};
