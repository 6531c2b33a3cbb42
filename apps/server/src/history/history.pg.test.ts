import { checkpointListResponse, checkpointResponse, historyResponse, restoreResponse } from '@slipway/contracts';
import { collectObjects, deleteProject, thinSnapshots } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { makeDevices, shaOf, wholeFile } from './testing/make-device.ts';

let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const { api, createProject, files, makeDevice } = makeDevices(
  { call: (...args) => tested.call(...args) } as TestServer,
  () => token,
);
const count = async (query: ReturnType<typeof sql>): Promise<number> =>
  (await tested.database.db.execute<{ count: number }>(query))[0]!.count;

/** A project with three snapshots. */
async function makeHistory() {
  const projectId = await createProject();
  const device = makeDevice(projectId, 'A');
  const snapshots = [];
  for (const changes of [
    [wholeFile('a', '1'), wholeFile('d/b', '1'), { ...wholeFile('.env', 'KEY=1'), hidden: true }],
    [wholeFile('a', '2'), wholeFile('c', '2')],
    [wholeFile('run', '#!', 0o755), { kind: 'gone', path: 'd' } as const],
  ])
    snapshots.push((await device.save(changes as never)).snapshot);
  return { projectId, device, snapshots };
}

describe('history', () => {
  it('UX-13 lists snapshots page by page, shows what differs, and a file as it was', async () => {
    const { projectId, snapshots } = await makeHistory();
    const page = async (query: string) =>
      historyResponse.parse((await api('GET', `/projects/${projectId}/history${query}`)).json());
    const first = await page('?limit=2');
    expect(first.snapshots.map(({ revision }) => revision)).toEqual([3, 2]);
    const second = await page(`?limit=2&before=${String(first.next)}`);
    expect([second.snapshots.map(({ revision }) => revision), second.next]).toEqual([[1], null]);
    expect((await api('GET', `/projects/${projectId}/history?limit=0`)).status).toBe(400);
    const diff = await api('GET', `/projects/${projectId}/snapshots/${snapshots[0]!.id}/diff/latest`);
    expect(diff.json()).toMatchObject({
      cut: false,
      changes: [
        { path: 'a', before: { kind: 'file', sha256: shaOf('1') }, after: { kind: 'file', sha256: shaOf('2') } },
        { path: 'c', before: null, after: { kind: 'file' } },
        { path: 'd', before: { kind: 'dir' }, after: null },
        { path: 'd/b', after: null },
        { path: 'run', before: null, after: { kind: 'file', mode: 0o755 } },
      ],
    });
    const old = await api('GET', `/projects/${projectId}/snapshots/${snapshots[0]!.id}/files/a`);
    expect(old.text).toBe('1');
    expect((await api('GET', `/projects/${projectId}/snapshots/latest/files/none`)).status).toBe(404);
  });

  it('restores one file, a folder or all, tells what a tab has to do, and is undone by another restore', async () => {
    const { projectId, snapshots } = await makeHistory();
    const restore = (body: object) => api('POST', `/projects/${projectId}/restore`, { json: { device: 'A', ...body } });
    const one = restoreResponse.parse((await restore({ snapshotId: snapshots[0]!.id, paths: ['a', 'd'] })).json());
    expect(await files(projectId)).toEqual({ a: '1', c: '2', 'd/b': '1', run: '#!', '.env': 'KEY=1' });
    expect(one.changes).toMatchObject([
      { kind: 'file', path: 'a', sha256: shaOf('1') },
      { kind: 'dir', path: 'd' },
      { kind: 'file', path: 'd/b' },
    ]);
    const all = restoreResponse.parse((await restore({ snapshotId: snapshots[0]!.id })).json());
    expect(await files(projectId)).toEqual({ a: '1', 'd/b': '1', '.env': 'KEY=1' });
    expect(all.snapshot).toMatchObject({ kind: 'restore', files: 3, revision: 5 });
    const undone = await restore({ snapshotId: all.before });
    expect(undone.status).toBe(201);
    expect(Object.keys(await files(projectId)).sort()).toEqual(['.env', 'a', 'c', 'd/b', 'run']);
    expect((await restore({ snapshotId: all.before })).status).toBe(200);
    expect((await restore({ snapshotId: projectId })).status).toBe(404);
  });
});

