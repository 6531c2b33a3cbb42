const settings = {
  packageManager: null,
  root: null,
  install: null,
  build: null,
  output: null,
  nodeOptions: null,
  singlePage: null,
  trailingSlash: null,
};

const uuid = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const address = { id: uuid, kind: 'stable', host: 'a-1', url: 'http://a-1.sites/', verified: true, proof: null };
const link = {
  buildId: uuid,
  url: 'http://app/p/t/',
  siteUrl: 'http://l.sites/',
  createdAt: 1,
  expiresAt: null,
  revoked: false,
  hasPassword: false,
  views: 0,
  viewLimit: null,
};

const envelope = {
  payloadType: 'application/vnd.in-toto+json',
  payload: 'AAAA',
  signatures: [{ keyid: 'a', sig: 'AAAA' }],
};
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'index.html', digest: { sha256: '0'.repeat(64) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {
    buildDefinition: { buildType: 'x', externalParameters: {}, internalParameters: {}, resolvedDependencies: [] },
    runDetails: {
      builder: { id: 'http://app' },
      metadata: { invocationId: 'j', startedOn: '2026-01-01T00:00:00Z', finishedOn: '2026-01-01T00:00:01Z' },
    },
  },
};

/** A plan that the schema takes, for the cases that change one thing in it. */
export const runnerPlanTaken = {
  installRoot: '',
  root: 'web',
  install: null,
  build: 'make',
  output: 'dist',
  variables: { A: '1' },
};

