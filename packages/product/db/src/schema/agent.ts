import { leaseColumns } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, primaryId, updatedAt } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

const ownerId = () =>
  uuid('owner_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' });
const sessionId = () =>
  uuid('session_id')
    .notNull()
    .references(() => agentSessions.id, { onDelete: 'cascade' });

/**
 * A session of the coding agent (AG-01). `manifest` and `state` are JSON texts of `@slipway/agent`; `status` is what
 * the state is to others. Whoever performs its run has its lease.
 */
export const agentSessions = pgTable(
  'agent_sessions',
  {
    id: primaryId(),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    ownerId: ownerId(),
    title: text('title').notNull(),
    manifest: text('manifest').notNull(),
    state: text('state').notNull(),
    status: text('status', { enum: ['Idle', 'Running', 'Paused'] })
      .notNull()
      .default('Idle'),
    work: text('work', { enum: ['wanted', 'none'] })
      .notNull()
      .default('none'),
    /** Number of its last event. */
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull().default(0),
    ...leaseColumns(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index('agent_sessions_project').on(table.projectId, table.createdAt),
    index('agent_sessions_owner').on(table.ownerId),
    // Not by the time of the last change: every piece of text would write all of the row's indexes anew.
    index('agent_sessions_work')
      .on(table.projectId)
      .where(sql`work = 'wanted'`),
  ],
);

/** What people said and nobody has taken up yet: the next run, messages into one that goes on. */
export const agentCommands = pgTable(
  'agent_commands',
  {
    sessionId: sessionId(),
    /** Within the session, in the order in which they came. */
    seq: integer('seq').notNull(),
    kind: text('kind', { enum: ['run', 'message'] }).notNull(),
    runId: uuid('run_id').notNull(),
    text: text('text').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.seq] })],
);

/**
 * The log of a session (AG-13). `event` is JSON: Postgres need not understand it, and jsonb refuses what JSON allows.
 */
export const agentEvents = pgTable(
  'agent_events',
  {
    sessionId: sessionId(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    event: text('event').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.seq] }),
    index('agent_events_deltas')
      .on(table.createdAt)
      .where(sql`type in ('TextDelta', 'ReasoningDelta', 'ToolCallArgsDelta')`),
  ],
);

/** Calls of tools that were begun: which command to the holder is whose, so that none is sent a second time. */
export const agentToolCalls = pgTable(
  'agent_tool_calls',
  {
    sessionId: sessionId(),
    callId: text('call_id').notNull(),
    commandId: uuid('command_id').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.callId] })],
);

/** Per person; what the operator offers to everybody is in a file. */
export const agentProviders = pgTable(
  'agent_providers',
  {
    /** Another one with every key: what is sealed is bound to it. */
    id: primaryId(),
    ownerId: ownerId(),
    name: text('name').notNull(),
    kind: text('kind').notNull(),
    baseUrl: text('base_url'),
    /** JSON. */
    models: text('models').notNull(),
    /** Sealed; null where the provider asks for none. */
    apiKey: text('api_key'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('agent_providers_name').on(table.ownerId, table.name)],
);
