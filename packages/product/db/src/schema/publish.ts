import { buildStatuses } from '@slipway/contracts/build-state';
import { buildOrigins, buildStepNames, publishings, verificationStates } from '@slipway/contracts';
import { jobKinds } from '@slipway/contracts/job-kinds';
import type { DsseEnvelope, ManifestDifference, SiteServing } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, databaseNow, micros, primaryId, updatedAt } from './columns.ts';
import { trees } from './content.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

const status = () => text('status', { enum: buildStatuses }).notNull().default('queued');
const ownerId = () =>
  uuid('owner_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });
const projectId = () =>
  uuid('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/** What the user sees of a publish; who works on it is the job's (`runtimeJobs`). */
export const previewBuilds = pgTable(
  'preview_builds',
  {
    id: primaryId(),
    projectId: projectId(),
    // No foreign key: the binding check (P-04) is what decides, and says which ids disagree.
    snapshotId: uuid('snapshot_id').notNull(),
    /** Copied from the snapshot: "newer" is a comparison of these (P-21). */
    snapshotRevision: integer('snapshot_revision').notNull(),
    ownerId: ownerId(),
    status: status(),
    cancelRequestedAt: micros('cancel_requested_at'),
    artifactId: uuid('artifact_id'),
    previewToken: text('preview_token'),
    previewUrl: text('preview_url'),
    errorSummary: text('error_summary'),
    origin: text('origin', { enum: buildOrigins }).notNull().default('server'),
    /**
     * Of a tab's build (P-33): what came of building the same save on the server. Nothing else of the row follows it.
     */
    verification: text('verification', { enum: verificationStates }),
    verificationProblem: text('verification_problem'),
    differences: jsonb('differences').$type<{ total: number; told: ManifestDifference[] }>(),
    verifiedAt: micros('verified_at'),
    /** What the project showed before, for `rollback`. */
    activeBefore: uuid('active_before'),
    publishing: text('publishing', { enum: publishings }),
    /** Number of the last log line (P-14). */
    logSeq: integer('log_seq').notNull().default(0),
    createdAt: createdAt(),
    startedAt: micros('started_at'),
    finishedAt: micros('finished_at'),
    updatedAt: updatedAt(),
  },
  (table) => [index('preview_builds_project').on(table.projectId, table.snapshotRevision)],
);

/** Work for a worker, one row for each build. It says who runs it and for how long yet. */
export const runtimeJobs = pgTable(
  'runtime_jobs',
  {
    id: primaryId(),
    kind: text('kind', { enum: jobKinds }).notNull(),
    projectId: projectId(),
    snapshotId: uuid('snapshot_id').notNull(),
    ownerId: ownerId(),
    previewBuildId: uuid('preview_build_id'),
    status: status(),
    errorSummary: text('error_summary'),
    attempts: integer('attempts').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull().default(3),
    deadlineAt: micros('deadline_at').notNull(),
    // The lease (P-18). The epoch only ever grows; a worker with an older one is fenced out.
    leaseWorker: text('lease_worker'),
    leaseExpiresAt: micros('lease_expires_at'),
    leaseEpoch: bigint('lease_epoch', { mode: 'number' }).notNull().default(0),
    /** The sandbox that this term's worker has it done in; null: one that is named after the job. */
    machineId: uuid('machine_id'),
    /** Of the newest claim. Whose was served longest ago comes next (SV-07), so it stays when the job has ended. */
    claimedAt: micros('claimed_at'),
    createdAt: createdAt(),
    startedAt: micros('started_at'),
    finishedAt: micros('finished_at'),
    updatedAt: updatedAt(),
  },
  (table) => [
    index('runtime_jobs_claim').on(table.status, table.createdAt),
    // The three questions of `claimJob`, each answered from an index however long the queue is.
    index('runtime_jobs_queue')
      .on(table.ownerId, table.createdAt, table.id)
      .where(sql`status in ('queued', 'running')`),
    index('runtime_jobs_leased')
      .on(table.ownerId)
      .where(sql`status in ('queued', 'running') and lease_expires_at is not null`),
    index('runtime_jobs_served').on(table.ownerId, table.claimedAt),
    uniqueIndex('runtime_jobs_build').on(table.previewBuildId),
    // Two jobs in one sandbox would be two owners in it.
    uniqueIndex('runtime_jobs_machine').on(table.machineId),
  ],
);

/**
 * What is done of a build (P-31), a row after each step. Who takes the job over goes on after the last one whose
 * `outputs` say how: what lies in a machine goes with that.
 */
export const buildSteps = pgTable(
  'build_steps',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => runtimeJobs.id, { onDelete: 'cascade' }),
    step: text('step', { enum: buildStepNames }).notNull(),
    attempt: integer('attempt').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** JSON that only the worker understands. */
    outputs: text('outputs'),
    finishedAt: micros('finished_at').notNull().default(databaseNow),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.step] })],
);

/** Numbered without gaps within a build, see `appendLines`. */
export const buildLogs = pgTable(
  'build_logs',
  {
    buildId: uuid('build_id')
      .notNull()
      .references(() => previewBuilds.id, { onDelete: 'cascade' }),
    seq: integer('seq').notNull(),
    stream: text('stream', { enum: ['system', 'stdout', 'stderr'] }).notNull(),
    text: text('text').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.buildId, table.seq] })],
);

/** What a build made. Its files are the entries of its tree. */
export const artifacts = pgTable(
  'artifacts',
  {
    id: primaryId(),
    buildId: uuid('build_id')
      .notNull()
      .references(() => previewBuilds.id, { onDelete: 'cascade' }),
    projectId: projectId(),
    ownerId: ownerId(),
    treeId: text('tree_id')
      .notNull()
      .references(() => trees.id, { onDelete: 'restrict' }),
    /** How it is served; null of those that were built before there were such rules. */
    serving: jsonb('serving').$type<SiteServing>(),
    /** What the server has signed of it (P-34), once somebody asked. */
    attestation: jsonb('attestation').$type<DsseEnvelope>(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex('artifacts_build').on(table.buildId), index('artifacts_tree').on(table.treeId)],
);

/** A publish link. Asked for on every request, so that it can be taken back at once. */
export const previewTokens = pgTable(
  'preview_tokens',
  {
    token: text('token').primaryKey(),
    /** 128 random bits as a host label: the origin that the artifact is served on. */
    siteLabel: text('site_label').notNull().unique(),
    buildId: uuid('build_id')
      .notNull()
      .references(() => previewBuilds.id, { onDelete: 'cascade' }),
    artifactId: uuid('artifact_id')
      .notNull()
      .references(() => artifacts.id, { onDelete: 'cascade' }),
    ownerId: ownerId(),
    projectId: projectId(),
    passwordHash: text('password_hash'),
    expiresAt: micros('expires_at'),
    revokedAt: micros('revoked_at'),
    /** Navigations that were answered with a page. */
    views: bigint('views', { mode: 'number' }).notNull().default(0),
    viewLimit: bigint('view_limit', { mode: 'number' }),
    createdAt: createdAt(),
  },
  (table) => [index('preview_tokens_build').on(table.buildId)],
);
