import { sandboxConfig } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { createProject } from '../projects/create-project.ts';
import { deleteProject } from '../projects/delete-project.ts';
import { makeUser } from '../query-fixtures.ts';
import { claimLostSandbox, claimSandboxRequest } from './claim-sandbox.ts';
import { createSandbox } from './create-sandbox.ts';
import { getSandbox } from './get-sandbox.ts';
import { getSandboxRequest } from './get-sandbox-request.ts';
import { moveSandbox, releaseSandbox, renewSandboxes, settleSandboxRequest } from './hold-sandbox.ts';
import { listSandboxes, type SandboxCursor } from './list-sandboxes.ts';
import { requestSandbox, SANDBOX_REQUESTS_LIMIT } from './request-sandbox.ts';
import { deleteOldSandboxes, expireSandboxRequests } from './sweep-sandboxes.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const dayUs = 86_400_000_000;
const claim = { leaseUs: dayUs, room: true, busy: [] };

async function make(ownerId: string, id: string, limit = 10) {
  const project = await createProject(database.db, ownerId, { name: `sandbox ${id}`, template: null });
  const config = sandboxConfig.parse({});
  return await createSandbox(database.db, ownerId, { id, command: null, ...config, projectId: project.id }, limit);
}
const ask = (ownerId: string, id: string, verb: 'start' | 'stop' | 'destroy' = 'start') =>
  requestSandbox(database.db, ownerId, id, { verb });
/** A lease that nobody renewed. */
const lapse = (ownerId: string) =>
  database.db.execute(sql`update sandboxes set lease_expires_at = slipway_now() - 1 where owner_id = ${ownerId}`);

