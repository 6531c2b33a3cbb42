import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { makeUser } from '../query-fixtures.ts';
import { createSession } from './create-session.ts';
import { ensureLocalOwner } from './ensure-local-owner.ts';
import { getOrCreateSecret } from '../secrets/get-or-create-secret.ts';
import { getPasswordlessOwner } from './get-passwordless-owner.ts';
import { getSessionUser } from './get-session-user.ts';
import { rotateRefreshToken } from './rotate-refresh-token.ts';
import { setPassword } from './set-password.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const week = 7 * 86_400_000_000;
const grace = 10_000_000;

describe('users and sessions', () => {
  it('AU-10 the local owner is made once, and a password or a second user ends the mode', async () => {
    const { db } = database;
    await Promise.all(Array.from({ length: 5 }, () => ensureLocalOwner(db)));
    const owner = await getPasswordlessOwner(db);
    expect(owner).toMatchObject({ email: 'owner@localhost', role: 'admin' });
    const { familyId } = await createSession(db, { userId: owner!.id, tokenHash: 'first', lifetimeUs: week });
    const set = (passwordHash: string) =>
      setPassword(db, {
        userId: owner!.id,
        previousHash: null,
        passwordHash,
        email: 'me@example.org',
        keepFamilyId: familyId,
      });
    const outcomes = (await Promise.all([set('a'), set('b'), set('c')])).map((result) => result.outcome);
    expect(outcomes.sort()).toEqual(['changed-elsewhere', 'changed-elsewhere', 'set']);
    expect(await getPasswordlessOwner(db)).toBeUndefined();
    await db.execute(sql`delete from credentials`);
    expect(await getPasswordlessOwner(db)).toBeDefined();
    await makeUser(db);
    expect(await getPasswordlessOwner(db)).toBeUndefined();
  });

  it('AU-09 tabs that refresh at once stay signed in; a rotated-out token after the grace window ends the family', async () => {
    const { db } = database;
    const userId = await makeUser(db);
    const { familyId } = await createSession(db, { userId, tokenHash: 't0', lifetimeUs: week });
    const rotate = (tokenHash: string, nextTokenHash: string, graceUs = grace) =>
      rotateRefreshToken(db, { tokenHash, nextTokenHash, lifetimeUs: week, graceUs });
    const both = await Promise.all([rotate('t0', 't1a'), rotate('t0', 't1b')]);
    expect(both.map((result) => result.outcome)).toEqual(['rotated', 'rotated']);
    expect((await rotate('t1a', 't2')).outcome).toBe('rotated');
    expect(await getSessionUser(db, familyId)).toMatchObject({ id: userId });
    expect((await rotate('t0', 'thief', -1)).outcome).toBe('reused');
    expect(await getSessionUser(db, familyId)).toBeUndefined();
    expect((await rotate('t2', 't3')).outcome).toBe('invalid');
    expect((await rotate('t1b', 't3')).outcome).toBe('invalid');
    expect((await rotate('unknown', 't3')).outcome).toBe('invalid');
  });

  it('an expired family is invalid', async () => {
    const { db } = database;
    const { familyId } = await createSession(db, { userId: await makeUser(db), tokenHash: 'old', lifetimeUs: 0 });
    expect(await getSessionUser(db, familyId)).toBeUndefined();
    expect(
      await rotateRefreshToken(db, { tokenHash: 'old', nextTokenHash: 'new', lifetimeUs: week, graceUs: grace }),
    ).toEqual({ outcome: 'invalid' });
  });

  it('servers of one database agree on a secret', async () => {
    const values = await Promise.all(
      ['x', 'y', 'z'].map((candidate) => getOrCreateSecret(database.db, 'key', candidate)),
    );
    expect(new Set(values).size).toBe(1);
  });
});
