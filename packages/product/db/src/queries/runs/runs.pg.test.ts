import { randomUUID } from 'node:crypto';
import { commandLimits, type HolderFence, type RunRecord } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../connection/database.ts';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { expandEvent } from '../events/expand-event.ts';
import { readEvents } from '../events/read-events.ts';
import { makeProject, makeUser } from '../query-fixtures.ts';
import { answerCommand } from './answer-command.ts';
import { claimHolder } from './claim-holder.ts';
import { deleteOldCommands } from './delete-old-commands.ts';
import { getHolder } from './get-holder.ts';
import { getLastRunProject } from './get-last-run-project.ts';
import { getRun } from './get-run.ts';
import { getRunLease } from './get-run-lease.ts';
import { mirrorRun } from './mirror-run.ts';
import { readAnswer } from './read-answer.ts';
import { releaseHolder } from './release-holder.ts';
import { releaseRunLease } from './release-run-lease.ts';
import { renewHolder } from './renew-holder.ts';
import { sendCommand } from './send-command.ts';
import { takeRunLease } from './take-run-lease.ts';

const leaseUs = 4_000_000;

let database: TestDatabase;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  ({ db } = database);
}, 60_000);
afterAll(() => database.close());

interface Held {
  ownerId: string;
  projectId: string;
  fence: HolderFence;
}

const claim = (ownerId: string, projectId: string, holderId: string, takeOver = false) =>
  claimHolder(db, ownerId, projectId, { holderId, kind: 'tab', leaseUs, takeOver });

/** A project that a tab holds. */
async function hold(owner?: string): Promise<Held> {
  const { ownerId, projectId } = await makeProject(db, owner);
  const result = await claim(ownerId, projectId, randomUUID());
  if (result.outcome !== 'held') throw new Error(`Cannot hold the fixture: ${result.outcome}`);
  return { ownerId, projectId, fence: { holderId: result.holder.holderId, epoch: result.holder.epoch } };
}

const lapse = (projectId: string) =>
  db.execute(sql`update project_holders set lapses_at = slipway_now() - 1 where project_id = ${projectId}`);
const lapseRun = (ownerId: string) =>
  db.execute(sql`update run_leases set lapses_at = slipway_now() - 1 where owner_id = ${ownerId}`);

const send = (held: Pick<Held, 'ownerId' | 'projectId'>, id: string = randomUUID(), deadlineMs = 5000) =>
  sendCommand(db, held.ownerId, {
    id,
    projectId: held.projectId,
    verb: 'run.status',
    body: '{"a":"\\u0000"}',
    deadlineMs,
  });

const lastEvent = async (ownerId: string) => {
  const read = await readEvents(db, ownerId, 0);
  const stored = read.outcome === 'events' ? read.events.at(-1) : undefined;
  if (!stored) throw new Error('Cannot find an event');
  for await (const event of expandEvent(db, ownerId, stored)) return event;
  throw new Error('Cannot expand the event');
};

