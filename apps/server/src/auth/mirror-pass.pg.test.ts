import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CreateProjectResponse, type CreateShareResponse } from '@slipway/contracts';
import { admitMachine, claimHolder, claimJob, claimSandboxRequest } from '@slipway/db';
import { embedderLabelOf, shareLabelOf } from '@slipway/wire';
import { createRegistryMirror } from '@slipway/registry-mirror';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, type TestServer } from '../testing.ts';
import { createTokenSigner, type TokenSigner } from './token-signer.ts';

let tested: TestServer;
let token: string;
let registry: ReturnType<typeof createServer>;
beforeAll(async () => {
  registry = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ name: 'pkg', 'dist-tags': {}, versions: {} }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => registry.once('listening', resolve));
  const upstream = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  tested = await createTestServer({
    env: { ALLOWED_EMBEDDERS: 'https://*.example.org', QUOTA_MIRROR_BYTES_PER_HOUR: '5000' },
    mirror: createRegistryMirror({
      folder: `/tmp/slipway-pass-${process.pid}`,
      limitBytes: 1e6,
      upstream: () => Promise.resolve({ defaultUrl: upstream, configuredUrl: upstream }),
      now: Date.now,
    }),
  });
  token = await tested.signIn();
}, 60_000);
afterAll(async () => {
  await tested.close();
  registry.close();
});

const hostOf = (label: string) => `${label}.rt.slipway.localhost`;

/** As a container on this host asks for packages. */
const fetchPackage = (label: string, pass?: string) =>
  tested.call('GET', '/npm/pkg', {
    host: hostOf(label),
    ...(pass === undefined ? {} : { headers: { 'X-Slipway-Capability': pass } }),
  });

/** As the page of this host asks for its pass. */
const askForPass = (
  label: string,
  { shown = null, embedder = null, origin }: { shown?: string | null; embedder?: string | null; origin?: string } = {},
) =>
  tested.call('POST', '/__slip/mirror-pass', {
    host: hostOf(label),
    json: { shown, embedder },
    headers: {
      Origin: origin ?? `http://${hostOf(label)}:${tested.server.port}`,
      'Sec-Fetch-Site': origin === undefined ? 'same-origin' : 'cross-site',
    },
  });

const passOf = async (label: string, options: Parameters<typeof askForPass>[1] = {}): Promise<string> => {
  const answer = await askForPass(label, options);
  expect(answer.status, answer.text).toBe(200);
  return answer.json<{ pass: string }>().pass;
};

async function makeProject(): Promise<CreateProjectResponse> {
  const answer = await tested.call('POST', '/api/v1/projects', { token, json: { name: 'P', template: 'vanilla' } });
  return answer.json<CreateProjectResponse>();
}

const capabilityOf = async (project: string): Promise<string> =>
  (await tested.call('POST', `/api/v1/projects/${project}/capability`, { token, json: {} })).json<{
    capability: string;
  }>().capability;

/** Of the host of a worker's machine. */
const labelOfMachine = (id: string) => `b${id.replaceAll('-', '')}`;

const labelOf = (embedder: string, slot = 0) => embedderLabelOf(createHash('sha256').update(embedder).digest(), slot);

/** With another key than the server's: what anybody can make. */
const forger: TokenSigner = createTokenSigner('guessed', () => Date.now() / 1000);

