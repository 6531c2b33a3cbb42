import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../connection/database.ts';
import { PREPARED_MARK } from '../../connection/prepared.ts';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { createProjectWithin } from '../projects/create-project-within.ts';
import { makeProject, makeUser, type ProjectFixture } from '../query-fixtures.ts';
import { setOwnerLimit } from '../quotas/set-owner-limit.ts';
import { cancelBuild } from './cancel-build.ts';
import { claimJob } from './claim-job.ts';
import { createBuild } from './create-build.ts';
import { failJob } from './fail-job.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterEach(() => database.db.execute(sql`delete from users`));
afterAll(() => database.close());

const leaseUs = 60_000_000;

async function emailOf(ownerId: string): Promise<string> {
  const [row] = await database.db.execute<{ email: string }>(sql`select email from users where id = ${ownerId}`);
  return row!.email;
}

const build = async (project: ProjectFixture, limits: { ownerLimit?: number; snapshotId?: string } = {}) => {
  const { snapshotId = (await project.save(`text ${Math.random()}`)).id, ...rest } = limits;
  const request = { snapshotId, deadlineUs: leaseUs * 60, ...rest };
  return await createBuild(database.db, project.ownerId, project.projectId, request);
};

/** Projects of one owner, a build of each in the queue. */
async function queue(count: number, ownerId?: string): Promise<string> {
  const owner = ownerId ?? (await makeUser(database.db));
  for (let at = 0; at < count; at++)
    expect((await build(await makeProject(database.db, owner))).outcome).toBe('queued');
  return owner;
}

/** Whose jobs are claimed, one after the other; each ends before the next where `ending` says so. */
async function claimOwners(count: number, { ending = true, ownerAtOnce = 1000 } = {}): Promise<(string | undefined)[]> {
  const owners: (string | undefined)[] = [];
  for (let at = 0; at < count; at++) {
    const job = await claimJob(database.db, `w${at}`, leaseUs, { ownerAtOnce });
    owners.push(job?.ownerId);
    if (job && ending)
      await database.db.execute(sql`update runtime_jobs set status = 'failed' where id = ${job.lease.jobId}`);
  }
  return owners;
}

describe('owners take turns', () => {
  it('SV-07 fifty builds of one owner do not delay the one of another', async () => {
    const greedy = await queue(50);
    expect(await claimOwners(1)).toEqual([greedy]);
    const modest = await queue(1);
    expect(await claimOwners(3)).toEqual([modest, greedy, greedy]);
  }, 60_000);

  it('SV-07 three owners are served in turn, also by workers that ask at the same moment', async () => {
    const [a, b, c] = [await queue(3), await queue(3), await queue(1)];
    expect(await claimOwners(7)).toEqual([a, b, c, a, b, a, b]);
    const [d, e] = [await queue(4), await queue(4)];
    const jobs = await Promise.all(Array.from({ length: 6 }, (_, at) => claimJob(database.db, `w${at}`, leaseUs)));
    const owners = jobs.map((job) => job?.ownerId);
    expect(new Set(jobs.map((job) => job?.lease.jobId)).size).toBe(6);
    expect([owners.includes(d), owners.includes(e)]).toEqual([true, true]);
  }, 60_000);

  it('SV-07 who has fewer jobs under way comes first, whoever was served last', async () => {
    const a = await queue(3);
    expect(await claimOwners(2, { ending: false })).toEqual([a, a]);
    const b = await queue(2);
    expect(await claimOwners(3, { ending: false })).toEqual([b, b, a]);
  }, 60_000);

  it('SV-07 an owner has so many builds at once and no more, by the configured limit or his own', async () => {
    const a = await queue(4);
    expect(await claimOwners(3, { ending: false, ownerAtOnce: 2 })).toEqual([a, a, undefined]);
    await setOwnerLimit(database.db, await emailOf(a), 'buildsAtOnce', 3);
    expect(await claimOwners(2, { ending: false, ownerAtOnce: 2 })).toEqual([a, undefined]);
    // A lapsed lease takes no place: its job is the one that comes next.
    await database.db.execute(sql`update runtime_jobs set lease_expires_at = 0 where lease_worker = 'w1'`);
    expect(await claimOwners(1, { ending: false, ownerAtOnce: 2 })).toEqual([a]);
  }, 60_000);

  it('a long queue of many owners is looked through by its index', async () => {
    await queue(1);
    await database.db.execute(sql`set enable_seqscan = off`);
    const plan = await database.db.execute<{ 'QUERY PLAN': string }>(sql`
      explain select owner_id, created_at from runtime_jobs where status in ('queued', 'running')
      order by owner_id, created_at limit 1`);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index (Only )?Scan using runtime_jobs_queue/);
  }, 60_000);
});

