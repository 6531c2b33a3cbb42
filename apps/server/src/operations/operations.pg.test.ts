import {
  adminJobsResponse,
  adminStorageResponse,
  adminWorkersResponse,
  buildResponse,
  type CreateProjectResponse,
  JOBS_PAGE,
} from '@slipway/contracts';
import { claimJob, dismissWorker, reportWorker } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePerson } from '../auth/testing/make-person.ts';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
let admin: { id: string; token: string };
let user: { id: string; token: string };
beforeAll(async () => {
  tested = await createTestServer();
  admin = await makePerson(tested, 'admin@example.org', 'admin');
  user = await makePerson(tested, 'user@example.org', 'user');
}, 60_000);
afterAll(() => tested.close());

const api = (token: string, method: string, path: string, json?: unknown) =>
  tested.callApi(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
const jobs = async (query = '') =>
  adminJobsResponse.parse((await api(admin.token, 'GET', `/admin/jobs${query}`)).json());

/** A build of the user's that waits. */
async function publish(name: string) {
  const made = (
    await api(user.token, 'POST', '/projects', { name, template: 'vanilla' })
  ).json<CreateProjectResponse>();
  const asked = { snapshotId: made.snapshot!.id };
  return buildResponse.parse((await api(user.token, 'POST', `/projects/${made.project.id}/builds`, asked)).json())
    .build;
}

describe('the operator’s page', () => {
  it('SV-12 is for admins: for everybody else there are no such routes, whatever the job', async () => {
    const build = await publish('Mine');
    const [job] = (await jobs()).jobs;
    expect(job).toMatchObject({ owner: 'user@example.org', buildId: build.id, status: 'queued', attempts: 0 });
    for (const [method, path] of [
      ['GET', '/admin/jobs'],
      ['GET', '/admin/workers'],
      ['GET', '/admin/storage'],
      ['POST', `/admin/jobs/${job!.id}/cancel`],
      ['POST', `/admin/jobs/${job!.id}/retry`],
    ] as const) {
      expect((await api(user.token, method, path)).status, path).toBe(403);
      expect((await tested.callApi(method, `/api/v1${path}`)).status, path).toBe(401);
    }
    expect(JSON.stringify(await jobs())).not.toContain('Mine');
  });

  it('SV-12 SV-15 a job is ended and tried again in its owner’s name, where its state allows it, and both are told', async () => {
    const [job] = (await jobs()).jobs;
    expect((await api(admin.token, 'POST', `/admin/jobs/${job!.id}/retry`)).json()).toMatchObject({
      code: 'JOB_STATE',
    });
    expect((await api(admin.token, 'POST', `/admin/jobs/${job!.id}/cancel`)).status).toBe(200);
    expect((await api(admin.token, 'POST', `/admin/jobs/${job!.id}/cancel`)).json()).toMatchObject({
      code: 'JOB_STATE',
    });
    expect((await jobs('?side=ended')).jobs).toMatchObject([{ id: job!.id, status: 'cancelled' }]);
    expect((await api(admin.token, 'POST', `/admin/jobs/${job!.id}/retry`)).status).toBe(202);
    const [again] = (await jobs()).jobs;
    expect(again).toMatchObject({ owner: 'user@example.org', projectId: job!.projectId, status: 'queued' });
    const missing = `/admin/jobs/${admin.id}/cancel`;
    expect((await api(admin.token, 'POST', missing)).json()).toMatchObject({ code: 'JOB_NOT_FOUND' });
    const seen = (await api(user.token, 'GET', '/account/audit')).json<{
      entries: { action: string; actor: string }[];
    }>();
    expect(
      seen.entries.filter(({ action }) => action.startsWith('job.')).map(({ action, actor }) => [action, actor]),
    ).toEqual([
      ['job.retry', 'admin@example.org'],
      ['job.cancel', 'admin@example.org'],
    ]);
  });

  it('SV-12 workers are known by what they say and by their leases, idle and silent ones too, and one that ends leaves', async () => {
    const workers = async () =>
      adminWorkersResponse.parse((await api(admin.token, 'GET', '/admin/workers')).json()).workers;
    expect(await workers()).toEqual([]);
    const claimed = await claimJob(tested.database.db, 'w-1', 60_000_000);
    expect(claimed).toBeDefined();
    expect(await workers()).toMatchObject([{ name: 'w-1', jobs: 1, sandboxes: 0, silent: false }]);
    expect((await jobs()).jobs).toMatchObject([{ worker: 'w-1', attempts: 1 }]);
    await tested.database.db.execute(sql`update runtime_jobs set lease_expires_at = slipway_now() - 1
      where lease_worker = 'w-1'`);
    expect(await workers()).toMatchObject([{ name: 'w-1', silent: true }]);
    expect((await jobs()).jobs).toMatchObject([{ worker: null }]);

    await reportWorker(tested.database.db, 'w-2');
    expect(await workers()).toMatchObject([
      { name: 'w-1', seenAt: null },
      { name: 'w-2', jobs: 0, sandboxes: 0, silent: false },
    ]);
    expect((await tested.call('GET', '/metrics')).text).toContain('slipway_workers 1');
    await tested.database.db.execute(sql`update workers set seen_at = slipway_now() - 30000000`);
    expect(await workers()).toMatchObject([{ name: 'w-1' }, { name: 'w-2', silent: true }]);
    await tested.database.db.execute(sql`
      insert into workers (name, started_at, seen_at) values ('w-3', 0, slipway_now() - 3700000000)`);
    await reportWorker(tested.database.db, 'w-2');
    expect(await workers()).toMatchObject([{ name: 'w-1' }, { name: 'w-2', silent: false }]);
    await dismissWorker(tested.database.db, 'w-2');
    expect(await workers()).toMatchObject([{ name: 'w-1' }]);
  });

  it('SV-05 jobs come in pages, each once, and what no page has said is refused', async () => {
    const [job] = (await jobs()).jobs;
    await tested.database.db.execute(sql`
      insert into runtime_jobs (kind, project_id, snapshot_id, owner_id, status, deadline_at, created_at)
      select kind, project_id, snapshot_id, owner_id, 'failed', 0, 1000 + (n / 3) from runtime_jobs,
        generate_series(1, ${2 * JOBS_PAGE + 5}) n where id = ${job!.id}`);
    const seen: string[] = [];
    let query = '?side=ended';
    for (;;) {
      const page = await jobs(query);
      seen.push(...page.jobs.map(({ id }) => id));
      if (page.next === null) break;
      query = `?side=ended&after=${page.next}`;
    }
    expect(seen).toHaveLength(2 * JOBS_PAGE + 6);
    expect(new Set(seen).size).toBe(seen.length);
    for (const wrong of ['?side=all', '?after=x', '?after=1_2'])
      expect((await api(admin.token, 'GET', `/admin/jobs${wrong}`)).status, wrong).toBe(400);
  });

  it('SV-08 storage is told by class, the largest first, with how long it is kept', async () => {
    const { classes } = adminStorageResponse.parse((await api(admin.token, 'GET', '/admin/storage')).json());
    expect(classes.find(({ name }) => name === 'builds')).toMatchObject({
      kept: expect.stringContaining('RETAIN_BUILDS_DAYS'),
    });
    expect(classes.map(({ bytes }) => bytes)).toEqual(classes.map(({ bytes }) => bytes).sort((a, b) => b - a));
    expect(classes.every(({ bytes }) => bytes > 0)).toBe(true);
  });
});
