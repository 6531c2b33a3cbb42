import * as z from 'zod';
import { buildStatuses } from './build-state.ts';
import { id, micros, sha256 } from './ids.ts';

export const buildStatus = z.enum(buildStatuses);

export const build = z.strictObject({
  id,
  projectId: id,
  snapshotId: id,
  jobId: id,
  status: buildStatus,
  cancelRequested: z.boolean(),
  artifactId: id.nullable(),
  /** `<public base>/p/<token>/`, only on success (P-13). */
  previewUrl: z.string().nullable(),
  errorSummary: z.string().nullable(),
  /** Number of the last log line so far. */
  logSeq: z.int().nonnegative(),
  createdAt: micros,
  startedAt: micros.nullable(),
  finishedAt: micros.nullable(),
  updatedAt: micros,
});
export type Build = z.infer<typeof build>;

/** POST /api/v1/projects/:id/builds answers 202. */
export const createBuildBody = z.strictObject({ snapshotId: id });
export type CreateBuildBody = z.infer<typeof createBuildBody>;

export const buildResponse = z.strictObject({ build });
export type BuildResponse = z.infer<typeof buildResponse>;

export const buildListResponse = z.strictObject({ builds: z.array(build), activeBuildId: id.nullable() });
export type BuildListResponse = z.infer<typeof buildListResponse>;

/** `system` lines are ours, the others are the build's own output. */
export const logStream = z.enum(['system', 'stdout', 'stderr']);
export const logLine = z.strictObject({
  seq: z.int().positive(),
  stream: logStream,
  text: z.string(),
  createdAt: micros,
});
export type LogLine = z.infer<typeof logLine>;

/**
 * What one answer, and one event, may hold of a log (SV-05). The text is counted in
 * bytes of UTF-8; a control character becomes six in JSON, so with its last line,
 * which may begin just below the limit, a page stays below `answerBytes`.
 */
export const logPage = { lines: 1000, bytes: 64 * 1024, lineUnits: 16 * 1024, answerBytes: 1024 * 1024 } as const;

/**
 * GET /api/v1/builds/:id/logs?after=<seq>: a page of what was persisted after `seq`
 * (P-23). `next` is the `after` of the following page, null at the end of the log.
 */
export const buildLogsResponse = z.strictObject({
  build,
  lines: z.array(logLine).max(logPage.lines),
  next: z.int().positive().nullable(),
});
export type BuildLogsResponse = z.infer<typeof buildLogsResponse>;

export const artifactFile = z.strictObject({ path: z.string(), sha256, size: z.int().nonnegative() });
export type ArtifactFile = z.infer<typeof artifactFile>;
export const artifactResponse = z.strictObject({
  artifact: z.strictObject({ id, buildId: id, treeId: sha256, createdAt: micros }),
  files: z.array(artifactFile),
});
export type ArtifactResponse = z.infer<typeof artifactResponse>;
