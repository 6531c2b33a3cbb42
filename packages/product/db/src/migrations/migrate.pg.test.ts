import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'drizzle-orm';
import { countMigrations, migrateDatabase } from './migrate.ts';
import { createDatabase } from '../resolve-database.ts';
import { openDatabase } from '../connection/database.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
}, 60_000);
afterAll(() => database.close());

describe('migrations', () => {
  it('six processes may migrate one new database at the same time', async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await createDatabase(database.url, name);
    const url = database.url.replace(/[^/]+$/, name);
    await Promise.all(Array.from({ length: 6 }, () => migrateDatabase(url)));
    const migrated = openDatabase(url);
    const rows = await migrated.db.execute(sql`select count(*)::int as count from drizzle.__drizzle_migrations`);
    expect(rows[0]?.['count']).toBe(countMigrations());
    await migrated.close();
    await database.client`drop database ${database.client(name)}`;
  }, 60_000);

  it('P-17 the database clock counts UTC microseconds', async () => {
    const [row] = await database.db.execute<{ us: number; iso: string }>(
      sql`select slipway_now() as us, to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI') as iso`,
    );
    expect(new Date(row!.us / 1000).toISOString().slice(0, 16)).toBe(row!.iso);
  });
});
