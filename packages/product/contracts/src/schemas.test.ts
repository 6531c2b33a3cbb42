import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as contracts from './index.ts';
import { operationsCases } from './testing/operations-cases.ts';
import { peopleCases } from './testing/people-cases.ts';
import { shareCases } from './testing/share-cases.ts';
import { pluginCases } from './testing/plugin-cases.ts';
import { sandboxCases } from './testing/sandbox-cases.ts';
import { runnerPlanTaken, siteServingCases } from './testing/site-cases.ts';

const uuid = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const sha = 'a'.repeat(64);
const file = { kind: 'file', path: 'a/b.ts', mode: 0o644, sha256: sha, size: 3 };
const snapshot = {
  id: uuid,
  projectId: uuid,
  parentId: null,
  commit: 'a'.repeat(40),
  kind: 'save',
  device: null,
  message: null,
  revision: 1,
  files: 1,
  bytes: 3,
  createdAt: 1,
};
const checkpoint = {
  checkpointId: 'cp-1-0',
  taskId: 't',
  step: 0,
  timestamp: 1,
  description: '',
  externalState: null,
  snapshotId: uuid,
  commit: 'a'.repeat(40),
};
const save = {
  base: null,
  device: 'A',
  merge: true,
  changes: [{ kind: 'gone', path: 'a' }],
};
const build = {
  id: uuid,
  projectId: uuid,
  snapshotId: uuid,
  jobId: uuid,
  status: 'queued',
  cancelRequested: false,
  artifactId: null,
  previewUrl: null,
  errorSummary: null,
  logSeq: 0,
  createdAt: 1,
  startedAt: null,
  finishedAt: null,
  updatedAt: 1,
};
const line = { seq: 1, stream: 'stdout', text: 'out', createdAt: 1 };
const project = {
  id: uuid,
  name: 'n',
  template: null,
  containerId: 'abc0',
  revision: 0,
  latestSnapshotId: null,
  activeBuildId: null,
  createdAt: 1,
  updatedAt: 1,
};
const user = { id: 'u', email: 'a@example.org', name: 'A', role: 'user', createdAt: 1 };
const document = { jobId: uuid, projectId: uuid, snapshotId: uuid };
const session = { user, accessToken: 't', expiresIn: 600 };
const productConfigTaken = {
  version: 1,
  app: { origin: 'http://a.localhost:1' },
  runtime: { originPattern: 'http://{container}.rt.a.localhost:1', bareOrigin: 'http://rt.a', allowedParents: [] },
  preview: { originPattern: 'http://{port}--{id}.a.localhost:1' },
  sites: { originPattern: 'http://{label}.s.localhost:1' },
  registry: { origins: [], mirrorPath: '/npm/' },
  limits: { blobBytes: 1, treeEntries: 1 },
  auth: { localOwner: false },
  editor: { languageServers: true, offline: true },
};
const template = { id: 'x', title: 'X', language: 'ts', source: 'x@1' };
const fence = { holderId: uuid, epoch: 1 };
const holder = { ...fence, kind: 'tab' };
const run = {
  appId: uuid,
  type: 'DEV',
  pid: 7,
  startedAt: 1,
  finishedAt: null,
  exitCode: null,
  logPath: '/workspace/run/dev.log',
  container: uuid,
};
const { container: _container, ...reported } = run;
const report = { ...reported, status: 'RUNNING', previewUrl: 'http://x.example/', ports: [], cause: null };
const command = {
  id: uuid,
  projectId: uuid,
  ...fence,
  verb: 'run.start',
  body: '{}',
  remainingMs: 1,
};
const artifact = { id: uuid, buildId: uuid, treeId: sha, createdAt: 1 };

const usages = contracts.quotaNames.map((name) => ({ name, used: 0, limit: 1 }));