describe('the holder of a project', () => {
  it('RN-17 of twenty that claim at once one is the holder, and the others are told which', async () => {
    const { ownerId, projectId } = await makeProject(db);
    const results = await Promise.all(Array.from({ length: 20 }, () => claim(ownerId, projectId, randomUUID())));
    const held = results.filter(({ outcome }) => outcome === 'held');
    expect(held).toHaveLength(1);
    const holder = await getHolder(db, ownerId, projectId);
    expect(holder).toEqual(held[0]?.outcome === 'held' ? held[0].holder : undefined);
    for (const result of results) expect(result).toMatchObject({ holder });
  });

  it('RN-17 twenty that take over at once have an epoch each, and the highest is the holder', async () => {
    const { ownerId, projectId } = await hold();
    const results = await Promise.all(Array.from({ length: 20 }, () => claim(ownerId, projectId, randomUUID(), true)));
    const epochs = results.map((result) => (result.outcome === 'held' ? result.holder.epoch : 0));
    expect(new Set(epochs).size).toBe(20);
    expect((await getHolder(db, ownerId, projectId))?.epoch).toBe(Math.max(...epochs));
  });

  it('RN-17 one that was taken over is fenced out of everything', async () => {
    const { ownerId, projectId, fence } = await hold();
    expect(await claim(ownerId, projectId, randomUUID())).toMatchObject({ outcome: 'elsewhere' });
    await claim(ownerId, projectId, randomUUID(), true);
    expect(await renewHolder(db, ownerId, projectId, fence, leaseUs)).toEqual({ outcome: 'lost' });
    expect(await takeRunLease(db, ownerId, projectId, fence, { leaseUs, onlyIfFree: false })).toEqual({
      outcome: 'lost',
    });
    expect(await mirrorRun(db, ownerId, projectId, fence, record(projectId))).toEqual({ outcome: 'lost' });
    expect(await mirrorRun(db, ownerId, projectId, fence, null)).toEqual({ outcome: 'lost' });
    expect(await releaseHolder(db, ownerId, projectId, fence)).toEqual({ outcome: 'lost' });
    expect(await getHolder(db, ownerId, projectId)).toBeDefined();
  });

  it('RN-16 a lapsed claim is nobody’s, yet its own heartbeat brings it back while nobody has claimed', async () => {
    const { ownerId, projectId, fence } = await hold();
    await lapse(projectId);
    expect(await getHolder(db, ownerId, projectId)).toBeUndefined();
    expect(await renewHolder(db, ownerId, projectId, fence, leaseUs)).toEqual({ outcome: 'renewed', runHeld: false });
    expect(await getHolder(db, ownerId, projectId)).toBeDefined();
    await lapse(projectId);
    expect(await claim(ownerId, projectId, randomUUID())).toMatchObject({
      outcome: 'held',
      holder: { epoch: fence.epoch + 1 },
    });
  });

  it('the same tab claims again after a reload, by a new epoch', async () => {
    const { ownerId, projectId, fence } = await hold();
    const again = await claim(ownerId, projectId, fence.holderId);
    expect(again).toMatchObject({ outcome: 'held', holder: { epoch: fence.epoch + 1 } });
    expect(await lastEvent(ownerId)).toMatchObject({ type: 'holder', holder: { holderId: fence.holderId } });
  });

  it('one that goes leaves its place at once, and the other tabs are told', async () => {
    const { ownerId, projectId, fence } = await hold();
    expect(await releaseHolder(db, ownerId, projectId, fence)).toEqual({ outcome: 'released' });
    expect(await lastEvent(ownerId)).toEqual({ type: 'holder', projectId, holder: null });
    expect(await claim(ownerId, projectId, randomUUID())).toMatchObject({ outcome: 'held' });
  });

  it('P-07 another owner’s project is missing', async () => {
    const { projectId, fence } = await hold();
    const stranger = await makeUser(db);
    expect(await claim(stranger, projectId, randomUUID(), true)).toEqual({ outcome: 'missing' });
    expect(await getHolder(db, stranger, projectId)).toBeUndefined();
    expect(await renewHolder(db, stranger, projectId, fence, leaseUs)).toEqual({ outcome: 'lost' });
    expect(await releaseHolder(db, stranger, projectId, fence)).toEqual({ outcome: 'lost' });
    expect(await mirrorRun(db, stranger, projectId, fence, null)).toEqual({ outcome: 'lost' });
    expect(await send({ ownerId: stranger, projectId })).toEqual({ outcome: 'missing' });
    expect(await takeRunLease(db, stranger, projectId, fence, { leaseUs, onlyIfFree: false })).toEqual({
      outcome: 'lost',
    });
  });
});

