import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isConnectionLoss } from '@slipway/db';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { getTableColumns, sql } from 'drizzle-orm';
import { pgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  defineLease,
  endTerm,
  fencedTransaction,
  fencedUpdate,
  type HeldRow,
  LEASE_COLUMN_NAMES,
  leaseColumns,
  type LeasedRow,
  LeaseKeeper,
  lockHeld,
  renewTerm,
  takeTerm,
  type TakeTermResult,
} from './index.ts';
import { CREATE_THINGS, things } from './testing/things.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.execute(sql.raw(CREATE_THINGS));
}, 60_000);
afterAll(() => database.close());

const HOUR_US = 3_600_000_000;

async function makeThing(): Promise<Required<LeasedRow>> {
  const [key, ownerId] = [randomUUID(), randomUUID()];
  await database.db.execute(sql`insert into things (id, owner_id) values (${key}, ${ownerId})`);
  return { kind: things, key, ownerId };
}

async function hold(row: LeasedRow, holder: string, forUs = HOUR_US): Promise<HeldRow> {
  const result = await takeTerm(database.db, row, holder, { forUs });
  if (result.outcome !== 'taken') throw new Error(`Cannot hold the thing: ${result.outcome}`);
  return { ...row, term: result.term };
}

const lapse = ({ key }: LeasedRow) => database.db.execute(sql`update things set lease_lapses_at = 0 where id = ${key}`);

async function saidOf({ key }: LeasedRow): Promise<unknown> {
  const [row] = await database.db.execute(sql`select said from things where id = ${key}`);
  return row!['said'];
}

const say = (held: HeldRow, word: string) =>
  fencedTransaction(database.db, held, {
    isConnectionLoss,
    body: async (tx) => {
      await tx.execute(sql`update things set said = ${word} where id = ${held.key}`);
      return { outcome: 'written' as const };
    },
  });

