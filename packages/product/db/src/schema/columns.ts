import { sql } from 'drizzle-orm';
import { bigint, customType, uuid } from 'drizzle-orm/pg-core';

/** The database's clock in UTC microseconds (P-17). A process's own clock never reaches a row. */
export const databaseNow = sql`slipway_now()`;

/** A random uuid: ids stand in URLs, and tell neither how many there are nor what comes next. */
export const primaryId = () => uuid('id').primaryKey().defaultRandom();

/** Microseconds since the epoch, exact as a number until the year 2255. */
export const micros = (name: string) => bigint(name, { mode: 'number' });

/** Set by the database on insert; no query writes it. */
export const createdAt = () => micros('created_at').notNull().default(databaseNow);

/** Queries set it on every write; see `databaseNow`. */
export const updatedAt = () => micros('updated_at').notNull().default(databaseNow);

/** Bytes, as the driver has them. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
