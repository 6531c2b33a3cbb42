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
  createdAt: 1,
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
  pluginRowsResponse: { takes: { rows: [row] }, refuses: [{}, { rows: [{ ...row, version: '1' }] }] },
};