describe('what an owner may have', () => {
  it('SV-07 the same snapshot queued again is the same build, until that has ended or is to be cancelled', async () => {
    const project = await makeProject(database.db);
    const { id: snapshotId } = await project.save('same');
    const all = await Promise.all(Array.from({ length: 5 }, () => build(project, { snapshotId })));
    const ids = new Set(all.map((result) => 'build' in result && result.build.id));
    expect([ids.size, all.map(({ outcome }) => outcome).sort()]).toEqual([
      1,
      ['queued', 'under-way', 'under-way', 'under-way', 'under-way'],
    ]);
    await claimOwners(1, { ending: false });
    const running = await build(project, { snapshotId });
    expect(running.outcome).toBe('under-way');
    if (running.outcome === 'under-way') await cancelBuild(database.db, project.ownerId, running.build.id);
    expect((await build(project, { snapshotId })).outcome).toBe('queued');
  }, 60_000);

  it('SV-07 so many builds wait and no more, ten asked for at once; a newer one of the same project takes its place', async () => {
    const owner = await makeUser(database.db);
    const projects = [];
    for (let at = 0; at < 10; at++) projects.push(await makeProject(database.db, owner));
    const results = await Promise.all(projects.map((project) => build(project, { ownerLimit: 3 })));
    expect(results.filter(({ outcome }) => outcome === 'queued')).toHaveLength(3);
    expect(results.filter(({ outcome }) => outcome === 'too-many')[0]).toEqual({ outcome: 'too-many', limit: 3 });
    const at = results.findIndex(({ outcome }) => outcome === 'queued');
    expect((await build(projects[at]!, { ownerLimit: 3 })).outcome).toBe('queued');
    await setOwnerLimit(database.db, await emailOf(owner), 'buildsWaiting', 4);
    const refused = results.findIndex(({ outcome }) => outcome === 'too-many');
    expect((await build(projects[refused]!, { ownerLimit: 3 })).outcome).toBe('queued');
  }, 60_000);

  it('SV-07 so many projects and no more, ten asked for at once', async () => {
    const owner = await makeUser(database.db);
    const make = () => createProjectWithin(database.db, owner, { name: 'P', template: null }, 3);
    const results = await Promise.all(Array.from({ length: 10 }, make));
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(3);
    const email = await emailOf(owner);
    expect(await setOwnerLimit(database.db, email, 'projects', 4)).toEqual({ outcome: 'set' });
    expect((await make()).outcome).toBe('created');
    expect(await make()).toEqual({ outcome: 'too-many', limit: 4 });
    expect(await setOwnerLimit(database.db, email, 'projects', null)).toEqual({ outcome: 'set' });
    expect(await make()).toEqual({ outcome: 'too-many', limit: 3 });
    expect(await setOwnerLimit(database.db, 'nobody@example.org', 'projects', 4)).toEqual({ outcome: 'missing' });
  }, 60_000);

  it('SV-07 a session plans the claim once, and the jobs come in the same turns', async () => {
    const [a, b] = [await queue(4), await queue(4)];
    const own = openDatabase(database.url, { maxConnections: 1 });
    const seen: string[] = [];
    for (let at = 0; at < 8; at++) {
      const job = await claimJob(own.db, 'w', leaseUs);
      await failJob(own.db, job!, 'done');
      seen.push(job!.ownerId);
    }
    expect(await claimJob(own.db, 'w', leaseUs)).toBeUndefined();
    for (let at = 0; at < 8; at += 2) expect(seen.slice(at, at + 2).sort()).toEqual([a, b].sort());
    const plans = await own.db.execute<{ statement: string; asked: number }>(sql`
      select statement, generic_plans + custom_plans as asked from pg_prepared_statements`);
    expect(plans.map(({ asked }) => asked).sort()).toEqual([8, 9]);
    expect(plans.every(({ statement }) => statement.startsWith(PREPARED_MARK))).toBe(true);
    // Behind a pooler: the same answers, and nothing that another session would miss.
    await queue(1, a);
    const url = new URL(database.url);
    url.searchParams.set('prepare', 'false');
    const pooled = openDatabase(url.href, { maxConnections: 1 });
    expect(await claimJob(pooled.db, 'w', leaseUs)).toMatchObject({ ownerId: a });
    expect(await pooled.db.execute(sql`select from pg_prepared_statements`)).toHaveLength(0);
    await own.close();
    await pooled.close();
  });
});
