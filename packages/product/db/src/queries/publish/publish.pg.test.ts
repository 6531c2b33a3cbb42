import { randomUUID } from 'node:crypto';
import {
  type BuildEventName,
  type BuildState,
  type BuildStatus,
  buildEventNames,
  isTerminal,
  nextState,
  type ServerEvent,
} from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { expandEvent } from '../events/expand-event.ts';
import { readEvents } from '../events/read-events.ts';
import { getProject } from '../projects/get-project.ts';
import { makeFile, makeProject, makeUser, type ProjectFixture } from '../query-fixtures.ts';
import { activateBuild } from './activate-build.ts';
import { appendBuildLog } from './append-build-log.ts';
import { cancelBuild } from './cancel-build.ts';
import { type ClaimedJob, claimJob } from './claim-job.ts';
import { createBuild } from './create-build.ts';
import { expireJobs } from './expire-jobs.ts';
import { finishSucceeded } from './finish-succeeded.ts';
import { previewUrl } from './mint-version.ts';
import { finishUnsuccessfully } from './finish-unsuccessfully.ts';
import { getBuild } from './get-build.ts';
import { getSiteOfToken } from './get-site-of-token.ts';
import { markRunning } from './mark-running.ts';
import { readBuildLog } from './read-build-log.ts';
import { renewLease } from './renew-lease.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const lease = 15_000_000;
const hour = 3_600_000_000;

async function enqueue(project: ProjectFixture, snapshotId: string) {
  const result = await createBuild(database.db, project.ownerId, project.projectId, { snapshotId, deadlineUs: hour });
  if (result.outcome !== 'queued') throw new Error(result.outcome);
  return result.build;
}

/** Claims exactly this build's job, whatever else other tests left in the queue. */
async function claim(buildId: string, worker = 'w1', leaseUs = lease): Promise<ClaimedJob> {
  await database.db.execute(
    sql`update runtime_jobs set deadline_at = 0 where preview_build_id <> ${buildId} and status in ('queued', 'running')`,
  );
  const job = await claimJob(database.db, worker, leaseUs);
  if (job?.previewBuildId !== buildId) throw new Error(`Cannot claim build ${buildId}: got ${job?.previewBuildId}`);
  return job;
}

async function succeed(job: ClaimedJob, publicBase = 'http://x.localhost/') {
  const file = await makeFile(database.db, job.ownerId, 'index.html', `built ${randomUUID()}`);
  return await finishSucceeded(database.db, job, job.previewBuildId!, {
    artifactId: randomUUID(),
    entries: [file],
    publicBase,
    tokenLifetimeUs: undefined,
  });
}

async function lapse(job: ClaimedJob): Promise<void> {
  await database.db.execute(sql`update runtime_jobs set lease_expires_at = 0 where id = ${job.lease.jobId}`);
}