describe('the run lease', () => {
  it('RN-02 a user has one: who starts a second run replaces the first, whose heartbeat tells it', async () => {
    const a = await hold();
    const b = await hold(a.ownerId);
    const take = (held: Held, onlyIfFree: boolean) =>
      takeRunLease(db, held.ownerId, held.projectId, held.fence, { leaseUs, onlyIfFree });
    expect(await take(a, true)).toEqual({ outcome: 'taken' });
    expect(await renewHolder(db, a.ownerId, a.projectId, a.fence, leaseUs)).toMatchObject({ runHeld: true });

    expect(await take(b, true)).toMatchObject({ outcome: 'busy', lease: { projectId: a.projectId } });
    expect(await take(b, false)).toEqual({ outcome: 'taken' });
    expect(await renewHolder(db, a.ownerId, a.projectId, a.fence, leaseUs)).toEqual({
      outcome: 'renewed',
      runHeld: false,
    });
    expect(await renewHolder(db, b.ownerId, b.projectId, b.fence, leaseUs)).toMatchObject({ runHeld: true });
    // The late end of A's run must not take B's lease away.
    await releaseRunLease(db, a.ownerId, a.projectId, a.fence);
    expect(await getRunLease(db, a.ownerId)).toMatchObject({ projectId: b.projectId });
    await releaseRunLease(db, b.ownerId, b.projectId, b.fence);
    expect(await getRunLease(db, a.ownerId)).toBeUndefined();
    expect(await take(a, true)).toEqual({ outcome: 'taken' });
  });

  it('RN-02 of ten projects that want it at once, each free to wait, one has it', async () => {
    const first = await hold();
    const held = [first, ...(await Promise.all(Array.from({ length: 9 }, () => hold(first.ownerId))))];
    const results = await Promise.all(
      held.map((one) => takeRunLease(db, one.ownerId, one.projectId, one.fence, { leaseUs, onlyIfFree: true })),
    );
    expect(results.filter(({ outcome }) => outcome === 'taken')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'busy')).toHaveLength(9);
  });

  it('RN-16 a run ends with its lease: it lapses with its holder, and with a takeover nothing renews it', async () => {
    const held = await hold();
    const { ownerId, projectId, fence } = held;
    await takeRunLease(db, ownerId, projectId, fence, { leaseUs, onlyIfFree: false });
    const other = await claim(ownerId, projectId, randomUUID(), true);
    expect(await renewHolder(db, ownerId, projectId, fence, leaseUs)).toEqual({ outcome: 'lost' });
    expect(other).toMatchObject({ outcome: 'held' });
    if (other.outcome === 'held')
      expect(await renewHolder(db, ownerId, projectId, other.holder, leaseUs)).toMatchObject({ runHeld: false });
    await lapseRun(ownerId);
    expect(await getRunLease(db, ownerId)).toBeUndefined();
  });
});

const record = (projectId: string, fields: Partial<RunRecord> = {}): RunRecord => ({
  appId: projectId,
  type: 'DEV',
  pid: 7,
  startedAt: 1_700_000_000,
  finishedAt: null,
  exitCode: null,
  logPath: '/workspace/run/dev.log',
  container: randomUUID(),
  ...fields,
});

describe('the mirror of a run', () => {
  it('RN-13 keeps the record as the holder wrote it, and nothing after a stop', async () => {
    const { ownerId, projectId, fence } = await hold();
    expect(await getRun(db, ownerId, projectId)).toBeUndefined();
    const running = record(projectId);
    const ended = record(projectId, { type: 'BUILD', pid: null, finishedAt: 1_700_000_009, exitCode: 0 });
    for (const run of [running, ended]) {
      expect(await mirrorRun(db, ownerId, projectId, fence, run)).toEqual({ outcome: 'kept' });
      expect(await getRun(db, ownerId, projectId)).toEqual(run);
    }
    expect(await getLastRunProject(db, ownerId)).toBe(projectId);
    expect(await mirrorRun(db, ownerId, projectId, fence, null)).toEqual({ outcome: 'kept' });
    expect(await getRun(db, ownerId, projectId)).toBeUndefined();
    expect(await getLastRunProject(db, ownerId)).toBeUndefined();
  });

  it('a question without a project means the run that is going, else the one written down last', async () => {
    const a = await hold();
    const b = await hold(a.ownerId);
    await mirrorRun(db, a.ownerId, a.projectId, a.fence, record(a.projectId));
    await mirrorRun(db, b.ownerId, b.projectId, b.fence, record(b.projectId));
    expect(await getLastRunProject(db, a.ownerId)).toBe(b.projectId);
    await takeRunLease(db, a.ownerId, a.projectId, a.fence, { leaseUs, onlyIfFree: false });
    expect(await getLastRunProject(db, a.ownerId)).toBe(a.projectId);
  });
});