describe('sandboxes as rows', () => {
  it('SV-05 SB-07 are listed in pages, each once, those of one moment too', async () => {
    const owner = await makeUser(database.db);
    for (const id of ['e', 'a', 'd', 'b', 'c']) await make(owner, id);
    await database.db.execute(sql`
      update sandboxes set created_at = case when name < 'c' then 5 else 7 end where owner_id = ${owner}`);
    const seen: string[] = [];
    let pages = 0;
    for (let after: SandboxCursor | undefined; ;) {
      const page = await listSandboxes(database.db, owner, { after, limit: 2 });
      pages++;
      expect(page.sandboxes.length).toBeLessThanOrEqual(2);
      seen.push(...page.sandboxes.map(({ id }) => id));
      if (page.next === undefined) break;
      after = page.next;
    }
    expect([seen, pages]).toEqual([['c', 'd', 'e', 'a', 'b'], 3]);
  });

  it('SB-01 SB-07 P-07 are their owner’s, as many as he may have, and nobody else’s', async () => {
    const [owner, other] = [await makeUser(database.db), await makeUser(database.db)];
    expect(await make(owner, 'one', 1)).toMatchObject({
      outcome: 'created',
      sandbox: { id: 'one', status: 'created', config: { cpu: 2, memoryMiB: 2048 }, uptime: null, recoveries: 0 },
    });
    expect(await make(owner, 'two', 1)).toEqual({ outcome: 'too-many', limit: 1 });
    expect(await make(owner, 'one', 5)).toEqual({ outcome: 'taken' });
    const listed = await listSandboxes(database.db, owner, { limit: 1 });
    expect([listed.sandboxes.map(({ id }) => id), listed.next]).toEqual([['one'], undefined]);
    expect((await listSandboxes(database.db, other, { limit: 1 })).sandboxes).toEqual([]);
    expect(await getSandbox(database.db, other, 'one')).toBeUndefined();
    expect(await ask(other, 'one')).toEqual({ outcome: 'missing' });
    const asked = await ask(owner, 'one');
    if (asked.outcome !== 'asked') throw new Error(asked.outcome);
    expect(await getSandboxRequest(database.db, other, 'one', asked.request.id)).toBeUndefined();
    expect(await getSandboxRequest(database.db, owner, 'one', asked.request.id)).toMatchObject({ state: 'waiting' });
    await make(other, 'one');
    const mine = await getSandbox(database.db, owner, 'one');
    await deleteProject(database.db, owner, mine!.projectId);
    expect(await getSandbox(database.db, owner, 'one')).toBeUndefined();
    expect(await getSandboxRequest(database.db, owner, 'one', asked.request.id)).toBeUndefined();
    expect(await getSandbox(database.db, other, 'one')).toBeDefined();
  });

  it('SB-07 verbs of one sandbox are done in order, by the worker that has it', async () => {
    const owner = await makeUser(database.db);
    await make(owner, 'queue');
    await ask(owner, 'queue', 'start');
    await ask(owner, 'queue', 'stop');
    expect(await claimSandboxRequest(database.db, 'a', { ...claim, room: false })).toBeUndefined();
    const first = (await claimSandboxRequest(database.db, 'a', claim))!;
    expect(first).toMatchObject({ verb: 'start', sandbox: { name: 'queue', epoch: 1, status: 'created' } });
    expect(await claimSandboxRequest(database.db, 'b', claim)).toBeUndefined();
    expect(await claimSandboxRequest(database.db, 'a', { ...claim, busy: [first.sandbox.id] })).toBeUndefined();
    expect(await moveSandbox(database.db, first.sandbox, { from: ['created'], to: 'running' })).toBe(true);
    await settleSandboxRequest(database.db, first.sandbox, first.requestId, null);
    expect(await getSandboxRequest(database.db, owner, 'queue', first.requestId)).toMatchObject({ state: 'done' });
    const second = (await claimSandboxRequest(database.db, 'a', { ...claim, room: false }))!;
    expect(second).toMatchObject({ verb: 'stop', sandbox: { epoch: 1, status: 'running' } });
    const ending = { from: ['created', 'running'], to: 'exited', exitCode: 3, problem: 'it fell' } as const;
    expect(await moveSandbox(database.db, second.sandbox, ending)).toBe(true);
    await settleSandboxRequest(database.db, second.sandbox, second.requestId, 'no');
    await releaseSandbox(database.db, second.sandbox);
    expect(await getSandbox(database.db, owner, 'queue')).toMatchObject({
      status: 'exited',
      exitCode: 3,
      problem: 'it fell',
      uptime: expect.any(Number),
    });
    for (let at = 0; at < SANDBOX_REQUESTS_LIMIT; at++) expect((await ask(owner, 'queue')).outcome).toBe('asked');
    expect(await ask(owner, 'queue')).toEqual({ outcome: 'too-many', limit: SANDBOX_REQUESTS_LIMIT });
    await deleteProject(database.db, owner, (await getSandbox(database.db, owner, 'queue'))!.projectId);
  });

  it('RC-02 SB-07 a worker that lost its lease writes nothing, and another finds what ran there', async () => {
    const owner = await makeUser(database.db);
    await make(owner, 'lost');
    await ask(owner, 'lost');
    const { sandbox, requestId } = (await claimSandboxRequest(database.db, 'a', claim))!;
    await moveSandbox(database.db, sandbox, { from: ['created'], to: 'running' });
    expect(await claimLostSandbox(database.db, 'b', dayUs)).toBeUndefined();
    expect(await renewSandboxes(database.db, 'a', [sandbox], dayUs)).toEqual([sandbox.id]);
    await lapse(owner);
    const taken = (await claimLostSandbox(database.db, 'b', dayUs))!;
    expect(taken).toMatchObject({ id: sandbox.id, epoch: 2, status: 'running' });
    expect(await renewSandboxes(database.db, 'a', [sandbox], dayUs)).toEqual([]);
    expect(await moveSandbox(database.db, sandbox, { from: ['running'], to: 'exited' })).toBe(false);
    await settleSandboxRequest(database.db, sandbox, requestId, 'late');
    expect(await getSandboxRequest(database.db, owner, 'lost', requestId)).toMatchObject({ state: 'waiting' });
    await moveSandbox(database.db, taken, { from: ['running'], to: 'running', recovered: true });
    expect(await getSandbox(database.db, owner, 'lost')).toMatchObject({ status: 'running', recoveries: 1 });
    await deleteProject(database.db, owner, (await getSandbox(database.db, owner, 'lost'))!.projectId);
  });

  it('SB-04 SB-07 what ended is kept for a while, and a verb that no worker takes fails', async () => {
    const owner = await makeUser(database.db);
    await make(owner, 'old');
    await make(owner, 'young');
    await ask(owner, 'old', 'destroy');
    const { sandbox, requestId } = (await claimSandboxRequest(database.db, 'a', claim))!;
    await moveSandbox(database.db, sandbox, { from: ['created', 'running', 'exited'], to: 'destroyed' });
    await settleSandboxRequest(database.db, sandbox, requestId, null);
    await releaseSandbox(database.db, sandbox);
    await deleteOldSandboxes(database.db, dayUs);
    expect(await getSandbox(database.db, owner, 'old')).toMatchObject({ status: 'destroyed' });
    await database.db.execute(sql`
      update sandboxes set ended_at = slipway_now() - 2 * ${dayUs}::bigint where id = ${sandbox.id}`);
    await deleteOldSandboxes(database.db, dayUs);
    expect((await listSandboxes(database.db, owner, { limit: 9 })).sandboxes.map(({ id }) => id)).toEqual(['young']);
    const asked = await ask(owner, 'young');
    if (asked.outcome !== 'asked') throw new Error(asked.outcome);
    await database.db.execute(sql`
      update sandbox_requests set created_at = created_at - 301000000 where id = ${asked.request.id}`);
    await expireSandboxRequests(database.db);
    expect(await getSandboxRequest(database.db, owner, 'young', asked.request.id)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('no worker took it'),
    });
    await database.db.execute(sql`
      update sandbox_requests set updated_at = slipway_now() - ${dayUs}::bigint where id = ${asked.request.id}`);
    await expireSandboxRequests(database.db);
    expect(await getSandboxRequest(database.db, owner, 'young', asked.request.id)).toBeUndefined();
  });
});
