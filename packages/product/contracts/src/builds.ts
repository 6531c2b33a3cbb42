import * as z from 'zod';
import { buildStatuses } from './build-state.ts';
import { id, micros, sha256 } from './ids.ts';
import { secretText } from './text.ts';
import { treePage, treePath } from './tree.ts';

/** `BuildStatus` where it arrives from outside. */
export const buildStatus = z.enum(buildStatuses);

/** Who built what a version shows: a worker of the server, or the tab that published it (P-33). */
export const buildOrigins = ['server', 'tab'] as const;

/**
 * What the server found when it built the same save again: not yet anything, the very same files, others, or nothing,
 * because its own build failed.
 */
export const verificationStates = ['pending', 'verified', 'different', 'failed'] as const;
/** Of a tab's build alone: what a worker has built needs no check. */
export type VerificationState = (typeof verificationStates)[number];

/** A version of a site on its way or done. Times are the database's; null: not yet. */
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
  /** Events that were stored before there were tabs' builds say neither this nor the next. */
  origin: z.enum(buildOrigins).default('server'),
  /** Null for what the server built itself. */
  verification: z.enum(verificationStates).nullable().default(null),
  /** Number of the last log line so far. */
  logSeq: z.int().nonnegative(),
  createdAt: micros,
  startedAt: micros.nullable(),
  finishedAt: micros.nullable(),
  updatedAt: micros,
});
/** The server publishes it as an event after each change, so that a list never has to ask again. */
export type Build = z.infer<typeof build>;

/** POST /api/v1/projects/:id/builds answers 202. */
export const createBuildBody = z.strictObject({ snapshotId: id });
/** Which snapshot is built; a newer one that is queued makes an older one stale (P-21). */
export type CreateBuildBody = z.infer<typeof createBuildBody>;

/** GET /api/v1/builds/:id, and the answer to whatever changes one. */
export const buildResponse = z.strictObject({ build });
/** The row as it was after the change, cancels too: `cancelRequested` may be true while it still runs. */
export type BuildResponse = z.infer<typeof buildResponse>;

/** GET /api/v1/projects/:id/builds, newest first. `activeBuildId`: what the site shows; null: nothing. */
export const buildListResponse = z.strictObject({ builds: z.array(build), activeBuildId: id.nullable() });
/** The newest fifty. The active one need not be the newest: a rollback shows an older one again. */
export type BuildListResponse = z.infer<typeof buildListResponse>;

/** `system` lines are ours, the others are the build's own output. */
export const logStream = z.enum(['system', 'stdout', 'stderr']);
/** One line of a build's log. `seq` counts from 1 within the build and has no gaps. */
export const logLine = z.strictObject({
  seq: z.int().positive(),
  stream: logStream,
  text: z.string(),
  createdAt: micros,
});
/** The same in a page that was asked for and in an event: by its `seq` a reader knows what it has already. */
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
/** Carries the build too, so that a reader at the end knows whether more lines can come. */
export type BuildLogsResponse = z.infer<typeof buildLogsResponse>;

/** A file of what was built; its bytes are a blob. */
export const artifactFile = z.strictObject({ path: z.string(), sha256, size: z.int().nonnegative() });
/** `path` is below the output folder, without a slash in front; `size` in bytes. */
export type ArtifactFile = z.infer<typeof artifactFile>;
/** GET /api/v1/builds/:id/artifact; ARTIFACT_NOT_FOUND of a build that made none. */
export const artifactResponse = z.strictObject({
  artifact: z.strictObject({ id, buildId: id, treeId: sha256, createdAt: micros }),
  /** In the order of their paths. */
  files: z.array(artifactFile).max(treePage.entries),
  /** The last path of this page, where there are more; it goes into `?after=`. */
  next: treePath.optional(),
});
/** `treeId` is the hash of the whole list: equal for two builds that made the same files. */
export type ArtifactResponse = z.infer<typeof artifactResponse>;

/** Bounds of what a tab publishes of its own; more is built on the server. */
export const tabBuildLimits = { files: 5000, logLines: 500, lineUnits: 2000 } as const;

/** How a tab builds a snapshot so that the server's own build can be the same. */
export const tabPlan = z.strictObject({
  /** A line for the project's shell. */
  command: z.string(),
  output: z.string(),
  /** Whether it needs the project's packages. */
  packages: z.boolean(),
  environment: z.record(z.string(), z.string()),
});
/** Holds no secrets: a project with some is built on the server, whose plan is a `RunnerPlan`. */
export type TabPlan = z.infer<typeof tabPlan>;

/** GET /api/v1/projects/:id/tab-plans/:id: a plan, or why the server has to build it. */
export const tabPlanResponse = z.strictObject({ plan: tabPlan.nullable(), why: z.string().nullable() });
/** One of the two is null: `why` is for the person who publishes. */
export type TabPlanResponse = z.infer<typeof tabPlanResponse>;

/** A file that a tab built. Its bytes were put as a blob before. */
export const tabFile = z.strictObject({
  path: treePath,
  mode: z.union([z.literal(0o644), z.literal(0o755)]),
  sha256,
  size: z.int().nonnegative(),
});
/** Executable or not is all of the mode that a site's files keep. */
export type TabFile = z.infer<typeof tabFile>;

/** POST /api/v1/projects/:id/tab-builds: what a tab has built is a version at once, and is checked afterwards. */
export const publishTabBody = z.strictObject({
  snapshotId: id,
  files: z.array(tabFile).min(1).max(tabBuildLimits.files),
  /** The end of what its build said: any text that the database can store. */
  log: z
    .array(z.strictObject({ stream: logStream, text: secretText.max(tabBuildLimits.lineUnits) }))
    .max(tabBuildLimits.logLines),
  durationMs: z.int().nonnegative().max(3_600_000),
});
/** A claim of the tab's, which the server checks by building the same snapshot itself (P-33). */
export type PublishTabBody = z.infer<typeof publishTabBody>;

const manifestFile = z.strictObject({ sha256, size: z.int().nonnegative(), mode: z.int() });

/** A file in which a tab's build and the server's differ; null: one side does not have it. */
export const manifestDifference = z.strictObject({
  path: z.string(),
  tab: manifestFile.nullable(),
  server: manifestFile.nullable(),
});
/** Hash, size and mode of both sides; the bytes are not in it. */
export type ManifestDifference = z.infer<typeof manifestDifference>;

/** So many differences are told by name. */
export const TOLD_DIFFERENCES = 200;

/** GET /api/v1/builds/:id/verification, of a tab's build. POST checks it again. */
export const verificationResponse = z.strictObject({
  verification: z.enum(verificationStates),
  /** Why it could not be checked. */
  problem: z.string().nullable(),
  /** How many files differ, also those that are not told. */
  total: z.int().nonnegative(),
  differences: z.array(manifestDifference).max(TOLD_DIFFERENCES),
});
/** `problem` is null unless `verification` is `failed`. */
export type VerificationResponse = z.infer<typeof verificationResponse>;
