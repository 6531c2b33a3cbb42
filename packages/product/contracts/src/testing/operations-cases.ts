/** What the schemas of the operator's page take, and what they refuse. */
const uuid = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';
const job = {
  id: uuid,
  kind: 'preview_build',
  owner: 'a@example.org',
  projectId: uuid,
  buildId: null,
  status: 'queued',
  cancelRequested: false,
  attempts: 0,
  maxAttempts: 3,
  worker: null,
  error: null,
  createdAt: 1,
  startedAt: null,
  finishedAt: null,
};
const worker = { name: 'w', jobs: 1, sandboxes: 0, leaseExpiresAt: 1, silent: false, startedAt: 1, seenAt: null };
const storage = { name: 'builds', kept: 'for ever', bytes: 0, rows: null };

export const operationsCases = {
  adminJob: {
    takes: job,
    refuses: [
      { ...job, status: 'lost' },
      { ...job, projectName: 'secret' },
      { ...job, kind: 'mining' },
    ],
  },
  adminJobsResponse: {
    takes: { jobs: [job], now: 1, next: '1_x' },
    refuses: [
      { jobs: [job], now: 1 },
      { jobs: Array.from({ length: 51 }, () => job), now: 1, next: null },
    ],
  },
  adminWorker: { takes: worker, refuses: [{ ...worker, jobs: -1 }, { name: 'w' }] },
  adminWorkersResponse: { takes: { workers: [worker], now: 1 }, refuses: [{ workers: [] }, { workers: [{}], now: 1 }] },
  storageClass: {
    takes: storage,
    refuses: [
      { ...storage, bytes: -1 },
      { ...storage, rows: -1 },
    ],
  },
  adminStorageResponse: { takes: { classes: [storage] }, refuses: [{}, { classes: [{}] }] },
};
