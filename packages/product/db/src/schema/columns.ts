import { sql } from 'drizzle-orm';
import { bigint, uuid } from 'drizzle-orm/pg-core';

/** The database's clock in UTC microseconds (P-17). A process's own clock never reaches a row. */
export const databaseNow = sql`slipway_now()`;

export const primaryId = () => uuid('id').primaryKey().defaultRandom();

export const micros = (name: string) => bigint(name, { mode: 'number' });

export const createdAt = () => micros('created_at').notNull().default(databaseNow);

/** Queries set it on every write; see `databaseNow`. */
export const updatedAt = () => micros('updated_at').notNull().default(databaseNow);
