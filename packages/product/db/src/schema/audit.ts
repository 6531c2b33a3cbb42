import { bigint, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';

/**
 * Who did what (SV-15). A trigger refuses every change of a line, and its removal
 * until it is old. Users are ids without a foreign key: the line outlives them, and
 * of somebody who went it says no more than that.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    createdAt: createdAt(),
    /** Who did it; null: nobody who was signed in. */
    actorId: uuid('actor_id'),
    /** Whom it concerns: that person sees the line too. */
    personId: uuid('person_id'),
    action: text('action').notNull(),
    /** What it was done to, such as a project's id. */
    target: text('target'),
    details: jsonb('details').notNull(),
    /** The client's address; null where the server did it by itself. */
    address: text('address'),
    requestId: text('request_id'),
  },
  (table) => [
    index('audit_log_actor').on(table.actorId, table.id),
    index('audit_log_person').on(table.personId, table.id),
    index('audit_log_age').on(table.createdAt),
  ],
);