describe('checkpoints', () => {
  const create = async (projectId: string, body: object) => {
    const json = { taskId: 't', step: 1, description: '', ...body };
    const answer = await api('POST', `/projects/${projectId}/checkpoints`, { json });
    return checkpointResponse.parse(answer.json()).checkpoint;
  };

  it('CK-01 CK-04 have ids that tell time and step; ten in one moment are ten, and the latest is the last', async () => {
    const { projectId, snapshots } = await makeHistory();
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, at) => create(projectId, { description: String(at) })),
    );
    expect(new Set(made.map(({ checkpointId }) => checkpointId)).size).toBe(10);
    for (const { checkpointId, timestamp } of made)
      expect(checkpointId).toMatch(new RegExp(`^cp-${String(Math.floor(timestamp / 1000))}-1(-\\d+)?$`));
    const last = await create(projectId, { taskId: 'other', step: 2, externalState: { sent: ['mail'], n: null } });
    expect(last).toMatchObject({ snapshotId: snapshots[2]!.id, commit: snapshots[2]!.commit });
    const latest = await api('GET', `/projects/${projectId}/checkpoints/latest`);
    expect(checkpointResponse.parse(latest.json()).checkpoint).toEqual(last);
    const list = async (query = '') =>
      checkpointListResponse.parse((await api('GET', `/projects/${projectId}/checkpoints${query}`)).json()).checkpoints;
    expect(await list()).toHaveLength(11);
    expect(await list('?task=other')).toEqual([last]);
  });

  it('CK-02 CK-03 CK-07 restore exactly that state: changed files reset, extra ones gone, hidden ones and .git there', async () => {
    const { projectId, device } = await makeHistory();
    await device.save([wholeFile('.git/config', '[core]'), { kind: 'dir', path: 'empty', mode: 0o755 }]);
    const before = await files(projectId);
    // Also when nothing changed since.
    const checkpoints = [await create(projectId, { step: 1 }), await create(projectId, { step: 2 })];
    await device.save([
      wholeFile('a', 'changed'),
      wholeFile('extra/file', 'x'),
      { kind: 'gone', path: '.git' },
      { kind: 'gone', path: '.env' },
      { kind: 'gone', path: 'empty' },
    ]);
    for (const { checkpointId } of checkpoints) {
      const answer = await api('POST', `/projects/${projectId}/checkpoints/${checkpointId}/restore`, {
        json: { device: 'A' },
      });
      expect(answer.status).toBeLessThan(300);
      expect(await files(projectId)).toEqual(before);
    }
    const unknown = await api('POST', `/projects/${projectId}/checkpoints/cp-1-1/restore`, { json: { device: 'A' } });
    expect(unknown.json()).toMatchObject({ code: 'CHECKPOINT_NOT_FOUND' });
  });

  it('CK-05 verify says whether a folder is that state, which paths are not, and changes nothing', async () => {
    const { projectId } = await makeHistory();
    const { checkpointId } = await create(projectId, {});
    const { entries } = (await api('GET', `/projects/${projectId}/snapshots/latest`)).json<{
      entries: { path: string; size?: number }[];
    }>();
    const claim = entries.map(({ size: _size, ...entry }) => entry);
    const verify = async (claimed: object[]) =>
      (
        await api('POST', `/projects/${projectId}/checkpoints/${checkpointId}/verify`, { json: { entries: claimed } })
      ).json();
    const revision = await count(sql`select revision as count from projects where id = ${projectId}`);
    expect(await verify(claim)).toEqual({ consistent: true, paths: [] });
    const extra = { kind: 'file', path: 'extra', mode: 0o644, sha256: shaOf('') };
    const wrong = claim.map((entry) => (entry.path === 'run' ? { ...entry, mode: 0o644 } : entry));
    expect(await verify([...wrong.filter(({ path }) => path !== 'a'), extra])).toEqual({
      consistent: false,
      paths: ['a', 'extra', 'run'],
    });
    expect(await count(sql`select revision as count from projects where id = ${projectId}`)).toBe(revision);
  });

  it('CK-06 descriptions are plain text, whatever they look like, and the state of a task comes back as it was', async () => {
    const { projectId } = await makeHistory();
    const description = `'"; drop table projects; -- $(rm -rf /) \`x\`\n[checkpoint]\r\n\u2028 ü\u{1f600} ${'%s'}`;
    const externalState = { big: 1e300, text: '"', list: [1, { a: [] }] };
    const made = await create(projectId, { description, externalState });
    const read = checkpointResponse.parse(
      (await api('GET', `/projects/${projectId}/checkpoints/${made.checkpointId}`)).json(),
    ).checkpoint;
    expect(read).toMatchObject({ description, externalState });
    const large = { taskId: 't', step: 1, description: '', externalState: 'x'.repeat(70_000) };
    expect((await api('POST', `/projects/${projectId}/checkpoints`, { json: large })).status).toBe(400);
  });
});

