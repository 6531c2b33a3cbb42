import * as z from 'zod';
import { buildStatus } from './builds.ts';
import { id, micros } from './ids.ts';
import { jobKinds } from './job-kinds.ts';

/** Which half of the jobs is asked for: those that wait or run, or those that have ended. */
export const jobSides = ['active', 'ended'] as const;
/** In the query, as `?side=`. */
export type JobSide = (typeof jobSides)[number];

/** A job as admins see it: whose it is and how it goes, and nothing of what it builds. */
export const adminJob = z.strictObject({
  id,
  kind: z.enum(jobKinds),
  owner: z.string(),
  projectId: id,
  /** Null: it belongs to no build. */
  buildId: id.nullable(),
  status: buildStatus,
  /** The worker was told to end it and has not done so yet. */
  cancelRequested: z.boolean(),
  attempts: z.int().nonnegative(),
  maxAttempts: z.int().positive(),
  /** Who has it, while its lease holds. */
  worker: z.string().nullable(),
  error: z.string().nullable(),
  createdAt: micros,
  startedAt: micros.nullable(),
  finishedAt: micros.nullable(),
});
/** Times are microseconds; a job whose `startedAt` is null has waited since `createdAt`. */
export type AdminJob = z.infer<typeof adminJob>;

/** Where a side has more, `next` is there. */
export const JOBS_PAGE = 50;
/** GET /api/v1/admin/jobs?side=active|ended&after=CURSOR: active ones oldest first, ended ones newest first. */
export const adminJobsResponse = z.strictObject({
  jobs: z.array(adminJob).max(JOBS_PAGE),
  /** The database's time, by which the ages are told. */
  now: micros,
  next: z.string().nullable(),
});
/** `next` goes into `?after=`; null: this was the last page. */
export type AdminJobsResponse = z.infer<typeof adminJobsResponse>;

/** There is no second page: workers beyond it are left out. */
export const WORKERS_LIMIT = 200;
/** How often a worker says that it is there, and after how long without a word it counts as silent. */
export const WORKER_REPORT_SECONDS = 5;
export const WORKER_SILENT_SECONDS = 20;
/** One that never said anything of itself, or was forgotten, is known by its leases: its first fields are null. */
export const adminWorker = z.strictObject({
  name: z.string(),
  startedAt: micros.nullable(),
  /** When it last said that it is there. */
  seenAt: micros.nullable(),
  jobs: z.int().nonnegative(),
  sandboxes: z.int().nonnegative(),
  /** When the first of its leases ends, unless it says before that it lives; null: it has none. */
  leaseExpiresAt: micros.nullable(),
  /** It died or froze: a lease of its ended, which another worker takes over, or it has said nothing for a while. */
  silent: z.boolean(),
});
/** Idle ones have neither jobs nor sandboxes. */
export type AdminWorker = z.infer<typeof adminWorker>;
/** GET /api/v1/admin/workers. */
export const adminWorkersResponse = z.strictObject({ workers: z.array(adminWorker).max(WORKERS_LIMIT), now: micros });
/** In the order of their names. */
export type AdminWorkersResponse = z.infer<typeof adminWorkersResponse>;

/** What a class of the page of storage takes on the database's disk, indexes included. */
export const storageClass = z.strictObject({
  name: z.string(),
  kept: z.string(),
  bytes: z.int().nonnegative(),
  /** As the database's statistics have it; null: nobody has counted yet. */
  rows: z.int().nonnegative().nullable(),
});
/** One line of docs/operations/storage.md. */
export type StorageClass = z.infer<typeof storageClass>;
/** GET /api/v1/admin/storage. */
export const adminStorageResponse = z.strictObject({ classes: z.array(storageClass).max(100) });
/** The largest first. What `BLOB_STORE=s3` keeps elsewhere is not in it. */
export type AdminStorageResponse = z.infer<typeof adminStorageResponse>;