describe('the registry mirror', () => {
  it('SV-19 serves nobody without a capability or a pass, and says so in npm’s words', async () => {
    const exp = Math.floor(Date.now() / 1000) + 1000;
    for (const pass of [
      undefined,
      '',
      'wc_api_somebody',
      token,
      forger.sign({ use: 'mirror', label: 'c1', owner: null, exp }),
      forger.sign({ use: 'capability', owner: 'o', project: 'p', exp }),
    ]) {
      const refused = await fetchPackage('c1', pass);
      expect([refused.status, refused.headers['x-slipway-pass']], pass).toEqual([403, 'refused']);
      expect(refused.json<{ error: string }>().error).toContain('boot by its IDE');
      // A page elsewhere could not even read that.
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('SV-19 a project’s tab has the IDE’s capability, and goes on with a pass as long as its sign-in lasts', async () => {
    const { project } = await makeProject();
    const capability = await capabilityOf(project.id);
    expect((await fetchPackage(project.containerId, capability)).status).toBe(200);
    const pass = await passOf(project.containerId, { shown: capability });
    expect((await fetchPackage(project.containerId, pass)).status).toBe(200);
    // Of one host alone, and of no use elsewhere.
    expect((await fetchPackage((await makeProject()).project.containerId, pass)).status).toBe(403);
    expect((await tested.call('GET', '/api/v1/projects', { token: pass })).status).toBe(401);

    const other = (await makeProject()).project;
    for (const refused of [
      await askForPass(project.containerId),
      await askForPass(project.containerId, { shown: pass }),
      await askForPass(project.containerId, { shown: 'wc_api_somebody' }),
      await askForPass('cnobody', { shown: capability }),
      await askForPass(project.containerId, { shown: capability, origin: 'https://evil.example' }),
      await askForPass(project.containerId, {
        shown: capability,
        origin: `http://slipway.localhost:${tested.server.port}`,
      }),
    ])
      expect(refused.status).toBe(403);
    expect((await askForPass(other.containerId, { shown: await capabilityOf(project.id) })).status).toBe(200);
    const { db } = tested.database;
    await db.execute(sql`update refresh_families set revoked_at = slipway_now()`);
    expect((await askForPass(project.containerId, { shown: capability })).status).toBe(403);
    await db.execute(sql`update refresh_families set revoked_at = null`);
  });

  it('SV-19 UX-15 the page of a share gets its own host’s pass by the link’s token, until the link is taken back', async () => {
    const { project } = await makeProject();
    const made = await tested.call('POST', `/api/v1/projects/${project.id}/shares`, {
      token,
      json: { kind: 'embed', expiresInHours: 1 },
    });
    const { share, token: shown } = made.json<CreateShareResponse>();
    const label = shareLabelOf(createHash('sha256').update(shown).digest('hex'));
    const pass = await passOf(label, { shown });
    const { exp } = JSON.parse(Buffer.from(pass.split('.')[0]!, 'base64url').toString()) as { exp: number };
    expect(exp - Date.now() / 1000).toBeLessThanOrEqual(300);
    expect((await fetchPackage(label, pass)).status).toBe(200);
    expect((await fetchPackage(project.containerId, pass)).status).toBe(403);
    for (const refused of [
      await askForPass(label),
      await askForPass(label, { shown: 'a'.repeat(43) }),
      await askForPass(shareLabelOf('0'.repeat(64)), { shown }),
      await askForPass(project.containerId, { shown }),
    ])
      expect(refused.status).toBe(403);
    await tested.call('DELETE', `/api/v1/projects/${project.id}/shares/${share.id}`, { token });
    expect((await askForPass(label, { shown })).status).toBe(403);
  });

  it('SV-19 a page that ALLOWED_EMBEDDERS admits gets its own host’s pass without an account; others none', async () => {
    const embedder = 'https://docs.example.org';
    const pass = await passOf(labelOf(embedder), { shown: 'wc_api_client', embedder });
    expect((await fetchPackage(labelOf(embedder), pass)).status).toBe(200);
    // A second tab of it has a host, and so a pass, of its own (DI-05).
    const second = await passOf(labelOf(embedder, 1), { shown: null, embedder });
    expect((await fetchPackage(labelOf(embedder, 1), second)).status).toBe(200);
    expect((await fetchPackage(labelOf(embedder), second)).status).toBe(403);
    for (const [label, named] of [
      [labelOf('https://evil.example'), 'https://evil.example'],
      [labelOf(embedder), 'https://other.example.org'],
      [labelOf(embedder), null],
      [labelOf('nonsense'), 'nonsense'],
    ] as const)
      expect((await askForPass(label, { embedder: named })).status, String(named)).toBe(403);
    // It counts by its address, and the limit ends it.
    const statuses: number[] = [];
    for (let at = 0; at < 12; at++) statuses.push((await fetchPackage(labelOf(embedder), pass)).status);
    expect(statuses.at(-1)).toBe(429);
  });

  it('SV-19 a build has a pass while a worker has its job, and so has the sandbox that the job is done in', async () => {
    const { db } = tested.database;
    const { project, snapshot } = await makeProject();
    await tested.call('POST', `/api/v1/projects/${project.id}/builds`, { token, json: { snapshotId: snapshot!.id } });
    const [queued] = await db.execute<{ id: string }>(sql`select id from runtime_jobs where status = 'queued'`);
    const label = labelOfMachine(queued!.id);
    expect((await askForPass(label)).status).toBe(403);
    const job = (await claimJob(db, 'w', 3_600_000_000))!;
    expect(job.lease.jobId).toBe(queued!.id);
    expect((await fetchPackage(label, await passOf(label))).status).toBe(200);
    // A sandbox that was started before: from now on it is the job's, and the only one.
    const machineId = randomUUID();
    const ready = labelOfMachine(machineId);
    expect((await askForPass(ready)).status).toBe(403);
    expect(await admitMachine(db, { ...job.lease, epoch: 0 }, machineId)).toEqual({ outcome: 'lost-lease' });
    expect((await askForPass(ready)).status).toBe(403);
    expect(await admitMachine(db, job.lease, machineId)).toEqual({ outcome: 'admitted' });
    expect((await fetchPackage(ready, await passOf(ready))).status).toBe(200);
    expect((await askForPass(label)).status).toBe(403);
    await db.execute(sql`update runtime_jobs set lease_expires_at = 0 where id = ${queued!.id}`);
    expect((await askForPass(ready)).status).toBe(403);
    // With another worker that sandbox has nothing more to do.
    expect((await claimJob(db, 'next', 3_600_000_000))!.lease.jobId).toBe(queued!.id);
    expect([(await askForPass(ready)).status, (await askForPass(label)).status]).toEqual([403, 200]);
    await db.execute(sql`update runtime_jobs set status = 'failed' where id = ${queued!.id}`);
    expect((await askForPass(label)).status).toBe(403);
  });

  it('SV-19 SB-08 a sandbox that stays, and a stand-in for a tab, have a pass while a worker has them', async () => {
    const { db } = tested.database;
    const { project } = await makeProject();
    const [own] = await db.execute<{ ownerId: string }>(
      sql`select owner_id as "ownerId" from projects where id = ${project.id}`,
    );
    const created = await tested.call('POST', '/api/v1/sandboxes', { token, json: { id: 'one', template: 'vanilla' } });
    expect(created.status, created.text).toBe(201);
    const [row] = await db.execute<{ id: string }>(sql`select id from sandboxes`);
    const stays = labelOfMachine(row!.id);
    expect((await askForPass(stays)).status).toBe(403);
    await tested.call('POST', '/api/v1/sandboxes/one/requests', { token, json: { verb: 'start' } });
    expect(await claimSandboxRequest(db, 'w', { leaseUs: 3_600_000_000, room: true, busy: [] })).toBeDefined();
    expect((await fetchPackage(stays, await passOf(stays))).status).toBe(200);
    await db.execute(sql`update sandboxes set lease_expires_at = 0`);
    expect((await askForPass(stays)).status).toBe(403);

    const holderId = randomUUID();
    const claim = { holderId, kind: 'sandbox' as const, leaseUs: 3_600_000_000, takeOver: false };
    expect((await claimHolder(db, own!.ownerId, project.id, claim)).outcome).toBe('held');
    const standIn = labelOfMachine(holderId);
    expect((await fetchPackage(standIn, await passOf(standIn))).status).toBe(200);
    // A tab that takes the project back.
    await claimHolder(db, own!.ownerId, project.id, { ...claim, holderId: randomUUID(), kind: 'tab', takeOver: true });
    expect((await askForPass(standIn)).status).toBe(403);
  });
});
