import { randomUUID } from 'node:crypto';
import {
  apiPaths,
  type CommandAnswer,
  type CreateProjectResponse,
  makeRunReport,
  RUN_PORT,
  type RunRecord,
  type RunResponse,
  type RunStatus,
  runVerbs,
} from '@slipway/contracts';
import { makeUser } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { openHolder, type TestHolder } from './testing/open-holder.ts';

let tested: TestServer;
let token: string;
const holders: TestHolder[] = [];
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
}, 60_000);
afterAll(async () => {
  for (const holder of holders) holder.close();
  await tested.close();
});

const api = (method: string, path: string, json?: unknown) =>
  tested.callApi(method, path, { token, ...(json === undefined ? {} : { json }) });
const begin = (verb: 'start' | 'preview' | 'build' | 'install', appId: string) =>
  api('POST', apiPaths.run(verb), { appId });
const statusOf = async (appId?: string): Promise<RunResponse['run']> =>
  (await api('GET', apiPaths.run('status') + (appId === undefined ? '' : `?appId=${appId}`))).json<RunResponse>().run;

async function createProject(): Promise<string> {
  return (await api('POST', apiPaths.projects, { name: 'Run' })).json<CreateProjectResponse>().project.id;
}

async function hold(projectId: string, takeOver = false): Promise<TestHolder> {
  const holder = await openHolder(tested, token, projectId, takeOver);
  holders.push(holder);
  return holder;
}

const lapse = (projectId: string) =>
  tested.database.db.execute(
    sql`update project_holders set lapses_at = slipway_now() - 1 where project_id = ${projectId}`,
  );

const record = (appId: string, fields: Partial<RunRecord> = {}): RunRecord => ({
  appId,
  type: 'DEV',
  pid: 7,
  startedAt: 1_700_000_000,
  finishedAt: null,
  exitCode: null,
  logPath: '/workspace/run/dev.log',
  container: randomUUID(),
  ...fields,
});

/** What a tab answers whose dev server runs. */
function running(appId: string): CommandAnswer {
  const run = record(appId);
  const report = makeRunReport(appId, run, {
    facts: { container: run.container, pids: [7], ports: [RUN_PORT] },
    ports: [{ port: RUN_PORT, url: 'http://5173--abc.slipway.localhost/' }],
    previewUrl: 'http://5173--abc.slipway.localhost/',
    cause: null,
  });
  return { ok: true, value: JSON.stringify(report) };
}

const mirror = (projectId: string, { fence }: TestHolder, run: RunRecord | null) =>
  api('PUT', apiPaths.runRecord(projectId), { ...fence, run });

