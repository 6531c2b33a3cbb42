import {
  adminJobsResponse,
  adminStorageResponse,
  adminWorkersResponse,
  apiPaths,
  type JobSide,
  okResponse,
} from '@slipway/contracts';
import type { Ask } from './people-api.ts';

/** What admins see of the whole installation, and do about its jobs. */
export function createOperationsCalls(ask: Ask) {
  return {
    jobs: (side: JobSide, after?: string) => ask(adminJobsResponse, 'GET', apiPaths.adminJobs(side, after)),
    cancelJob: (id: string) => ask(okResponse, 'POST', apiPaths.cancelJob(id), {}),
    retryJob: (id: string) => ask(okResponse, 'POST', apiPaths.retryJob(id), {}),
    workers: () => ask(adminWorkersResponse, 'GET', apiPaths.adminWorkers),
    storage: async () => (await ask(adminStorageResponse, 'GET', apiPaths.adminStorage)).classes,
  };
}