/** For each schema: what it takes, and what it must not. */
const cases: Record<string, { takes: unknown; refuses: unknown[] }> = {
  id: { takes: uuid, refuses: ['', 'x', `${uuid}0`, 7] },
  oid: { takes: 'a'.repeat(40), refuses: ['A'.repeat(40), 'a'.repeat(39), sha, null] },
  sha256: { takes: sha, refuses: ['A'.repeat(64), 'a'.repeat(63), `${sha}\n`, null] },
  micros: { takes: 0, refuses: [-1, 0.5, '1', 2 ** 60] },
  userRole: { takes: 'admin', refuses: ['root', '', 1] },
  user: { takes: user, refuses: [{ ...user, passwordHash: 'x' }, { ...user, role: 'root' }, {}] },
  loginBody: {
    takes: { email: ' A@Example.org ', password: 'secret' },
    refuses: [{ email: 'a', password: 'secret' }, { email: 'a@example.org', password: '12345' }, { email: user.email }],
  },
  setPasswordBody: {
    takes: { password: 'secret' },
    refuses: [{ password: 'short' }, { password: 'nul\0nul' }, { password: 'secret', role: 'admin' }],
  },
  sessionResponse: {
    takes: { success: true, data: session },
    refuses: [
      { success: false, data: session },
      { success: true, data: { ...session, refreshToken: 'x' } },
    ],
  },
  meResponse: { takes: { user }, refuses: [{}, { user: null }] },
  capabilityResponse: {
    takes: { capability: 'c', expiresIn: 1 },
    refuses: [{ capability: 'c', expiresIn: 0 }, { capability: 'c' }],
  },
  okResponse: { takes: { success: true }, refuses: [{ success: false }, {}, { success: true, more: 1 }] },
  buildStatus: { takes: 'stale', refuses: ['done', ''] },
  build: {
    takes: build,
    refuses: [
      { ...build, status: 'done' },
      { ...build, id: 'x' },
      { ...build, ownerId: uuid },
    ],
  },
  createBuildBody: { takes: { snapshotId: uuid }, refuses: [{}, { snapshotId: 'latest' }] },
  buildResponse: { takes: { build }, refuses: [{}, { build: null }] },
  buildListResponse: { takes: { builds: [build], activeBuildId: null }, refuses: [{ builds: [] }, { builds: [1] }] },
  logStream: { takes: 'system', refuses: ['stdin', ''] },
  logLine: { takes: line, refuses: [{ ...line, seq: 0 }, { ...line, stream: 'x' }, { seq: 1 }] },
  buildLogsResponse: {
    takes: { build, lines: [line], next: null },
    refuses: [
      { build, lines: Array.from({ length: 1001 }, () => line), next: null },
      { build, lines: [], next: 0 },
    ],
  },
  buildTopicEvent: {
    takes: { type: 'lines', lines: [line] },
    refuses: [{ type: 'lines' }, { type: 'line', lines: [line] }, { type: 'lines', lines: [{ ...line, seq: 0 }] }],
  },
  topicEvent: {
    takes: { type: 'lines', lines: [] },
    refuses: [{ type: 'lines', lines: [], more: 1 }, { type: 'from-the-future' }],
  },
  artifactFile: { takes: { path: 'a', sha256: sha, size: 0 }, refuses: [{ path: 'a', sha256: sha, size: -1 }, {}] },
  artifactResponse: { takes: { artifact, files: [] }, refuses: [{ artifact }, { artifact: {}, files: [] }] },
  errorCode: { takes: 'NOT_FOUND', refuses: ['TEAPOT', ''] },
  errorEnvelope: { takes: { code: 'X', message: 'm', details: 1 }, refuses: [{ code: 'X' }, { message: 'm' }, 'X'] },
  fieldError: { takes: { field: 'a', message: 'm' }, refuses: [{ field: 'a' }, {}] },
  serverEvent: {
    takes: { type: 'log', buildId: uuid, projectId: uuid, lines: [line] },
    refuses: [{ type: 'unheard-of' }, { type: 'build', build }, { type: 'project', projectId: uuid, revision: -1 }],
  },
  runRecord: {
    takes: run,
    refuses: [
      { ...run, pid: 0 },
      { ...run, logPath: 'a\0' },
      { ...run, logPath: 'x'.repeat(201) },
      { ...run, exitCode: 256 },
      { ...run, type: 'TEST' },
      { ...run, status: 'RUNNING' },
    ],
  },
  runPort: {
    takes: { port: 1, url: 'http://x.example/' },
    refuses: [{ port: 0, url: 'http://x.example/' }, { port: 1, url: 'x' }, {}],
  },
  runReport: {
    takes: report,
    refuses: [
      { ...report, status: 'ON' },
      { ...report, cause: 'x'.repeat(2001) },
      { ...report, cause: 'a\0' },
      { ...report, ports: Array.from({ length: 65 }, () => ({ port: 1, url: 'http://x.example/' })) },
    ],
  },
  runBody: { takes: { appId: uuid }, refuses: [{}, { appId: 'x' }, { appId: uuid, userId: uuid }] },
  stopRunBody: { takes: {}, refuses: [{ appId: 'x' }, { userId: uuid }] },
  runResponse: { takes: { run: report }, refuses: [{}, { run: null }] },
  holderFence: { takes: fence, refuses: [{ holderId: uuid, epoch: 0 }, { holderId: 'x', epoch: 1 }, {}] },
  projectHolder: { takes: holder, refuses: [{ ...holder, kind: 'person' }, fence] },
  claimHolderBody: {
    takes: { holderId: uuid, kind: 'sandbox' },
    refuses: [{ holderId: uuid }, { holderId: uuid, kind: 'tab', ownerId: uuid }],
  },
  claimHolderResponse: { takes: { holder, run: null }, refuses: [{ holder }, { holder: null, run: null }] },
  heldElsewhereDetails: { takes: { holder }, refuses: [{}, { holder: null }] },
  holderResponse: { takes: { holder: null }, refuses: [{}, { holder: fence }] },
  heartbeatResponse: { takes: { success: true, runHeld: false }, refuses: [{ success: true }, { runHeld: true }] },
  takeRunLeaseBody: { takes: { ...fence, onlyIfFree: true }, refuses: [fence, { onlyIfFree: true }] },
  runMongo: {
    takes: { url: 'mongodb://127.0.0.1:27017/app_x', answers: true },
    refuses: [{ url: 'mongodb://127.0.0.1:27017/app_x' }, { url: 1, answers: true }],
  },
  takeRunLeaseResponse: { takes: { success: true, mongo: null }, refuses: [{ success: true }, { mongo: null }] },
  runElsewhereDetails: { takes: { projectId: uuid }, refuses: [{}, { projectId: 'x' }] },
  mirrorRunBody: { takes: { ...fence, run }, refuses: [fence, { ...fence, run: {} }] },
  holderCommand: {
    takes: command,
    refuses: [
      { ...command, verb: 'run.everything' },
      { ...command, remainingMs: 120_001 },
      { ...command, body: 'x'.repeat(256 * 1024 + 1) },
      { ...command, ownerId: uuid },
    ],
  },
  commandAnswer: {
    takes: { ok: false, code: 'NO_SCRIPT', message: 'm' },
    refuses: [{ ok: false, code: 'no', message: 'm' }, { ok: true }, { ok: true, value: 'a\0' }],
  },
  answerCommandBody: {
    takes: { ...fence, answer: { ok: true, value: '{}' } },
    refuses: [fence, { ...fence, answer: { ok: true, value: 'x'.repeat(8 * 1024 * 1024 + 1) } }],
  },
  quotaUsage: {
    takes: { name: 'projects', used: 1, limit: 0 },
    refuses: [
      { name: 'luck', used: 1, limit: 1 },
      { name: 'projects', used: -1, limit: 1 },
    ],
  },
  usageResponse: { takes: { usage: usages }, refuses: [{ usage: [] }, { usage: usages.slice(1) }] },
  quotaDetails: { takes: { quota: 'streams', limit: 1 }, refuses: [{ quota: 'x', limit: 1 }, { limit: 1 }] },
  project: { takes: project, refuses: [{ ...project, containerId: 'A.b' }, { ...project, revision: -1 }, {}] },
  projectName: { takes: ' n ', refuses: ['', '  ', 'x'.repeat(101), 'a\u202eb'] },
  createProjectBody: {
    takes: { name: 'n', template: 'react' },
    refuses: [{ name: 'n', template: 'x'.repeat(65) }, { name: 'n', owner: uuid }, { template: 'react' }],
  },
  updateProjectBody: { takes: { name: 'n' }, refuses: [{}, { name: '' }, { name: 'n', revision: 1 }] },
  projectResponse: { takes: { project }, refuses: [{}, { project: null }] },
  createProjectResponse: { takes: { project, snapshot: null }, refuses: [{ project }, { snapshot }] },
  projectListResponse: {
    takes: { projects: [project], next: '1_a' },
    refuses: [{}, { projects: [{}] }, { projects: Array.from({ length: 101 }, () => project) }],
  },
  runnerFile: {
    takes: { kind: 'file', path: 'a', mode: 0o644, base64: 'YQ==' },
    refuses: [
      { kind: 'file', path: '../a', mode: 0, base64: '' },
      { kind: 'fifo', path: 'a' },
      { kind: 'link', path: 'a' },
    ],
  },
  runnerInput: {
    takes: {
      ...document,
      files: [],
      plan: {
        installRoot: '',
        root: '',
        install: 'npm install',
        build: 'npm run build',
        output: 'dist',
        variables: {},
      },
      artifactDestination: { artifactId: uuid },
    },
    refuses: [
      { ...document, files: [] },
      { ...document, files: [], plan: runnerPlanTaken, artifactDestination: { artifactId: 'x' } },
    ],
  },
  runnerOutput: {
    takes: { ...document, status: 'failed', logs: [] },
    refuses: [
      { ...document, status: 'done', logs: [] },
      { ...document, status: 'failed' },
      { status: 'failed', logs: [] },
    ],
  },
  snapshot: {
    takes: snapshot,
    refuses: [{ ...snapshot, revision: 0 }, { ...snapshot, commit: 'x' }, { ...snapshot, kind: 'x' }, {}],
  },
  missingBlobsBody: { takes: { sha256: [sha] }, refuses: [{ sha256: ['x'] }, { sha256: sha }, {}] },
  missingBlobsResponse: { takes: { missing: [] }, refuses: [{ missing: ['x'] }, {}] },
  putBlobResponse: { takes: { sha256: sha, size: 0 }, refuses: [{ sha256: sha, size: -1 }, { size: 0 }] },
  commitSnapshotBody: {
    takes: { baseRevision: 0, entries: [file] },
    refuses: [
      { baseRevision: -1, entries: [] },
      { baseRevision: 0, entries: [{ ...file, path: '/abs' }] },
      { entries: [] },
    ],
  },
  snapshotResponse: { takes: { snapshot }, refuses: [{}, { snapshot: null }] },
  snapshotTreeResponse: { takes: { snapshot, entries: [file] }, refuses: [{ snapshot }, { entries: [] }] },
  snapshotListResponse: { takes: { snapshots: [] }, refuses: [{}, { snapshots: [1] }] },
  historyQuery: { takes: { before: '3', limit: '200' }, refuses: [{ limit: 201 }, { before: 0 }, { extra: 1 }] },
  historyResponse: {
    takes: { snapshots: [snapshot], next: null },
    refuses: [{ snapshots: [] }, { snapshots: [1], next: null }],
  },
  historyEntry: {
    takes: { kind: 'file', mode: 0o644, sha256: sha, size: 1 },
    refuses: [{ kind: 'file', mode: 0o644 }, { kind: 'x' }],
  },
  snapshotDiffResponse: {
    takes: { changes: [{ path: 'a', before: null, after: { kind: 'dir', mode: 0o755 } }], cut: false },
    refuses: [{ changes: [{ path: 'a' }], cut: false }, { changes: [] }],
  },
  restoreBody: {
    takes: { snapshotId: uuid, device: 'A', paths: ['a'] },
    refuses: [{ snapshotId: uuid, device: 'A', paths: [] }, { snapshotId: uuid }, { snapshotId: 'x', device: 'A' }],
  },
  restoreResponse: {
    takes: { snapshot, before: null, changes: [] },
    refuses: [
      { snapshot, changes: [] },
      { snapshot, before: 'x', changes: [] },
    ],
  },
  checkpoint: {
    takes: checkpoint,
    refuses: [
      { ...checkpoint, step: -1 },
      { ...checkpoint, commit: 'x' },
    ],
  },
  createCheckpointBody: {
    takes: { taskId: 't', step: 0, description: `'"$(x)`, externalState: { a: [null] } },
    refuses: [
      { taskId: '', step: 0, description: '' },
      { taskId: 't', step: 0, description: '', externalState: 'x'.repeat(65 * 1024) },
      { taskId: 't', step: 0.5, description: '' },
      { taskId: 't', step: 2 ** 31, description: '' },
    ],
  },
  checkpointResponse: { takes: { checkpoint }, refuses: [{}, { checkpoint: 1 }] },
  checkpointListResponse: { takes: { checkpoints: [checkpoint] }, refuses: [{}, { checkpoints: [1] }] },
  verifyCheckpointBody: {
    takes: { entries: [{ kind: 'dir', path: 'a', mode: 0o755 }] },
    refuses: [{ entries: [{ kind: 'file', path: 'a', mode: 0 }] }, {}],
  },
  verifyCheckpointResponse: { takes: { consistent: false, paths: ['a'] }, refuses: [{ consistent: true }, {}] },
  forkBody: { takes: { snapshotId: uuid, name: 'x' }, refuses: [{ snapshotId: uuid, name: ' ' }, { name: 'x' }] },
  linkTarget: { takes: '../x', refuses: ['', '\0', 'x'.repeat(4097), null] },
  deviceName: { takes: 'tab-1f', refuses: ['', '-a', 'a/b', 'a'.repeat(41)] },
  saveContent: {
    takes: { as: 'splice', start: 0, end: 1, length: 2 },
    refuses: [{ as: 'splice', start: -1, end: 1, length: 2 }, { as: 'known', start: 0 }, { as: 'x' }],
  },
  saveChange: {
    takes: { kind: 'file', path: 'a', mode: 0o644, sha256: sha, size: 1, content: { as: 'whole' }, hidden: true },
    refuses: [
      { kind: 'gone', path: '../a' },
      { kind: 'dir', path: 'a', mode: 0o10000 },
      { kind: 'link', path: 'a' },
    ],
  },
  saveBody: {
    takes: save,
    refuses: [
      { ...save, base: 'x' },
      { ...save, message: '\0' },
      { ...save, extra: 1 },
    ],
  },
  treeChange: {
    takes: { kind: 'gone', path: 'a' },
    refuses: [
      { kind: 'gone', path: '' },
      { kind: 'x', path: 'a' },
    ],
  },
  mergeConflict: { takes: { path: 'a', outcome: 'kept-changed' }, refuses: [{ path: 'a', outcome: 'x' }, {}] },
  saveResponse: {
    takes: { snapshot, merged: { changes: [file], conflicts: [] } },
    refuses: [{ snapshot }, { snapshot: {}, merged: null }],
  },
  missingContentDetails: { takes: { paths: ['a'] }, refuses: [{}, { paths: [1] }] },
  missingBlobsDetails: { takes: { missing: [sha] }, refuses: [{ missing: 'x' }, {}] },
  staleRevisionDetails: { takes: { revision: 1 }, refuses: [{ revision: -1 }, {}] },
  template: { takes: template, refuses: [{ ...template, language: 'go' }, { id: 'x' }] },
  productConfig: { takes: productConfigTaken, refuses: [{ version: 1 }, { ...productConfigTaken, auth: {} }] },
  openBody: { takes: { projectId: uuid }, refuses: [{ projectId: 'x' }, { owner: uuid }, []] },
  openedHome: { takes: { projects: [project], templates: [template] }, refuses: [{ projects: [] }, { templates: [] }] },
  openedProject: {
    takes: { project, entries: [file], commit: null, config: productConfigTaken, capability: 'c' },
    refuses: [
      { project, entries: [file], config: productConfigTaken },
      { project: null, entries: [], commit: null, config: productConfigTaken, capability: '' },
      { project, entries: [file], commit: 'x', config: productConfigTaken, capability: 'c' },
    ],
  },
  openResponse: {
    takes: { session: null, home: null, project: null },
    refuses: [
      { session: null, home: null },
      { session: { user: {} }, home: null, project: null },
    ],
  },
  templateListResponse: { takes: { templates: [template] }, refuses: [{}, { templates: [{}] }] },
  plainText: { takes: 'Zoë \u{1f600}', refuses: ['a\0', 'a\nb', '\ud800', 7] },
  secretText: { takes: 'a\nb', refuses: ['a\0', '\ud800', 7] },
  treePath: { takes: 'a/b', refuses: ['', '/a', 'a/../b', 'a//b', 'a\0', 'x'.repeat(4097)] },
  fileEntry: {
    takes: file,
    refuses: [
      { ...file, mode: 0o10000 },
      { ...file, size: -1 },
      { ...file, sha256: 'x' },
    ],
  },
  dirEntry: {
    takes: { kind: 'dir', path: 'a', mode: 0o755 },
    refuses: [
      { kind: 'dir', path: 'a' },
      { kind: 'dir', mode: 0 },
    ],
  },
  linkEntry: {
    takes: { kind: 'link', path: 'a', target: '../b' },
    refuses: [
      { kind: 'link', path: 'a', target: '' },
      { kind: 'link', path: 'a', target: 'x\0' },
    ],
  },
  treeEntry: { takes: file, refuses: [{ ...file, kind: 'fifo' }, {}] },
  treeEntries: { takes: [file], refuses: [[1], file] },
  remoteName: { takes: 'origin', refuses: ['', '../x', '-x', 'a/b'] },
  remoteUrl: {
    takes: 'https://example.org/a.git',
    refuses: [
      'http://example.org/a.git',
      'https://me:x@example.org/a',
      'https://',
      'https://example.org/?a',
      'https://example.org/#a',
      'ssh://example.org/a',
    ],
  },
  setRemoteBody: {
    takes: { url: 'https://example.org/a.git', credential: { username: 'me', password: 'x' } },
    refuses: [
      { url: 'https://example.org/a.git' },
      { url: 'https://example.org/a.git', credential: { username: 'a:b', password: 'x' } },
    ],
  },
  remote: {
    takes: { name: 'origin', url: 'https://example.org', hasCredential: true },
    refuses: [{ name: 'origin' }, { name: 'origin', url: 'x', hasCredential: true, credential: 'x' }],
  },
  remoteListResponse: { takes: { remotes: [] }, refuses: [{}, { remotes: [1] }] },
  importBody: { takes: { remote: 'origin' }, refuses: [{}, { remote: '/' }] },
  importResponse: { takes: { refs: 1, commit: 'a' }, refuses: [{}, { refs: -1, commit: 'a' }] },
  pushRemoteBody: { takes: { branch: 'main' }, refuses: [{ branch: '' }, { branch: 'main', force: true }] },
  pushRemoteResponse: {
    takes: { outcome: 'refused', commit: 'a', reason: 'fetch first' },
    refuses: [{}, { outcome: 'forced', commit: 'a', reason: null }],
  },
  ...siteServingCases,
  ...operationsCases,
  ...peopleCases,
  ...shareCases,
  ...sandboxCases,
  ...pluginCases,
};

describe('every message', () => {
  const schemas = Object.entries(contracts).filter(
    (entry): entry is [string, z.ZodType] => entry[1] instanceof z.ZodType,
  );

  it.each(schemas)('%s takes what is right and refuses the rest', (name, schema) => {
    const { takes, refuses } = cases[name] ?? { takes: `no case for ${name}`, refuses: [] };
    expect(schema.safeParse(takes).error?.issues).toBeUndefined();
    expect(refuses.length).toBeGreaterThan(1);
    expect(refuses.filter((value) => schema.safeParse(value).success)).toEqual([]);
  });
});
