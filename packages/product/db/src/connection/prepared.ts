import { type SQL, sql } from 'drizzle-orm';

/** Begins the text of a statement that a session plans once. It is a comment: the database does not mind it. */
export const PREPARED_MARK = '/* prepared */';

/**
 * A statement of a fixed text that is asked for many times a second: each session parses and plans it once, and asks
 * for it in one round trip instead of two. Drizzle sends raw SQL unprepared, and has no place for such an
 * option, so that it travels in the text; `guardTransactions` reads it. A session keeps every such text for as long as
 * it lives: never one that is put together from lists.
 *
 * Behind a pooler that knows no prepared statements, `?prepare=false` in DATABASE_URL turns this off.
 */
export function prepared(statement: SQL): SQL {
  return sql`${sql.raw(PREPARED_MARK)} ${statement}`;
}