describe('the run API', () => {
  it('RN-01 asks the holder of the project, and takes the user from the sign-in alone', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    holder.respond = () => running(appId);
    for (const verb of ['start', 'preview', 'build', 'install'] as const) {
      const answer = await begin(verb, appId);
      expect([answer.status, answer.json<RunResponse>().run]).toMatchObject([202, { appId, status: 'RUNNING' }]);
    }
    expect((await api('POST', apiPaths.run('stop'), { appId })).status).toBe(200);
    expect((await statusOf(appId)).status).toBe('RUNNING');
    expect(holder.heard.map(({ verb, body }) => [verb, body])).toEqual(
      runVerbs.map((verb) => [`run.${verb}`, JSON.stringify({ appId })]),
    );
    for (const verb of runVerbs) {
      const method = verb === 'status' ? 'GET' : 'POST';
      const answer = await tested.callApi(method, `${apiPaths.run(verb)}?userId=${randomUUID()}&token=${token}`, {
        ...(method === 'GET' ? {} : { json: { appId } }),
      });
      expect([verb, answer.status]).toEqual([verb, 401]);
    }
    const extra = await api('POST', apiPaths.run('start'), { appId, userId: randomUUID() });
    expect([extra.status, extra.json()]).toMatchObject([400, { code: 'VALIDATION_ERROR' }]);
    expect((await api('GET', `${apiPaths.run('status')}?appId=x`)).status).toBe(400);
  });

  it('RN-15 without a holder start says where to open the project, and status never says that it runs', async () => {
    const appId = await createProject();
    for (const verb of ['start', 'preview', 'build', 'install'] as const) {
      const answer = await begin(verb, appId);
      expect([answer.status, answer.json()]).toMatchObject([409, { code: 'NO_HOLDER' }]);
    }
    expect(await statusOf(appId)).toMatchObject({ appId, status: 'IDLE', previewUrl: null });
    expect((await api('POST', apiPaths.run('stop'), { appId })).json<RunResponse>().run.status).toBe('IDLE');
  });

  it('RN-16 RN-11 RN-12 of a holder that is gone the mirror says what was: DEAD, FAILED, SUCCESS, IDLE', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    const done = { pid: null, finishedAt: 1_700_000_009 };
    const table: [RunRecord | null, RunStatus][] = [
      [record(appId), 'DEAD'],
      [record(appId, { type: 'START', pid: null }), 'DEAD'],
      [record(appId, { type: 'BUILD' }), 'FAILED'],
      [record(appId, { type: 'BUILD', ...done, exitCode: 0 }), 'SUCCESS'],
      [record(appId, { type: 'INSTALL', ...done, exitCode: 3 }), 'FAILED'],
      [null, 'IDLE'],
    ];
    for (const [run, status] of table) {
      expect((await mirror(appId, holder, run)).status).toBe(200);
      await lapse(appId);
      expect(await statusOf(appId)).toMatchObject({ status, type: run?.type ?? null, previewUrl: null });
    }
  });

  it('RN-15 a holder that goes while it is asked is not waited for', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    await mirror(appId, holder, record(appId));
    const asked = statusOf(appId);
    await expect.poll(() => holder.heard.length).toBe(1);
    await api('POST', apiPaths.releaseHolder(appId), holder.fence);
    expect((await asked).status).toBe('DEAD');
  });

  it('RN-16 one that dies without a word is DEAD when its lease lapses, within the same question', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    await mirror(appId, holder, record(appId));
    await api('POST', apiPaths.heartbeat(appId), holder.fence);
    holder.close();
    expect((await statusOf(appId)).status).toBe('DEAD');
  });

  it('RN-15 one that lives and says nothing, or nothing with a meaning, is UNKNOWN', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    const beat = setInterval(() => void api('POST', apiPaths.heartbeat(appId), holder.fence), 500);
    try {
      await mirror(appId, holder, record(appId));
      expect(await statusOf(appId)).toMatchObject({ status: 'UNKNOWN', previewUrl: null });
      for (const value of ['', '{', '{}', JSON.stringify({ status: 'RUNNING' })]) {
        holder.respond = () => ({ ok: true, value });
        expect((await statusOf(appId)).status).toBe('UNKNOWN');
      }
    } finally {
      clearInterval(beat);
    }
  });

  it('what the container cannot do is said by its own code', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    holder.respond = () => ({ ok: false, code: 'NO_SCRIPT', message: 'package.json has none of these scripts' });
    const answer = await begin('preview', appId);
    expect([answer.status, answer.json()]).toEqual([
      422,
      { code: 'RUN_REFUSED', message: 'package.json has none of these scripts', details: { code: 'NO_SCRIPT' } },
    ]);
  });

  it('RN-09 stop is idempotent, also after its holder went, and without an id it means what runs', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    await mirror(appId, holder, record(appId));
    await lapse(appId);
    expect((await statusOf()).appId).toBe(appId);
    for (const body of [{}, { appId }, { appId }]) {
      const answer = await api('POST', apiPaths.run('stop'), body);
      expect([answer.status, answer.json<RunResponse>().run.status]).toEqual([200, 'IDLE']);
      expect((await statusOf(appId)).status).toBe('IDLE');
    }
  });

  it('P-07 another owner’s project is missing on every route', async () => {
    const stranger = await makeUser(tested.database.db);
    const [{ id: appId } = { id: '' }] = await tested.database.db.execute<{ id: string }>(sql`
      insert into projects (owner_id, name, container_id) values (${stranger}, 'x', ${`c${randomUUID().slice(0, 8)}`})
      returning id`);
    const fence = { holderId: randomUUID(), epoch: 1 };
    for (const verb of ['start', 'preview', 'build', 'install'] as const)
      expect((await begin(verb, appId)).status).toBe(404);
    expect((await api('POST', apiPaths.run('stop'), { appId })).status).toBe(404);
    expect((await api('GET', `${apiPaths.run('status')}?appId=${appId}`)).status).toBe(404);
    expect((await api('GET', apiPaths.holder(appId))).status).toBe(404);
    const claim = { holderId: fence.holderId, kind: 'tab' };
    expect((await api('POST', apiPaths.holder(appId), claim)).status).toBe(404);
    expect((await api('POST', apiPaths.takeOverHolder(appId), claim)).status).toBe(404);
    expect((await api('POST', apiPaths.heartbeat(appId), fence)).status).toBe(409);
    expect((await api('POST', apiPaths.runLease(appId), { ...fence, onlyIfFree: false })).status).toBe(409);
    const answer = { ...fence, answer: { ok: true, value: '{}' } };
    expect((await api('POST', apiPaths.commandAnswer(appId, randomUUID()), answer)).status).toBe(404);
  });
});