/** What the messages about published sites take and refuse; `schemas.test.ts` tries them. */
export const siteServingCases: Readonly<Record<string, { takes: unknown; refuses: unknown[] }>> = {
  headerRule: {
    takes: { pattern: '/*', set: [['x-a', '1']], unset: ['x-b'] },
    refuses: [{ pattern: '/*', set: [['x-a']], unset: [] }, { pattern: '/*' }],
  },
  redirectRule: {
    takes: { from: '/a', to: '/b', status: 301 },
    refuses: [
      { from: '/a', to: '/b', status: 404 },
      { from: '/a', status: 301 },
    ],
  },
  siteServing: {
    takes: { singlePage: true, trailingSlash: 'auto', headers: [], redirects: [] },
    refuses: [{ singlePage: true, trailingSlash: 'sometimes', headers: [], redirects: [] }, { singlePage: true }],
  },
  dsseEnvelope: {
    takes: envelope,
    refuses: [
      { ...envelope, payloadType: 'text/plain' },
      { ...envelope, signatures: [] },
      { ...envelope, payload: '?' },
    ],
  },
  buildStatement: {
    takes: statement,
    refuses: [
      { ...statement, subject: [] },
      { ...statement, _type: 'other' },
    ],
  },
  attestationResponse: {
    takes: { builder: 'http://app', verification: 'verified', envelope },
    refuses: [{ builder: 'http://app', verification: 'perhaps', envelope: null }, { builder: 'http://app' }],
  },
  attestationKeys: {
    takes: { keys: [{ keyid: 'a', algorithm: 'ed25519', publicKey: 'AAAA' }] },
    refuses: [{ keys: [{ keyid: 'a', algorithm: 'rsa', publicKey: 'AAAA' }] }, { keys: [{ keyid: 'a' }] }],
  },
  tabPlan: {
    takes: { command: 'npm run build', output: 'dist', packages: true, environment: { TZ: 'UTC' } },
    refuses: [
      { command: 'npm run build', output: 'dist' },
      { output: 'dist', packages: true, environment: {} },
    ],
  },
  tabPlanResponse: { takes: { plan: null, why: 'its settings say so' }, refuses: [{ plan: null }, { why: '' }] },
  tabFile: {
    takes: { path: 'a/b.js', mode: 0o755, sha256: '0'.repeat(64), size: 1 },
    refuses: [
      { path: '../b.js', mode: 0o644, sha256: '0'.repeat(64), size: 1 },
      { path: 'b.js', mode: 0o777, sha256: '0'.repeat(64), size: 1 },
      { path: 'b.js', mode: 0o644, sha256: '0', size: 1 },
    ],
  },
  publishTabBody: {
    takes: {
      snapshotId: uuid,
      files: [{ path: 'a', mode: 0o644, sha256: '0'.repeat(64), size: 1 }],
      log: [{ stream: 'stdout', text: 'built' }],
      durationMs: 5,
    },
    refuses: [
      { snapshotId: uuid, files: [], log: [], durationMs: 5 },
      {
        snapshotId: uuid,
        files: [{ path: 'a', mode: 0o644, sha256: '0'.repeat(64), size: 1 }],
        log: [{ stream: 'stdout', text: 'x'.repeat(2001) }],
        durationMs: 5,
      },
    ],
  },
  manifestDifference: {
    takes: { path: 'a', tab: { sha256: '0'.repeat(64), size: 1, mode: 0o644 }, server: null },
    refuses: [
      { path: 'a', tab: null },
      { path: 'a', tab: { sha256: '0', size: 1, mode: 1 }, server: null },
    ],
  },
  verificationResponse: {
    takes: {
      verification: 'different',
      problem: null,
      total: 1,
      differences: [{ path: 'a', tab: null, server: null }],
    },
    refuses: [
      { verification: 'perhaps', problem: null, total: 1, differences: [] },
      { verification: 'different', problem: null, total: -1, differences: [] },
    ],
  },
  buildSettings: {
    takes: { ...settings, packageManager: 'pnpm', root: 'packages/web', output: 'dist', singlePage: true },
    refuses: [
      { ...settings, packageManager: 'cargo' },
      { ...settings, publishing: 'sometimes' },
      { ...settings, root: '../up' },
      { ...settings, root: '/abs' },
      { ...settings, output: 'a//b' },
      { ...settings, build: '' },
      { ...settings, build: 'a\nb' },
      { ...settings, build: 'x'.repeat(2001) },
      { ...settings, other: 1 },
      {},
    ],
  },
  detectedBuild: {
    takes: {
      framework: 'Vite',
      packageManager: 'npm',
      root: '',
      install: 'npm ci',
      build: 'npm run build',
      output: 'dist',
      singlePage: true,
    },
    refuses: [{ framework: 'Vite' }, { root: '' }],
  },
  runnerPlan: {
    takes: runnerPlanTaken,
    refuses: [{ root: '', install: null, build: null, output: '' }, {}],
  },
  siteAddress: { takes: address, refuses: [{ ...address, kind: 'other' }, { ...address, id: 'x' }, {}] },
  buildVariable: {
    takes: { name: 'A', secret: true, value: null },
    refuses: [
      { name: 'A', secret: true },
      { name: 'A', value: '' },
    ],
  },
  siteResponse: {
    takes: {
      site: {
        activeBuildId: null,
        addresses: [address],
        hasPassword: false,
        views: 0,
        settings,
        detected: null,
        problem: null,
        variables: [],
      },
    },
    refuses: [{ site: null }, {}],
  },
  addAddressBody: {
    takes: { kind: 'name', host: 'My-Site' },
    refuses: [
      { kind: 'name', host: 'ab' },
      { kind: 'name', host: 'www' },
      { kind: 'name', host: 'a.b' },
      { kind: 'name', host: 'xn--abc' },
      { kind: 'name', host: 'a'.repeat(32) },
      { kind: 'name', host: 'a'.repeat(41) },
      { kind: 'domain', host: 'x'.repeat(254) },
      { kind: 'stable', host: 'abc' },
    ],
  },
  addressResponse: { takes: { address }, refuses: [{}, { address: null }] },
  sitePassword: { takes: 'four', refuses: ['abc', 'x'.repeat(1025), 'a\0bcd'] },
  sitePasswordBody: { takes: { password: null }, refuses: [{ password: 'abc' }, {}] },
  variableName: {
    takes: 'VITE_API_URL',
    refuses: ['1A', 'A-B', 'PATH', 'node_options', 'LD_PRELOAD', 'x'.repeat(201)],
  },
  setVariableBody: {
    takes: { value: 'multi\nline', secret: false },
    refuses: [
      { value: 'x'.repeat(32 * 1024 + 1), secret: false },
      { value: 'seven77', secret: true },
      { value: 'a\0', secret: true },
      { value: 'x' },
    ],
  },
  versionLink: { takes: link, refuses: [{ ...link, viewLimit: 0 }, { ...link, views: -1 }, {}] },
  linkListResponse: { takes: { links: [link] }, refuses: [{}, { links: [1] }] },
  changeLinkBody: {
    takes: { expiresInSeconds: 60, password: null, revoked: true, viewLimit: 3 },
    refuses: [
      { expiresInSeconds: 0 },
      { expiresInSeconds: 1e12 },
      { viewLimit: 0 },
      { password: 'abc' },
      { token: 'x' },
    ],
  },
  linkResponse: { takes: { link }, refuses: [{}, { link: null }] },
};
