/** Every path of the API, so that a client never spells one out. All are on the app origin. */
export const apiPaths = {
  config: '/api/v1/config',
  events: '/api/v1/events',

  login: '/api/v1/auth/login',
  localSignIn: '/api/v1/auth/local',
  refresh: '/api/v1/auth/refresh',
  signOut: '/api/v1/auth/sign-out',
  me: '/api/v1/auth/me',
  password: '/api/v1/auth/password',

  templates: '/api/v1/templates',

  projects: '/api/v1/projects',
  project: (projectId: string) => `/api/v1/projects/${projectId}`,
  capability: (projectId: string) => `/api/v1/projects/${projectId}/capability`,

  missingBlobs: '/api/v1/blobs/missing',
  blob: (sha256: string) => `/api/v1/blobs/${sha256}`,

  snapshots: (projectId: string) => `/api/v1/projects/${projectId}/snapshots`,
  /** `snapshotId` may be "latest". Answers the tree. */
  snapshot: (projectId: string, snapshotId: string) => `/api/v1/projects/${projectId}/snapshots/${snapshotId}`,
  /** The whole snapshot as bytes that `container.mount(bytes)` takes. */
  snapshotMount: (projectId: string, snapshotId: string) => `/api/v1/projects/${projectId}/snapshots/${snapshotId}/mount`,

  builds: (projectId: string) => `/api/v1/projects/${projectId}/builds`,
  build: (buildId: string) => `/api/v1/builds/${buildId}`,
  cancelBuild: (buildId: string) => `/api/v1/builds/${buildId}/cancel`,
  /** POST: makes an earlier succeeded build the active preview again (P-22). */
  activateBuild: (buildId: string) => `/api/v1/builds/${buildId}/activate`,
  buildLogs: (buildId: string, after = 0) => `/api/v1/builds/${buildId}/logs${after > 0 ? `?after=${after}` : ''}`,
  buildArtifact: (buildId: string) => `/api/v1/builds/${buildId}/artifact`,
} as const;