describe('the user’s one run', () => {
  const take = (projectId: string, { fence }: TestHolder, onlyIfFree = false) =>
    api('POST', apiPaths.runLease(projectId), { ...fence, onlyIfFree });
  const beat = (projectId: string, { fence }: TestHolder) => api('POST', apiPaths.heartbeat(projectId), fence);

  it('RN-02 starting B stops A first, and RN-17 opening B does not', async () => {
    const [a, b] = [await createProject(), await createProject()];
    const [holderA, holderB] = [await hold(a), await hold(b)];
    expect((await take(a, holderA, true)).status).toBe(200);
    const busy = await take(b, holderB, true);
    expect([busy.status, busy.json()]).toMatchObject([409, { code: 'RUN_ELSEWHERE', details: { projectId: a } }]);
    expect(holderA.heard).toEqual([]);
    expect((await beat(a, holderA)).json()).toEqual({ success: true, runHeld: true });

    const order: string[] = [];
    holderA.respond = ({ verb }) => {
      order.push(verb);
      return running(a);
    };
    expect((await take(b, holderB)).status).toBe(200);
    order.push('B has the lease');
    expect(order).toEqual(['run.stop', 'B has the lease']);
    expect((await beat(a, holderA)).json()).toEqual({ success: true, runHeld: false });
    expect((await beat(b, holderB)).json()).toEqual({ success: true, runHeld: true });
    expect((await api('POST', apiPaths.releaseRunLease(b), holderB.fence)).status).toBe(200);
    expect((await take(a, holderA, true)).status).toBe(200);
  });

  it('RN-02 a tab that answers nothing does not keep the run for itself: its heartbeat tells it to stop', async () => {
    const [a, b] = [await createProject(), await createProject()];
    const [holderA, holderB] = [await hold(a), await hold(b)];
    await take(a, holderA);
    const asked = take(b, holderB);
    await expect.poll(() => holderA.heard.length).toBe(1);
    await beat(a, holderA);
    // It goes on living, so the wait ends by its deadline or by this lapse, whichever is first.
    await lapse(a);
    expect((await asked).status).toBe(200);
    expect((await beat(a, holderA)).json()).toMatchObject({ runHeld: false });
  });

  it('RN-17 a takeover fences the first tab out at once, and a stranger’s epoch takes no lease', async () => {
    const projectId = await createProject();
    const first = await hold(projectId);
    const refused = await api('POST', apiPaths.holder(projectId), { holderId: randomUUID(), kind: 'tab' });
    expect([refused.status, refused.json()]).toMatchObject([
      409,
      { code: 'HELD_ELSEWHERE', details: { holder: { holderId: first.fence.holderId } } },
    ]);
    const second = await hold(projectId, true);
    for (const answer of [
      await beat(projectId, first),
      await take(projectId, first),
      await mirror(projectId, first, record(projectId)),
      await api('POST', apiPaths.releaseHolder(projectId), first.fence),
    ])
      expect([answer.status, answer.json()]).toMatchObject([409, { code: 'HOLDER_LOST' }]);
    expect((await beat(projectId, second)).status).toBe(200);
  });
});

describe('an answer of the holder', () => {
  it('RN-15 is taken once, up to 8 MiB, from who was asked; late ones are told so', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    const asked = statusOf(appId);
    await expect.poll(() => holder.heard.length).toBe(1);
    const [command] = holder.heard;
    if (!command) throw new Error('Cannot find the command');
    const forged = { holderId: randomUUID(), epoch: holder.fence.epoch, answer: running(appId) };
    expect((await api('POST', apiPaths.commandAnswer(appId, command.id), forged)).status).toBe(404);
    const large = await api('POST', apiPaths.commandAnswer(appId, command.id), {
      ...holder.fence,
      answer: { ok: true, value: 'x'.repeat(8 * 1024 * 1024) },
    });
    expect([large.status, large.json()]).toMatchObject([413, { code: 'PAYLOAD_TOO_LARGE' }]);
    expect(await holder.answer(command, running(appId))).toBe(200);
    expect(await holder.answer(command, { ok: true, value: 'again' })).toBe(200);
    expect((await asked).status).toBe('RUNNING');

    const second = statusOf(appId);
    await expect.poll(() => holder.heard.length).toBe(2);
    await api('POST', apiPaths.releaseHolder(appId), holder.fence);
    await second;
    const [, late] = holder.heard;
    if (!late) throw new Error('Cannot find the command');
    await tested.database.db.execute(
      sql`update project_commands set deadline_at = slipway_now() - 1 where id = ${late.id}`,
    );
    expect(await holder.answer(late, running(appId))).toBe(409);
  });

  it('RN-15 sixteen questions of one user wait at once, the next is refused, and nothing is held for them', async () => {
    const appId = await createProject();
    const holder = await hold(appId);
    const asked = Array.from({ length: 16 }, () => statusOf(appId));
    await expect.poll(() => holder.heard.length).toBe(16);
    const refused = await api('GET', `${apiPaths.run('status')}?appId=${appId}`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '2']);
    const [held] = await tested.database.db.execute<{ transactions: number }>(sql`
      select count(*)::int as transactions from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`);
    expect(held?.transactions).toBe(0);
    for (const command of holder.heard) await holder.answer(command, running(appId));
    for (const run of await Promise.all(asked)) expect(run.status).toBe('RUNNING');
  });
});