describe('forks', () => {
  const fork = async (projectId: string, snapshotId: string): Promise<string> => {
    const answer = await api('POST', `/projects/${projectId}/fork`, { json: { snapshotId, name: 'Fork' } });
    expect(answer.status).toBe(201);
    return answer.json<{ project: { id: string } }>().project.id;
  };

  it('HI-09 begin with what a snapshot shows, in a handful of rows, and go on by themselves', async () => {
    const { projectId, snapshots, device } = await makeHistory();
    const objects = await count(sql`select count(*)::int as count from objects`);
    const forkId = await fork(projectId, snapshots[1]!.id);
    expect(await count(sql`select count(*)::int as count from objects`)).toBe(objects);
    expect(await files(forkId)).toEqual({ a: '2', c: '2', 'd/b': '1', '.env': 'KEY=1' });
    const forked = makeDevice(forkId, 'B');
    forked.base = snapshots[1]!.commit;
    await forked.save([wholeFile('d/b', 'of the fork')]);
    await device.save([wholeFile('a', 'of the origin')]);
    expect([(await files(forkId))['d/b'], (await files(projectId))['a']]).toEqual(['of the fork', 'of the origin']);
    expect((await api('POST', `/projects/${projectId}/fork`, { json: { snapshotId: forkId, name: 'x' } })).status).toBe(
      404,
    );
  });

  it('HI-09 outlive their origin with what they were shown and no more, forks of forks too', async () => {
    const { projectId, snapshots, device } = await makeHistory();
    await device.save([wholeFile('secret', 'never shown')]);
    let last = projectId;
    const line: string[] = [];
    for (let depth = 0; depth < 10; depth++) {
      last = await fork(last, depth === 0 ? snapshots[2]!.id : await latestOf(last));
      line.push(last);
    }
    const shown = await files(last);
    expect(shown).toEqual({ a: '2', c: '2', run: '#!', '.env': 'KEY=1' });
    const owner = (
      await tested.database.db.execute<{ id: string }>(sql`select owner_id as id from projects where id = ${projectId}`)
    )[0]!.id;
    for (const id of [projectId, ...line.slice(0, -1)])
      expect(await deleteProject(tested.database.db, owner, id)).toEqual({ outcome: 'deleted' });
    expect(await files(last)).toEqual(shown);
    const secret = sql`select count(*)::int as count from objects where project_id = ${last} and sha256 = ${shaOf('never shown')}`;
    expect(await count(secret)).toBe(0);
  }, 60_000);

  const latestOf = async (projectId: string): Promise<string> =>
    (await api('GET', `/projects/${projectId}/snapshots/latest`)).json<{ snapshot: { id: string } }>().snapshot.id;
});

describe('what is kept', () => {
  it('HI-10 saves thin out with age; what has a name, was built or is the newest stays', async () => {
    const { projectId, device } = await makeHistory();
    for (let save = 0; save < 20; save++) await device.save([wholeFile('a', `save ${String(save)}`)]);
    const named = await api('POST', `/projects/${projectId}/checkpoints`, {
      json: { taskId: 't', step: 1, description: 'kept' },
    });
    expect(named.status).toBe(201);
    for (let save = 20; save < 24; save++) await device.save([wholeFile('a', `save ${String(save)}`)]);
    // Two days ago, ten minutes apart.
    await tested.database.db.execute(sql`
      update snapshots set created_at = (slipway_now() / 3600000000) * 3600000000::bigint - 172800000000::bigint
        + revision * 600000000::bigint where project_id = ${projectId}`);
    const { db } = tested.database;
    expect(await thinSnapshots(db, projectId)).toBeGreaterThan(15);
    const left = await count(sql`select count(*)::int as count from snapshots where project_id = ${projectId}`);
    expect(left).toBeGreaterThanOrEqual(5);
    expect(await thinSnapshots(db, projectId)).toBe(0);
    await api('POST', `/projects/${projectId}/checkpoints/latest/restore`, { json: { device: 'A' } });
    expect((await files(projectId))['a']).toBe('save 19');
    // Young objects stay; old ones that nothing leads to go, and all that is left reads as before.
    expect(await collectObjects(db, projectId)).toEqual({ outcome: 'collected', count: 0 });
    const collected = await collectObjects(db, projectId, 0);
    expect(collected).toMatchObject({ outcome: 'collected' });
    expect((collected as { count: number }).count).toBeGreaterThan(30);
    const { snapshots } = historyResponse.parse((await api('GET', `/projects/${projectId}/history`)).json());
    for (const { id } of snapshots) expect(Object.keys(await files(projectId, id)).length).toBeGreaterThan(2);
    await device.post([wholeFile('after', 'a collection')]);
    expect((await files(projectId))['after']).toBe('a collection');
  }, 60_000);

  it('HI-10 collecting beside saves takes nothing that a save named', async () => {
    const { projectId } = await makeHistory();
    const { db } = tested.database;
    let saving = true;
    const device = makeDevice(projectId, 'A');
    device.base = (await api('GET', `/projects/${projectId}/snapshots/latest`)).json<{
      snapshot: { commit: string };
    }>().snapshot.commit;
    const saves = (async () => {
      // Contents come and go, so that old objects are named again.
      for (let save = 0; save < 40; save++) await device.save([wholeFile('x/y', `content ${String(save % 3)}`)]);
      saving = false;
    })();
    let rounds = 0;
    while (saving) {
      await db.execute(sql`delete from snapshots where project_id = ${projectId} and kind = 'save'
        and id <> (select latest_snapshot_id from projects where id = ${projectId})
        and revision < (select revision from projects where id = ${projectId}) - 3`);
      await collectObjects(db, projectId, 0);
      rounds++;
    }
    await saves;
    expect(rounds).toBeGreaterThan(0);
    const { snapshots } = historyResponse.parse((await api('GET', `/projects/${projectId}/history`)).json());
    for (const { id } of snapshots) expect(await files(projectId, id)).toMatchObject({ run: '#!' });
  }, 60_000);
});