describe('build queries', () => {
  it('P-02 P-03 P-19 every arrow of the state machine, and no other, exists in SQL', async () => {
    const { db } = database;
    // Each way into a state, then each event on it: the rows must do what the pure function says.
    const ways: { state: BuildState; events: BuildEventName[] }[] = [
      { state: { name: 'queued' }, events: [] },
      { state: { name: 'running', cancelRequested: false }, events: ['start'] },
      { state: { name: 'running', cancelRequested: true }, events: ['start', 'request-cancel'] },
      { state: { name: 'succeeded' }, events: ['start', 'succeed'] },
      { state: { name: 'failed' }, events: ['start', 'fail'] },
      { state: { name: 'cancelled' }, events: ['request-cancel'] },
      { state: { name: 'expired' }, events: ['expire'] },
      { state: { name: 'stale' }, events: ['supersede'] },
    ];
    for (const way of ways) {
      for (const event of buildEventNames) {
        const project = await makeProject(db);
        const build = await enqueue(project, (await project.save('1')).id);
        const job = await claim(build.id);
        const apply = async (name: BuildEventName) => {
          switch (name) {
            case 'start':
              return await markRunning(db, job, build.id);
            case 'succeed':
              return await succeed(job);
            case 'fail':
              return await finishUnsuccessfully(db, job, build.id, { status: 'failed', errorSummary: 'broken' });
            case 'cancelled':
              return await finishUnsuccessfully(db, job, build.id, { status: 'cancelled', errorSummary: 'cancelled' });
            case 'request-cancel':
              return await cancelBuild(db, project.ownerId, build.id);
            case 'expire':
              await db.execute(sql`update runtime_jobs set deadline_at = 0 where id = ${job.lease.jobId}`);
              return await expireJobs(db);
            case 'supersede':
              return await enqueue(project, (await project.save('2')).id);
          }
        };
        for (const name of way.events) await apply(name);
        await apply(event);
        const after = (await getBuild(db, project.ownerId, build.id))!;
        const expected = reachable(way.state, event);
        expect(after.status, `${JSON.stringify(way.state)} --${event}-->`).toBe(expected.name);
        const [row] = await db.execute<{ status: BuildStatus }>(
          sql`select status from runtime_jobs where id = ${job.lease.jobId}`,
        );
        expect(row!.status).toBe(after.status);
        expect(after.finishedAt !== null).toBe(isTerminal(after.status));
        expect(after.previewUrl !== null).toBe(after.status === 'succeeded');
      }
    }
  }, 120_000);

  it('P-02 the database itself refuses to leave a terminal state, and to rewrite a log line', async () => {
    const project = await makeProject(database.db);
    const build = await enqueue(project, (await project.save('x')).id);
    await cancelBuild(database.db, project.ownerId, build.id);
    const causeOf = (query: Promise<unknown>) =>
      query.then(
        () => 'no error',
        (error: Error) => String((error.cause as Error).message),
      );
    expect(
      await causeOf(database.db.execute(sql`update preview_builds set status = 'running' where id = ${build.id}`)),
    ).toContain('is terminal');
    expect(
      await causeOf(database.db.execute(sql`update build_logs set text = 'x' where build_id = ${build.id}`)),
    ).toContain('append-only');
  });

  it('P-14 a batch that was written, though nobody was told, is not written again', async () => {
    const project = await makeProject(database.db);
    const build = await enqueue(project, (await project.save('x')).id);
    const job = await claim(build.id);
    const append = (after: number) =>
      appendBuildLog(database.db, job, build.id, [{ stream: 'stdout', text: `behind ${after}` }], after);
    expect([await append(0), await append(0), await append(1), await append(0)].map(({ outcome }) => outcome)).toEqual([
      'appended',
      'already-there',
      'appended',
      'already-there',
    ]);
    const { lines } = await readBuildLog(database.db, project.ownerId, build.id, 0);
    expect(lines.map(({ text }) => text)).toEqual(['behind 0', 'behind 1']);
    await lapse(job);
    await claimJob(database.db, 'w2', lease);
    expect(await append(2)).toEqual({ outcome: 'lost-lease' });
  });

  it('P-18 one of many workers gets a job; a lapsed lease moves on and fences out the first worker', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const build = await enqueue(project, (await project.save('x')).id);
    await db.execute(
      sql`update runtime_jobs set deadline_at = 0 where preview_build_id <> ${build.id} and status in ('queued', 'running')`,
    );
    const claims = await Promise.all(Array.from({ length: 8 }, (_, at) => claimJob(db, `w${at}`, lease)));
    const taken = claims.filter((job) => job !== undefined);
    expect(taken).toHaveLength(1);
    const first = taken[0]!;
    await markRunning(db, first, build.id);
    expect(await claimJob(db, 'late', lease)).toBeUndefined();
    await lapse(first);
    const second = await claim(build.id, 'w-next');
    expect(second.lease.epoch).toBe(first.lease.epoch + 1);
    expect(await renewLease(db, first.lease, lease)).toEqual({ outcome: 'lost' });
    expect(await appendBuildLog(db, first, build.id, [{ stream: 'stdout', text: 'ghost' }])).toEqual({
      outcome: 'lost-lease',
    });
    expect((await succeed(first)).outcome).toBe('lost-lease');
    expect((await finishUnsuccessfully(db, first, build.id, { status: 'failed', errorSummary: 'x' })).outcome).toBe(
      'lost-lease',
    );
    expect((await markRunning(db, second, build.id)).outcome).toBe('running');
    expect((await succeed(second)).outcome).toBe('succeeded');
    expect((await readBuildLog(db, project.ownerId, build.id, 0)).lines.map((line) => line.text)).not.toContain(
      'ghost',
    );
  });

  it('P-06 P-14 P-16 the log is numbered without gaps, and each event comes after its row', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const build = await enqueue(project, (await project.save('x')).id);
    const job = await claim(build.id);
    await markRunning(db, job, build.id);
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        appendBuildLog(db, job, build.id, [
          { stream: 'stdout', text: `out ${at}` },
          { stream: 'stderr', text: 'a\0b\ud800' },
        ]),
      ),
    );
    await succeed(job);
    const { lines } = await readBuildLog(db, project.ownerId, build.id, 0);
    expect(lines.map((line) => line.seq)).toEqual(lines.map((_, at) => at + 1));
    expect(lines.slice(0, 2).map((line) => line.text)).toEqual(['hydrate snapshot', 'build started']);
    expect(lines[3]!.text).toBe('a\ufffdb\ufffd');
    expect(lines.at(-1)!.text).toBe('build complete, preview url generated');
    expect(await readBuildLog(db, await makeUser(db), build.id, 0)).toEqual({ lines: [], next: null });

    const read = await readEvents(db, project.ownerId, 0);
    if (read.outcome !== 'events') throw new Error(read.outcome);
    expect(read.events.map((entry) => entry.seq)).toEqual(read.events.map((_, at) => at + 1));
    const said: ServerEvent[] = [];
    for (const stored of read.events)
      for await (const event of expandEvent(db, project.ownerId, stored)) said.push(event);
    expect(said.flatMap((event) => (event.type === 'log' ? event.lines : []))).toEqual(lines);
    expect(said.flatMap((event) => (event.type === 'build' ? [event.message] : []))).toEqual([
      'build queued',
      'build started',
      'build complete',
    ]);
    const later = await readEvents(db, project.ownerId, 3);
    expect(later.outcome === 'events' && later.events[0]!.seq).toBe(4);
    await db.execute(sql`delete from owner_events where owner_id = ${project.ownerId} and seq < 10`);
    expect(await readEvents(db, project.ownerId, 3)).toMatchObject({ outcome: 'too-old' });
    expect(await readEvents(db, project.ownerId, 9999)).toMatchObject({ outcome: 'too-old' });
  });

  it('P-13 the URL has one slash before /p/, whatever the base ends with', async () => {
    for (const base of ['http://a.localhost:1', 'http://a.localhost:1/', 'http://a.localhost:1///']) {
      expect(previewUrl(base, 'wpt_1_x')).toBe('http://a.localhost:1/p/wpt_1_x/');
    }
    const project = await makeProject(database.db);
    const build = await enqueue(project, (await project.save('x')).id);
    const job = await claim(build.id);
    await markRunning(database.db, job, build.id);
    const result = await succeed(job);
    const token = result.outcome === 'succeeded' ? result.build.previewUrl!.split('/p/')[1]!.slice(0, -1) : '';
    expect(token).toMatch(/^wpt_\d{16}_[0-9a-f]{32}$/);
    const label = (await getSiteOfToken(database.db, token))!;
    expect(label).toMatch(/^[0-9a-f]{32}$/);
    await database.db.execute(sql`update preview_tokens set expires_at = 1 where token = ${token}`);
    expect(await getSiteOfToken(database.db, token)).toBeUndefined();
  });

  it('P-19 of cancel and finish at once exactly one wins', async () => {
    const { db } = database;
    for (let round = 0; round < 8; round++) {
      const project = await makeProject(db);
      const build = await enqueue(project, (await project.save('x')).id);
      const job = await claim(build.id);
      await markRunning(db, job, build.id);
      const [cancel, finish] = await Promise.all([cancelBuild(db, project.ownerId, build.id), succeed(job)]);
      const won = finish.outcome === 'succeeded';
      expect(finish.outcome).toBe(won ? 'succeeded' : 'cancel-requested');
      expect(cancel.outcome).toBe(won ? 'already-terminal' : 'requested');
      if (!won)
        await finishUnsuccessfully(db, job, build.id, { status: 'cancelled', errorSummary: 'cancelled by the user' });
      expect((await getBuild(db, project.ownerId, build.id))!.status).toBe(won ? 'succeeded' : 'cancelled');
    }
  });

  it('P-20 many sweepers expire a job once', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const build = await enqueue(project, (await project.save('x')).id);
    const job = await claim(build.id);
    await markRunning(db, job, build.id);
    await db.execute(sql`update runtime_jobs set attempts = max_attempts where id = ${job.lease.jobId}`);
    await Promise.all(Array.from({ length: 4 }, () => expireJobs(db)));
    expect((await getBuild(db, project.ownerId, build.id))!.status).toBe('running');
    await lapse(job);
    await Promise.all(Array.from({ length: 4 }, () => expireJobs(db)));
    expect(await getBuild(db, project.ownerId, build.id)).toMatchObject({
      status: 'expired',
      errorSummary: 'gave up after 3 attempts',
    });
    const lines = (await readBuildLog(db, project.ownerId, build.id, 0)).lines.map((line) => line.text);
    expect(lines.filter((text) => text === 'gave up after 3 attempts')).toHaveLength(1);
  });

  it('P-21 P-22 the active preview only moves to the newest build that succeeds, and back by hand', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const active = async () => (await getProject(db, project.ownerId, project.projectId))!.activeBuildId;
    const first = await project.save('1');
    const one = await enqueue(project, first.id);
    const jobOne = await claim(one.id);
    await markRunning(db, jobOne, one.id);
    expect(await succeed(jobOne)).toMatchObject({ outcome: 'succeeded', active: true });
    expect(await active()).toBe(one.id);

    const two = await enqueue(project, (await project.save('2')).id);
    const jobTwo = await claim(two.id);
    await markRunning(db, jobTwo, two.id);
    const three = await enqueue(project, (await project.save('3')).id);
    expect((await getBuild(db, project.ownerId, two.id))!.status).toBe('stale');
    expect((await succeed(jobTwo)).outcome).toBe('lost-lease');
    expect(await active()).toBe(one.id);

    const jobThree = await claim(three.id);
    await markRunning(db, jobThree, three.id);
    await finishUnsuccessfully(db, jobThree, three.id, { status: 'failed', errorSummary: 'no' });
    expect(await active()).toBe(one.id);

    // An old snapshot built again gets its link, and does not replace what is newer.
    const again = await enqueue(project, first.id);
    const jobAgain = await claim(again.id);
    await markRunning(db, jobAgain, again.id);
    expect(await succeed(jobAgain)).toMatchObject({ outcome: 'succeeded', active: false });
    expect(await active()).toBe(one.id);
    expect((await activateBuild(db, project.ownerId, again.id)).outcome).toBe('active');
    expect(await active()).toBe(again.id);
    expect((await activateBuild(db, project.ownerId, three.id)).outcome).toBe('not-succeeded');
    expect((await activateBuild(db, await makeUser(db), one.id)).outcome).toBe('missing');
  });

  it("P-07 another owner's build is not found", async () => {
    const { db } = database;
    const project = await makeProject(db);
    const snapshot = await project.save('x');
    const build = await enqueue(project, snapshot.id);
    const stranger = await makeProject(db);
    expect(await getBuild(db, stranger.ownerId, build.id)).toBeUndefined();
    expect(await cancelBuild(db, stranger.ownerId, build.id)).toEqual({ outcome: 'missing' });
    const request = { snapshotId: snapshot.id, deadlineUs: hour };
    expect(await createBuild(db, stranger.ownerId, project.projectId, request)).toEqual({ outcome: 'project-missing' });
    expect(await createBuild(db, stranger.ownerId, stranger.projectId, request)).toEqual({
      outcome: 'snapshot-missing',
    });
  });
});

/** What the machine says, and where it says nothing, no change. */
function reachable(state: BuildState, event: BuildEventName): BuildState {
  return nextState(state, event) ?? state;
}