describe('a lease', () => {
  it('P-18 of many who take a free thing at once exactly one has it, and each term has the next epoch', async () => {
    const row = await makeThing();
    for (const epoch of [1, 2, 3]) {
      const takers = Array.from({ length: 12 }, (_, at) => `taker ${at}`);
      const results = await Promise.all(takers.map((holder) => takeTerm(database.db, row, holder, { forUs: HOUR_US })));
      const taken = results.filter((result) => result.outcome === 'taken');
      expect(taken).toHaveLength(1);
      const { term } = taken[0]!;
      expect(term.epoch).toBe(epoch);
      for (const result of results)
        if (result.outcome !== 'taken') {
          expect(result).toMatchObject({ outcome: 'held', holder: term.holder });
          expect(result.outcome === 'held' && result.lapsesInUs).toBeGreaterThan(HOUR_US / 2);
        }
      await lapse(row);
    }
  });

  it('P-18 a lapsed one moves on, and its first holder writes, renews and ends nothing more', async () => {
    const row = await makeThing();
    const first = await hold(row, 'first');
    await lapse(row);
    // Nobody has taken over: the database alone had kept its holder waiting.
    expect(await renewTerm(database.db, first, HOUR_US)).toEqual({ outcome: 'renewed' });
    expect(await takeTerm(database.db, row, 'second', { forUs: HOUR_US })).toMatchObject({ outcome: 'held' });
    await lapse(row);
    const second = await hold(row, 'second');

    expect(await renewTerm(database.db, first, HOUR_US)).toEqual({ outcome: 'lost' });
    expect(await endTerm(database.db, first)).toEqual({ outcome: 'lost' });
    expect(await say(first, 'ghost')).toEqual({ outcome: 'lost-lease' });
    expect(await database.db.execute(fencedUpdate(first, sql`said = 'ghost'`))).toHaveLength(0);
    expect(await saidOf(row)).toBeNull();
    expect(await say(second, 'mine')).toEqual({ outcome: 'written' });
    expect(await saidOf(row)).toBe('mine');
  });

  it('P-18 the same holder’s earlier term is as dead as another’s', async () => {
    const row = await makeThing();
    const before = await hold(row, 'page');
    await lapse(row);
    const after = await hold(row, 'page');
    expect(after.term.epoch).toBe(before.term.epoch + 1);
    expect(await say(before, 'ghost')).toEqual({ outcome: 'lost-lease' });
    expect(await say(after, 'mine')).toEqual({ outcome: 'written' });
  });

  it('is taken from a living holder by who may, and given back at once by who has it', async () => {
    const row = await makeThing();
    const first = await hold(row, 'first');
    const over = await takeTerm(database.db, row, 'second', { forUs: HOUR_US, takeOver: true });
    expect(over).toEqual({ outcome: 'taken', term: { holder: 'second', epoch: 2 } });
    expect(await renewTerm(database.db, first, HOUR_US)).toEqual({ outcome: 'lost' });
    const second = { ...row, term: { holder: 'second', epoch: 2 } };
    expect(await endTerm(database.db, second)).toEqual({ outcome: 'ended' });
    // Who gave it back has it no more, though nobody else has it yet.
    expect(await say(second, 'ghost')).toEqual({ outcome: 'lost-lease' });
    expect(await renewTerm(database.db, second, HOUR_US)).toEqual({ outcome: 'lost' });
    expect((await hold(row, 'third')).term.epoch).toBeGreaterThan(2);
  });

  it('P-07 another owner’s thing is missing, and so is one that has ended', async () => {
    const row = await makeThing();
    const stranger = { ...row, ownerId: randomUUID() };
    expect(await takeTerm(database.db, stranger, 'thief', { forUs: HOUR_US, takeOver: true })).toEqual({
      outcome: 'missing',
    });
    const held = await hold(row, 'first');
    expect(await say({ ...held, ownerId: stranger.ownerId }, 'ghost')).toEqual({ outcome: 'lost-lease' });
    await database.db.execute(sql`update things set state = 'done' where id = ${row.key}`);
    expect(await say(held, 'ghost')).toEqual({ outcome: 'lost-lease' });
    expect(await takeTerm(database.db, row, 'late', { forUs: HOUR_US, takeOver: true })).toEqual({
      outcome: 'missing',
    });
  });

  it('P-18 a takeover waits for a write under the fence, or comes before it: never in the middle', async () => {
    const row = await makeThing();
    for (let round = 0; round < 10; round++) {
      await lapse(row);
      const held = await hold(row, `holder ${round}`);
      const [written, over] = await Promise.all([
        say(held, `said ${round}`),
        takeTerm(database.db, row, 'next', { forUs: HOUR_US, takeOver: true }),
      ]);
      expect(over.outcome).toBe('taken');
      expect((await saidOf(row)) === `said ${round}`).toBe(written.outcome === 'written');
    }
  });

  it('SV-01 SV-02 a holder that freezes within a write loses it in two seconds, and changes nothing when it wakes', async () => {
    const row = await makeThing();
    const program = fileURLToPath(new URL('testing/frozen-holder.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', program, database.url, row.key, '100000'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const words = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
      expect(await words.next()).toMatchObject({ value: 'halfway' });
      child.kill('SIGSTOP');
      // Its session sits on the row's lock until the database ends it.
      let taken: TakeTermResult | undefined;
      await expect
        .poll(async () => (taken = await takeTerm(database.db, row, 'next', { forUs: HOUR_US })).outcome)
        .toBe('taken');

      const next = { ...row, term: taken?.outcome === 'taken' ? taken.term : { holder: '', epoch: 0 } };
      expect(next.term).toEqual({ holder: 'next', epoch: 2 });
      expect(await say(next, 'mine')).toEqual({ outcome: 'written' });
      child.kill('SIGCONT');
      child.stdin!.write('go on\n');
      // It tries once more, and meets the fence; a second 'halfway' would be a write by an old term.
      expect(await words.next()).toMatchObject({ value: 'lost-lease' });
      await exited(child);
      expect(await saidOf(row)).toBe('mine');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('is a table’s own three columns, and refuses names that are none', async () => {
    const table = pgTable('leased', leaseColumns());
    expect(Object.values(getTableColumns(table)).map(({ name }) => name)).toEqual([
      LEASE_COLUMN_NAMES.holder,
      LEASE_COLUMN_NAMES.epoch,
      LEASE_COLUMN_NAMES.lapsesAt,
    ]);
    const names = { table: 'leased', key: 'id', ...LEASE_COLUMN_NAMES };
    expect(() => defineLease({ ...names, key: 'id; drop table leased' })).toThrow('no plain name');
    expect(() => defineLease({ ...names, live: { column: 'state', values: [`open'`] } })).toThrow('no plain name');
    // By an owner where the table has none: a query without its guard is not made.
    const held = { kind: defineLease(names), key: '1', ownerId: '2', term: { holder: 'a', epoch: 1 } };
    await expect(lockHeld(database.db, held)).rejects.toThrow('no such column');
  });
});

describe('the keeper of a lease', () => {
  it('SV-02 renews while it can, says once it cannot, and before anybody else may take the thing', async () => {
    const row = await makeThing();
    // Three questions a lease: one of them comes in time on a machine that is busy.
    const leaseMs = 1500;
    const held = await hold(row, 'first', leaseMs * 1000);
    let lost = 0;
    let away = false;
    const errors: unknown[] = [];
    const renewals: string[] = [];
    const keeper = new LeaseKeeper({
      leaseMs,
      renew: async () => {
        if (away) throw new Error('the database is away');
        const { outcome } = await renewTerm(database.db, held, HOUR_US);
        renewals.push(outcome);
        return outcome === 'renewed';
      },
      onLost: () => void lost++,
      onError: (error) => errors.push(error),
    });
    try {
      await expect.poll(() => renewals.length).toBeGreaterThan(2);
      expect(renewals).not.toContain('lost');
      // No answer at all is as good as a loss, in the end.
      away = true;
      await expect.poll(() => lost).toBeGreaterThan(0);
      expect(errors.length).toBeGreaterThan(0);
      // And a takeover is heard of by the next question, without waiting for a tick.
      away = false;
      await takeTerm(database.db, row, 'second', { forUs: HOUR_US, takeOver: true });
      lost = 0;
      keeper.check();
      await expect.poll(() => renewals.at(-1)).toBe('lost');
      await expect.poll(() => lost).toBeGreaterThan(0);
    } finally {
      await keeper.stop();
    }
    const asked = renewals.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(renewals).toHaveLength(asked);
  });
});

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
}