describe('a command to the holder', () => {
  const answer = (held: Held, id: string, text: string) =>
    answerCommand(db, held.ownerId, held.projectId, id, held.fence, text);

  it('RN-15 reaches the stream with its body, and its answer whoever waits, byte for byte', async () => {
    const held = await hold();
    const id = randomUUID();
    expect(await send(held, id)).toEqual({ outcome: 'sent' });
    expect(await lastEvent(held.ownerId)).toMatchObject({
      type: 'command',
      command: { id, ...held.fence, projectId: held.projectId, verb: 'run.status', body: '{"a":"\\u0000"}' },
    });
    expect(await readAnswer(db, held.ownerId, id)).toMatchObject({ outcome: 'waiting' });
    const large = JSON.stringify({ text: 'é\\u0000'.repeat(900_000) });
    expect(await answer(held, id, large)).toEqual({ outcome: 'kept' });
    expect(await readAnswer(db, held.ownerId, id)).toEqual({ outcome: 'answered', answer: large });
  });

  it('RN-15 is one command however often it is sent and answered', async () => {
    const held = await hold();
    const id = randomUUID();
    await send(held, id);
    const before = await readEvents(db, held.ownerId, 0);
    expect(await send(held, id)).toEqual({ outcome: 'sent' });
    expect(await readEvents(db, held.ownerId, 0)).toEqual(before);
    expect(await answer(held, id, 'first')).toEqual({ outcome: 'kept' });
    expect(await answer(held, id, 'second')).toEqual({ outcome: 'kept' });
    expect(await readAnswer(db, held.ownerId, id)).toEqual({ outcome: 'answered', answer: 'first' });
    // On replay it is over: nobody does it a second time.
    expect(await lastEvent(held.ownerId)).toMatchObject({ command: { id, body: '', remainingMs: 0 } });
  });

  it('RN-15 without a living holder is refused, and one whose holder goes is not waited for', async () => {
    const { ownerId, projectId } = await makeProject(db);
    expect(await send({ ownerId, projectId })).toEqual({ outcome: 'no-holder' });
    const held = await hold();
    const [lapsed, taken] = [randomUUID(), randomUUID()];
    await send(held, lapsed);
    await lapse(held.projectId);
    expect(await readAnswer(db, held.ownerId, lapsed)).toEqual({ outcome: 'holder-lost' });
    await renewHolder(db, held.ownerId, held.projectId, held.fence, leaseUs);
    await send(held, taken);
    await claim(held.ownerId, held.projectId, randomUUID(), true);
    expect(await readAnswer(db, held.ownerId, taken)).toEqual({ outcome: 'holder-lost' });
    expect(await answer(held, taken, 'late')).toEqual({ outcome: 'over' });
  });

  it('RN-15 past its deadline nobody waits, and an answer of a stranger or another epoch is none', async () => {
    const held = await hold();
    const id = randomUUID();
    await send(held, id);
    expect(await answerCommand(db, await makeUser(db), held.projectId, id, held.fence, 'x')).toEqual({
      outcome: 'missing',
    });
    const newer = { ...held, fence: { ...held.fence, epoch: held.fence.epoch + 1 } };
    expect(await answer(newer, id, 'x')).toEqual({ outcome: 'missing' });
    expect(await readAnswer(db, await makeUser(db), id)).toEqual({ outcome: 'missing' });
    await db.execute(sql`update project_commands set deadline_at = slipway_now() - 1 where id = ${id}`);
    expect(await readAnswer(db, held.ownerId, id)).toEqual({ outcome: 'deadline' });
    expect(await answer(held, id, 'x')).toEqual({ outcome: 'over' });
  });

  it(`RN-15 at most ${commandLimits.waiting} of a project wait at once, for at most two minutes each`, async () => {
    const held = await hold();
    const results = await Promise.all(
      Array.from({ length: commandLimits.waiting + 9 }, () => send(held, randomUUID(), 1e9)),
    );
    expect(results.filter(({ outcome }) => outcome === 'sent')).toHaveLength(commandLimits.waiting);
    expect(results.filter(({ outcome }) => outcome === 'too-many')).toHaveLength(9);
    const [row] = await db.execute<{ longest: number }>(sql`
      select max(deadline_at - created_at) as longest from project_commands where project_id = ${held.projectId}`);
    expect(row?.longest).toBeLessThanOrEqual(commandLimits.deadlineMs * 1000);
    // Those of a holder that is gone are nobody's burden.
    await claim(held.ownerId, held.projectId, randomUUID(), true);
    expect(await send(held)).toEqual({ outcome: 'sent' });
  });

  it('is forgotten ten minutes later, a batch at a time', async () => {
    const held = await hold();
    const id = randomUUID();
    await send(held, id);
    await db.execute(sql`
      update project_commands set created_at = slipway_now() - 601000000::bigint where project_id = ${held.projectId}`);
    await db.execute(sql`
      insert into project_commands (id, project_id, owner_id, holder_id, epoch, verb, body, deadline_at, created_at)
      select gen_random_uuid(), project_id, owner_id, holder_id, epoch, verb, body, deadline_at, created_at
        from project_commands, generate_series(1, 600) where id = ${id}`);
    expect(await deleteOldCommands(db)).toBe(500);
    expect(await deleteOldCommands(db)).toBe(101);
    expect(await deleteOldCommands(db)).toBe(0);
    expect(await readAnswer(db, held.ownerId, id)).toEqual({ outcome: 'missing' });
  });
});
