import {
  adminJob,
  type AdminJobsResponse,
  type AdminStorageResponse,
  type AdminWorkersResponse,
  isTerminal,
  JOBS_PAGE,
  jobSides,
  type OkResponse,
  WORKERS_LIMIT,
} from '@slipway/contracts';
import {
  cancelBuild,
  createBuild,
  type Db,
  getJob,
  type JobCursor,
  listJobs,
  listWorkers,
  measureClasses,
} from '@slipway/db';
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { auditRequest } from '../audit/audit-request.ts';
import type { Config } from '../config/config.ts';
import { fail } from '../http/api-error.ts';
import { UUID_PATTERN } from '../http/read-body.ts';
import type { UserEnv } from '../http/server-env.ts';
import { requireAdmin } from '../people/require-admin.ts';
import type { Quotas } from '../quotas/quotas.ts';

const side = z.enum(jobSides);
const jobPath = `/jobs/:jobId{${UUID_PATTERN}}`;
const CURSOR = new RegExp(`^(\\d{1,16})_(${UUID_PATTERN})$`);
/** Ends that may be another one next time: the others were chosen, or are as they should be. */
const RETRIED: ReadonlySet<string> = new Set(['failed', 'expired', 'cancelled']);

/** /admin — what runs here and what it costs (SV-08, SV-12). Behind `requireUser`; what is built stays its owner's. */
export const operationsRoute = ({ db, config, quotas }: { db: Db; config: Config; quotas: Quotas }) => {
  const missing = (c: Context) => fail(c, 'JOB_NOT_FOUND', 'No such job');
  return new Hono<UserEnv>()
    .use(requireAdmin)
    .get('/jobs', async (c) => {
      const asked = side.safeParse(c.req.query('side') ?? 'active');
      const after = parseJobCursor(c.req.query('after'));
      if (!asked.success || after === 'unreadable')
        return fail(c, 'VALIDATION_ERROR', 'Invalid input', [
          { field: asked.success ? 'after' : 'side', message: 'is nothing that a page of jobs has said' },
        ]);
      const { jobs, now, next } = await listJobs(db, asked.data, { after, limit: JOBS_PAGE });
      return c.json({
        jobs: jobs.map((job) => adminJob.parse(job)),
        now,
        next: next === undefined ? null : `${next.createdAt}_${next.id}`,
      } satisfies AdminJobsResponse);
    })
    .post(`${jobPath}/cancel`, async (c) => {
      const job = await getJob(db, c.req.param('jobId'));
      if (!job || job.buildId === null) return missing(c);
      // A check's build has ended long ago, and its version is shown; the check itself takes no orders.
      if (job.kind !== 'preview_build')
        return fail(c, 'JOB_STATE', 'Only builds can be cancelled: a check ends itself');
      const ended = await cancelBuild(db, job.ownerId, job.buildId);
      if (ended.outcome === 'missing') return missing(c);
      if (ended.outcome === 'already-terminal') return fail(c, 'JOB_STATE', 'The job has ended already');
      await auditRequest(db, c, { action: 'job.cancel', personId: job.ownerId, target: job.buildId });
      return c.json({ success: true } satisfies OkResponse);
    })
    .post(`${jobPath}/retry`, async (c) => {
      const job = await getJob(db, c.req.param('jobId'));
      if (!job || job.buildId === null) return missing(c);
      if (job.kind !== 'preview_build' || !isTerminal(job.status) || !RETRIED.has(job.status))
        return fail(c, 'JOB_STATE', 'Only a build that failed, expired or was cancelled can be tried again');
      const queued = await createBuild(db, job.ownerId, job.projectId, {
        snapshotId: job.snapshotId,
        deadlineUs: config.BUILD_DEADLINE_SECONDS * 1_000_000,
        ownerLimit: quotas.configured.buildsWaiting,
      });
      switch (queued.outcome) {
        case 'queued':
        case 'under-way':
          await auditRequest(db, c, { action: 'job.retry', personId: job.ownerId, target: queued.build.id });
          return c.json({ success: true } satisfies OkResponse, 202);
        case 'too-many':
          return fail(c, 'TOO_MANY', `The owner has ${queued.limit} builds waiting or running already`);
        case 'project-missing':
        case 'snapshot-missing':
          return fail(c, 'JOB_STATE', 'What it was built from is gone');
      }
    })
    .get('/workers', async (c) => c.json((await listWorkers(db, WORKERS_LIMIT)) satisfies AdminWorkersResponse))
    .get('/storage', async (c) => c.json({ classes: await measureClasses(db) } satisfies AdminStorageResponse));
};

/** What `?after=` says: nothing yet, a job, or what no page has said. */
function parseJobCursor(text: string | undefined): JobCursor | undefined | 'unreadable' {
  if (text === undefined) return undefined;
  const [, createdAt, id] = CURSOR.exec(text) ?? [];
  return createdAt === undefined || id === undefined ? 'unreadable' : { createdAt: Number(createdAt), id };
}
