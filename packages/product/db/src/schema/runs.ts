import { commandVerbs, holderKinds, runTypes } from '@slipway/contracts';
import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, updatedAt } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

const ownerId = () =>
  uuid('owner_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });
const projectKey = () =>
  uuid('project_id')
    .primaryKey()
    .references(() => projects.id, { onDelete: 'cascade' });
const epoch = (name: string) => bigint(name, { mode: 'number' }).notNull();

/**
 * Who has a project's container (RN-17). One row to a project, kept when its holder goes, so that
 * the epoch only ever grows.
 */
export const projectHolders = pgTable(
  'project_holders',
  {
    projectId: projectKey(),
    ownerId: ownerId(),
    holderId: uuid('holder_id').notNull(),
    kind: text('kind', { enum: holderKinds }).notNull(),
    epoch: epoch('epoch'),
    /** Until then nobody claims it without taking over. */
    lapsesAt: micros('lapses_at').notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  // The registry asks for whom a stand-in works.
  (table) => [index('project_holders_holder').on(table.holderId)],
);

/** Which one run of a user's is going (RN-02). It lapses with its holder, whose heartbeat renews both. */
export const runLeases = pgTable(
  'run_leases',
  {
    ownerId: uuid('owner_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    holderId: uuid('holder_id').notNull(),
    holderEpoch: epoch('holder_epoch'),
    epoch: epoch('epoch'),
    lapsesAt: micros('lapses_at').notNull(),
    updatedAt: updatedAt(),
  },
  (table) => [index('run_leases_project').on(table.projectId)],
);

/** What a project's last run was, as its holder wrote it down (RN-13). No status: that is derived at each read. */
export const projectRuns = pgTable(
  'project_runs',
  {
    projectId: projectKey(),
    ownerId: ownerId(),
    type: text('type', { enum: runTypes }).notNull(),
    pid: integer('pid'),
    /** Seconds since the epoch by the holder's clock, as in the file in the container. */
    startedAt: bigint('started_at', { mode: 'number' }).notNull(),
    finishedAt: bigint('finished_at', { mode: 'number' }),
    exitCode: integer('exit_code'),
    logPath: text('log_path').notNull(),
    container: uuid('container').notNull(),
    updatedAt: updatedAt(),
  },
  (table) => [index('project_runs_owner').on(table.ownerId, table.updatedAt)],
);

/**
 * A command to a holder (RN-15). `body` and `answer` are JSON texts and not jsonb: Postgres need not
 * understand them, and jsonb refuses what JSON allows.
 */
export const projectCommands = pgTable(
  'project_commands',
  {
    id: uuid('id').primaryKey(),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    ownerId: ownerId(),
    holderId: uuid('holder_id').notNull(),
    epoch: epoch('epoch'),
    verb: text('verb', { enum: commandVerbs }).notNull(),
    body: text('body').notNull(),
    deadlineAt: micros('deadline_at').notNull(),
    state: text('state', { enum: ['sent', 'answered'] })
      .notNull()
      .default('sent'),
    answer: text('answer'),
    createdAt: createdAt(),
  },
  (table) => [
    index('project_commands_project').on(table.projectId, table.state),
    index('project_commands_age').on(table.createdAt),
  ],
);
