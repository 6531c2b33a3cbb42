import type { JobSide } from './operations.ts';
import type { RunVerb } from './runs.ts';

/** Every path of the API, so that a client never spells one out. All are on the app origin. */
export const apiPaths = {
  config: '/api/v1/config',
  open: '/api/v1/open',
  events: '/api/v1/events',

  login: '/api/v1/auth/login',
  localSignIn: '/api/v1/auth/local',
  refresh: '/api/v1/auth/refresh',
  signOut: '/api/v1/auth/sign-out',
  me: '/api/v1/auth/me',
  password: '/api/v1/auth/password',

  signInMethods: '/api/v1/auth/methods',
  signUp: '/api/v1/auth/sign-up',
  /** POST: what an invitation is for, by the token of its link. */
  lookAtInvitation: '/api/v1/auth/invitation',
  lookAtReset: '/api/v1/auth/reset-link',
  resetPassword: '/api/v1/auth/reset',
  oidcStart: '/api/v1/auth/oidc/start',
  oidcCallback: '/api/v1/auth/oidc/callback',

  tickets: '/api/v1/tickets',

  account: '/api/v1/account',
  sessions: '/api/v1/account/sessions',
  session: (sessionId: string) => `/api/v1/account/sessions/${sessionId}`,
  ownAudit: (before?: number) => `/api/v1/account/audit${before === undefined ? '' : `?before=${before}`}`,
  exportAccount: '/api/v1/account/export',
  deleteAccount: '/api/v1/account/delete',

  people: (after?: string) => `/api/v1/admin/people${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`,
  person: (personId: string) => `/api/v1/admin/people/${personId}`,
  signPersonOut: (personId: string) => `/api/v1/admin/people/${personId}/sign-out`,
  resetPerson: (personId: string) => `/api/v1/admin/people/${personId}/reset`,
  invitations: '/api/v1/admin/invitations',
  invitation: (invitationId: string) => `/api/v1/admin/invitations/${invitationId}`,
  adminJobs: (side: JobSide, after?: string) =>
    `/api/v1/admin/jobs?side=${side}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
  /** POST: ends somebody's job. */
  cancelJob: (jobId: string) => `/api/v1/admin/jobs/${jobId}/cancel`,
  /** POST: queues somebody's build again. */
  retryJob: (jobId: string) => `/api/v1/admin/jobs/${jobId}/retry`,
  adminWorkers: '/api/v1/admin/workers',
  adminStorage: '/api/v1/admin/storage',
  plugins: '/api/v1/plugins',
  examinePlugin: '/api/v1/plugins/examine',
  plugin: (id: string) => `/api/v1/plugins/${id}`,
  pluginAction: (id: string, action: 'enable' | 'disable' | 'rollback') => `/api/v1/plugins/${id}/${action}`,
  pluginCalls: (id: string) => `/api/v1/plugins/${id}/calls`,
  pluginRecording: (id: string, call: number) => `/api/v1/plugins/${id}/calls/${call}`,
  pluginComponent: (id: string, sha256: string) => `/api/v1/plugins/${id}/components/${sha256}`,
  pluginEntity: (id: string, entity: string) => `/api/v1/plugins/${id}/entities/${entity}`,
  pluginRows: (
    id: string,
    entity: string,
    { filter, sort, offset }: { filter: string; sort: string; offset: number },
  ) => `/api/v1/plugins/${id}/entities/${entity}?filter=${encodeURIComponent(filter)}&sort=${sort}&offset=${offset}`,
  pluginRow: (id: string, entity: string, row: string) => `/api/v1/plugins/${id}/entities/${entity}/${row}`,
  audit: (before?: number) => `/api/v1/admin/audit${before === undefined ? '' : `?before=${before}`}`,

  accessTokens: '/api/v1/access-tokens',
  accessToken: (tokenId: string) => `/api/v1/access-tokens/${tokenId}`,
  /** What of the caller's limits is used (SV-07). */
  usage: '/api/v1/usage',

  templates: '/api/v1/templates',

  projects: '/api/v1/projects',
  project: (projectId: string) => `/api/v1/projects/${projectId}`,
  capability: (projectId: string) => `/api/v1/projects/${projectId}/capability`,

  missingBlobs: '/api/v1/blobs/missing',
  blob: (sha256: string) => `/api/v1/blobs/${sha256}`,

  snapshots: (projectId: string) => `/api/v1/projects/${projectId}/snapshots`,
  /** `snapshotId` may be "latest". Answers a page of the tree, behind the path `after`. */
  snapshot: (projectId: string, snapshotId: string, after?: string) =>
    `/api/v1/projects/${projectId}/snapshots/${snapshotId}` +
    (after === undefined ? '' : `?after=${encodeURIComponent(after)}`),
  /** The whole snapshot as bytes that `container.mount(bytes)` takes. */
  snapshotMount: (projectId: string, snapshotId: string) =>
    `/api/v1/projects/${projectId}/snapshots/${snapshotId}/mount`,

  saves: (projectId: string) => `/api/v1/projects/${projectId}/saves`,
  history: (projectId: string, before?: number) =>
    `/api/v1/projects/${projectId}/history${before === undefined ? '' : `?before=${before}`}`,
  snapshotDiff: (projectId: string, from: string, to: string) =>
    `/api/v1/projects/${projectId}/snapshots/${from}/diff/${to}`,
  restore: (projectId: string) => `/api/v1/projects/${projectId}/restore`,
  fork: (projectId: string) => `/api/v1/projects/${projectId}/fork`,
  remote: (projectId: string, name: string) => `/api/v1/projects/${projectId}/remotes/${encodeURIComponent(name)}`,
  importProject: (projectId: string) => `/api/v1/projects/${projectId}/import`,
  checkpoints: (projectId: string) => `/api/v1/projects/${projectId}/checkpoints`,
  /** `checkpointId` may be "latest". */
  checkpoint: (projectId: string, checkpointId: string) => `/api/v1/projects/${projectId}/checkpoints/${checkpointId}`,
  restoreCheckpoint: (projectId: string, checkpointId: string) =>
    `/api/v1/projects/${projectId}/checkpoints/${checkpointId}/restore`,
  verifyCheckpoint: (projectId: string, checkpointId: string) =>
    `/api/v1/projects/${projectId}/checkpoints/${checkpointId}/verify`,
  /** The bytes of a file at a snapshot; `snapshotId` may be "latest". */
  fileAt: (projectId: string, snapshotId: string, path: string) =>
    `/api/v1/projects/${projectId}/snapshots/${snapshotId}/files/${path.split('/').map(encodeURIComponent).join('/')}`,

  builds: (projectId: string) => `/api/v1/projects/${projectId}/builds`,
  build: (buildId: string) => `/api/v1/builds/${buildId}`,
  cancelBuild: (buildId: string) => `/api/v1/builds/${buildId}/cancel`,
  /** POST: makes an earlier succeeded build the active preview again (P-22). */
  activateBuild: (buildId: string) => `/api/v1/builds/${buildId}/activate`,
  buildLogs: (buildId: string, after = 0) => `/api/v1/builds/${buildId}/logs${after > 0 ? `?after=${after}` : ''}`,
  /** PATCH: expiry, password, revocation, view limit (P-36). */
  buildLink: (buildId: string) => `/api/v1/builds/${buildId}/link`,
  links: (projectId: string) => `/api/v1/projects/${projectId}/links`,
  site: (projectId: string) => `/api/v1/projects/${projectId}/site`,
  siteSettings: (projectId: string) => `/api/v1/projects/${projectId}/site/settings`,
  sitePassword: (projectId: string) => `/api/v1/projects/${projectId}/site/password`,
  siteUnpublish: (projectId: string) => `/api/v1/projects/${projectId}/site/unpublish`,
  siteAddresses: (projectId: string) => `/api/v1/projects/${projectId}/site/addresses`,
  siteAddress: (projectId: string, addressId: string) => `/api/v1/projects/${projectId}/site/addresses/${addressId}`,
  verifyAddress: (projectId: string, addressId: string) =>
    `/api/v1/projects/${projectId}/site/addresses/${addressId}/verify`,
  siteVariable: (projectId: string, name: string) => `/api/v1/projects/${projectId}/site/variables/${name}`,
  /** GET, by nobody in particular: whether a proxy may ask for a certificate of this domain. */
  siteDomain: (domain: string) => `/api/v1/site-domains/${domain}`,
  tabBuilds: (projectId: string) => `/api/v1/projects/${projectId}/tab-builds`,
  tabPlan: (projectId: string, snapshotId: string) => `/api/v1/projects/${projectId}/tab-plans/${snapshotId}`,
  /** GET: what came of checking a tab's build. POST: checks it again. */
  buildVerification: (buildId: string) => `/api/v1/builds/${buildId}/verification`,
  buildArtifact: (buildId: string) => `/api/v1/builds/${buildId}/artifact`,

  shares: (projectId: string) => `/api/v1/projects/${projectId}/shares`,
  share: (projectId: string, shareId: string) => `/api/v1/projects/${projectId}/shares/${shareId}`,
  /** WebSocket: the tunnel of a live preview's tab. */
  live: (shareId: string) => `/api/v1/live/${shareId}`,
  /** POST, by anybody, with the token of a share's link in the body. */
  shared: '/api/v1/shared',
  sharedFile: '/api/v1/shared/file',
  sharedMount: '/api/v1/shared/mount',
  /** POST: the caller's own copy of a shared project. */
  copyShared: '/api/v1/shared/copy',

  /** Outside of the versioned paths on purpose (RN-01). */
  run: (verb: RunVerb) => `/api/workspace/run/${verb}`,

  /** GET: who has the project's container. POST: claims it. */
  holder: (projectId: string) => `/api/v1/projects/${projectId}/holder`,
  takeOverHolder: (projectId: string) => `/api/v1/projects/${projectId}/holder/takeover`,
  heartbeat: (projectId: string) => `/api/v1/projects/${projectId}/holder/heartbeat`,
  releaseHolder: (projectId: string) => `/api/v1/projects/${projectId}/holder/release`,
  runLease: (projectId: string) => `/api/v1/projects/${projectId}/run-lease`,
  releaseRunLease: (projectId: string) => `/api/v1/projects/${projectId}/run-lease/release`,
  /** PUT: the mirror of the run's record. */
  runRecord: (projectId: string) => `/api/v1/projects/${projectId}/run`,
  commandAnswer: (projectId: string, commandId: string) => `/api/v1/projects/${projectId}/commands/${commandId}/answer`,
} as const;
