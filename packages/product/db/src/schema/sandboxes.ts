import { type SandboxConfig, sandboxVerbs } from '@slipway/contracts';
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, primaryId, updatedAt } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

const ownerId = () =>
  uuid('owner_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });

/**
 * A sandbox (SB-07). A worker has its machine, by a lease: whoever asks only writes `sandboxRequests`. Its files are a
 * project of its own, whose checkpoints are the sandbox's; the two go together.
 */
export const sandboxes = pgTable(
  'sandboxes',
  {
    id: primaryId(),
    ownerId: ownerId(),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    /** The id that its owner gave it. */
    name: text('name').notNull(),
    config: jsonb('config').$type<SandboxConfig>().notNull(),
    command: text('command'),
    status: text('status', { enum: ['created', 'running', 'exited', 'destroyed'] })
      .notNull()
      .default('created'),
    exitCode: integer('exit_code'),
    problem: text('problem'),
    /** How often another worker brought it back (RC-04). */
    recoveries: integer('recoveries').notNull().default(0),
    startedAt: micros('started_at'),
    endedAt: micros('ended_at'),
    // The lease: which worker has its machine. The epoch only ever grows.
    leaseWorker: text('lease_worker'),
    leaseExpiresAt: micros('lease_expires_at'),
    leaseEpoch: bigint('lease_epoch', { mode: 'number' }).notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('sandboxes_name').on(table.ownerId, table.name),
    uniqueIndex('sandboxes_project').on(table.projectId),
    index('sandboxes_status').on(table.status, table.leaseExpiresAt),
  ],
);

/** What a worker is asked to do with a sandbox, one after another. */
export const sandboxRequests = pgTable(
  'sandbox_requests',
  {
    id: primaryId(),
    sandboxId: uuid('sandbox_id')
      .notNull()
      .references(() => sandboxes.id, { onDelete: 'cascade' }),
    ownerId: ownerId(),
    seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity(),
    verb: text('verb', { enum: sandboxVerbs }).notNull(),
    checkpointName: text('checkpoint_name'),
    state: text('state', { enum: ['waiting', 'done', 'failed'] })
      .notNull()
      .default('waiting'),
    problem: text('problem'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index('sandbox_requests_sandbox').on(table.sandboxId, table.seq),
    index('sandbox_requests_state').on(table.state, table.seq),
  ],
);
