import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isConnectionLoss } from './guard-transactions.ts';
import { migrateDatabase } from '../migrations/migrate.ts';
import { openDatabase } from './database.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const causeOf = (error: unknown) =>
  (error as { cause?: { code?: string } }).cause?.code ?? (error as { code?: string }).code;

describe('limits of a connection', () => {
  it('SV-01 every session of the role has them, without startup options', async () => {
    const rows = await database.db.execute<{ name: string; setting: string; source: string }>(sql`
      select name, setting, source from pg_settings
      where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'tcp_keepalives_idle') order by name`);
    expect(rows.map(({ name, setting, source }) => `${name} ${setting} ${source}`)).toEqual([
      'idle_in_transaction_session_timeout 5000 database user',
      'lock_timeout 8000 database user',
      'statement_timeout 60000 database user',
      'tcp_keepalives_idle 15 database user',
    ]);
  });

  it('SV-01 what the operator has set stays, and a migration waits for another one beyond all limits', async () => {
    const [row] = await database.client<{ name: string }[]>`select current_database() as name`;
    await database.client`alter role current_user in database ${database.client(row!.name)} set statement_timeout to '200ms'`;
    const holder = openDatabase(database.url, { maxConnections: 1 });
    await holder.db.execute(sql`select pg_advisory_lock(7547929)`);
    const migrated = migrateDatabase(database.url);
    await sleep(600);
    await holder.close();
    await migrated;
    const [setting] = await database.client<{ value: string[] }[]>`
      select to_json(setconfig) as value from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())`;
    expect(setting!.value).toContain('statement_timeout=200ms');
    await database.client`alter role current_user in database ${database.client(row!.name)} set statement_timeout to '60s'`;
  });
});

describe('a transaction whose session was ended', () => {
  const shortIdle = sql`select set_config('idle_in_transaction_session_timeout', '100ms', true)`;

  it('SV-01 SV-02 fails for its caller, sends nothing more, and leaves a pool that works', async () => {
    const own = openDatabase(database.url, { maxConnections: 1 });
    await own.db.execute(sql`create table lost (id int)`);
    let said: unknown;
    const lost = own.db.transaction(async (tx) => {
      await tx.execute(shortIdle);
      await tx.execute(sql`insert into lost values (1)`);
      await sleep(500);
      // By now the pool could have connected anew: this must not be said on another session, outside of a transaction.
      await tx.execute(sql`insert into lost values (2)`).catch((error: unknown) => (said = error));
      throw said;
    });
    const other = sleep(300).then(() => own.db.execute(sql`select 1 as one`));
    await expect(lost).rejects.toSatisfy(isConnectionLoss);
    expect(await other).toHaveLength(1);
    await expect.poll(() => said).toBeDefined();
    expect(String((said as Error).cause)).toContain('its session has ended');
    expect(await own.db.execute(sql`select id from lost`)).toHaveLength(0);
    await own.close();
  });

  it('SV-02 also when the process itself stood still meanwhile', async () => {
    const own = openDatabase(database.url, { maxConnections: 1 });
    const lost = own.db.transaction(async (tx) => {
      await tx.execute(shortIdle);
      const until = performance.now() + 500;
      while (performance.now() < until);
      await tx.execute(sql`select 1`);
    });
    await expect(lost).rejects.toSatisfy(isConnectionLoss);
    await sleep(100);
    expect(await own.db.execute(sql`select 1 as one`)).toHaveLength(1);
    await own.close();
  });

  it('a body that fails by itself is rolled back as ever', async () => {
    const failing = database.db.transaction(async (tx) => {
      await tx.execute(sql`create table never (id int)`);
      await tx.execute(sql`select 1 / 0`);
    });
    expect(causeOf(await failing.catch((error: unknown) => error))).toBe('22012');
    expect(await database.db.execute(sql`select from pg_tables where tablename = 'never'`)).toHaveLength(0);
  });
});
