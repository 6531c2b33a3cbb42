/** What the schemas of sandboxes take, and what they refuse. */
const uuid = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const config = { cpu: 2, memoryMiB: 2048, processes: 64, diskMiB: 1024, outputBytes: 1, network: 'none' };
const sandbox = {
  id: 'demo',
  projectId: uuid,
  config,
  command: null,
  status: 'running',
  exitCode: null,
  problem: null,
  createdAt: 1,
  startedAt: 2,
  endedAt: null,
  uptime: 3,
  recoveries: 0,
};
const request = { id: uuid, verb: 'start', checkpointId: null, state: 'waiting', problem: null, createdAt: 1 };

export const sandboxCases = {
  sandboxConfig: {
    takes: {},
    refuses: [
      { cpu: 0 },
      { memoryMiB: 100 },
      { processes: 0 },
      { diskMiB: 5000 },
      { outputBytes: 0 },
      { network: 'all' },
    ],
  },
  sandboxName: { takes: 'a-1.b_c', refuses: ['', 'A', '-a', 'a/b', 'a'.repeat(64)] },
  sandboxStatus: { takes: 'exited', refuses: ['failed', ''] },
  createSandboxBody: {
    takes: { id: 'demo', cpu: 1, template: 'vanilla', command: 'node server.js' },
    refuses: [{}, { id: '../a' }, { id: 'a', command: '' }, { id: 'a', owner: uuid }, { id: 'a', cpu: 1.5 }],
  },
  sandbox: { takes: sandbox, refuses: [{}, { ...sandbox, status: 'lost' }, { ...sandbox, uptime: -1 }] },
  sandboxRequestBody: {
    takes: { verb: 'restore', checkpointId: 'one' },
    refuses: [{ verb: 'restore' }, { verb: 'start', checkpointId: 'one' }, { verb: 'create' }, {}],
  },
  sandboxRequest: { takes: request, refuses: [{}, { ...request, state: 'lost' }] },
  sandboxResponse: { takes: { sandbox }, refuses: [{}, { sandbox: {} }] },
  sandboxListResponse: {
    takes: { sandboxes: [sandbox], next: '1_one' },
    refuses: [{}, { sandboxes: [{}] }, { sandboxes: Array.from({ length: 101 }, () => sandbox) }],
  },
  sandboxRequestResponse: { takes: { request }, refuses: [{}, { request: {} }] },
};
