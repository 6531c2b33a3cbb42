import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { recordAudit } from './record-audit.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

it('SV-15 a line of the audit log is neither changed nor removed, unless it is older than 400 days', async () => {
  const { db } = database;
  await recordAudit(db, { actorId: randomUUID(), action: 'test.do', details: { a: 1 } });
  await db.execute(sql`
    insert into audit_log (created_at, action, details) values (slipway_now() - 401 * 86400000000, 'test.old', '{}')`);
  for (const statement of [
    sql`update audit_log set action = 'nothing' where action = 'test.do'`,
    sql`delete from audit_log where action = 'test.do'`,
    sql`truncate audit_log`,
  ])
    await expect(db.execute(statement)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('the audit log: it is append-only') as string },
    });
  await db.execute(sql`delete from audit_log where action = 'test.old'`);
  const left = await db.execute<{ action: string; details: unknown }>(sql`select action, details from audit_log`);
  expect([...left]).toEqual([{ action: 'test.do', details: { a: 1 } }]);
});

it('SV-15 a line of a transaction that was rolled back does not stand', async () => {
  const failed = database.db.transaction(async (tx) => {
    await recordAudit(tx, { actorId: null, action: 'test.never' });
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  expect(await database.db.execute(sql`select from audit_log where action = 'test.never'`)).toHaveLength(0);
});
