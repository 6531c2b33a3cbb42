import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type CreateProjectResponse, quotaNames, SAVE_TYPE, usageResponse } from '@slipway/contracts';
import { encodeSave } from '@slipway/history';
import { setOwnerLimit } from '@slipway/db';
import { createRegistryMirror } from '@slipway/registry-mirror';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, open, type TestServer } from '../testing.ts';
import { createMeter } from './meter.ts';
import { createSlots } from './slots.ts';

let tested: TestServer;
let token: string;
let registry: ReturnType<typeof createServer>;
beforeAll(async () => {
  registry = createServer((request, response) => {
    // A packument without versions, as large as the test's whole allowance.
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ name: 'big', 'dist-tags': {}, versions: {}, readme: 'x'.repeat(3000) }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => registry.once('listening', resolve));
  const upstream = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
  tested = await createTestServer({
    env: {
      QUOTA_PROJECTS: '3',
      QUOTA_STORED_BYTES: '200000',
      QUOTA_BUILDS_WAITING: '2',
      QUOTA_STREAMS: '2',
      QUOTA_MIRROR_BYTES_PER_HOUR: '2000',
    },
    mirror: createRegistryMirror({
      folder: `/tmp/slipway-quota-${process.pid}`,
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

const api = (method: string, path: string, json?: unknown) =>
  tested.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });
const usage = async () =>
  new Map(
    usageResponse
      .parse((await api('GET', '/usage')).json())
      .usage.map(({ name, used, limit }) => [name, [used, limit]]),
  );
const exceeded = (quota: string, limit: number) => [403, { code: 'QUOTA_EXCEEDED', details: { quota, limit } }];
const putBlob = (bytes: Buffer) =>
  tested.call('PUT', `/api/v1/blobs/${createHash('sha256').update(bytes).digest('hex')}`, { token, body: bytes });

describe('limits of an owner', () => {
  it('SV-07 projects, builds, bytes: the first above the limit is refused by its name, and the list says how much is used', async () => {
    const made: CreateProjectResponse[] = [];
    for (let at = 0; at < 3; at++) {
      const answer = await api('POST', '/projects', { name: `P${at}`, template: 'vanilla' });
      made.push(answer.json<CreateProjectResponse>());
    }
    for (const body of [{ name: 'Fourth' }, { name: 'Fourth', template: 'vanilla' }]) {
      const answer = await api('POST', '/projects', body);
      expect([answer.status, answer.json()]).toMatchObject(exceeded('projects', 3));
    }
    const publish = (at: number) =>
      api('POST', `/projects/${made[at]!.project.id}/builds`, { snapshotId: made[at]!.snapshot!.id });
    const first = await publish(0);
    expect([(await publish(0)).json(), (await publish(1)).status]).toEqual([first.json(), 202]);
    const third = await publish(2);
    expect([third.status, third.json()]).toMatchObject(exceeded('buildsWaiting', 2));

    expect((await putBlob(randomBytes(1000))).status).toBe(200);
    const large = await putBlob(randomBytes(199_500));
    expect([large.status, large.json()]).toMatchObject(exceeded('storedBytes', 200_000));

    // A save is refused before anything of it is stored, and one that fits is taken.
    const save = (bytes: Buffer<ArrayBuffer>) =>
      tested.call('POST', `/api/v1/projects/${made[0]!.project.id}/saves`, {
        token,
        headers: { 'content-type': SAVE_TYPE },
        body: Buffer.concat(
          encodeSave({ base: made[0]!.snapshot!.commit, device: 'test', merge: true }, [
            {
              kind: 'file',
              path: 'big.bin',
              mode: 0o644,
              sha256: createHash('sha256').update(bytes).digest('hex'),
              size: bytes.length,
              content: { as: 'whole' },
              bytes: new Uint8Array(bytes),
            },
          ]),
        ),
      });
    const tooMuch = await save(randomBytes(199_500));
    expect([tooMuch.status, tooMuch.json()]).toMatchObject(exceeded('storedBytes', 200_000));
    const fits = await save(randomBytes(500));
    expect(fits.status, fits.text).toBe(201);

    const used = await usage();
    expect([...used.keys()]).toEqual(quotaNames);
    expect([used.get('projects'), used.get('buildsWaiting'), used.get('buildsAtOnce')]).toEqual([
      [3, 3],
      [2, 2],
      [0, 4],
    ]);
    expect(used.get('storedBytes')![0]).toBeGreaterThan(1000);
  });

  it('SV-07 streams: one more than the limit is refused, and a place is free when a page goes', async () => {
    const [a, b] = [
      await open(tested.server.port, 'GET', '/api/v1/events', { token }),
      await open(tested.server.port, 'GET', '/api/v1/events', { token }),
    ];
    const refused = await api('GET', '/events');
    expect([refused.status, refused.json()]).toMatchObject(exceeded('streams', 2));
    expect((await usage()).get('streams')).toEqual([2, 2]);
    a.destroy();
    await expect.poll(async () => (await usage()).get('streams')).toEqual([1, 2]);
    const email = (await api('GET', '/auth/me')).json<{ user: { email: string } }>().user.email;
    await setOwnerLimit(tested.database.db, email, 'streams', 1);
    expect((await api('GET', '/events')).json()).toMatchObject({ details: { quota: 'streams', limit: 1 } });
    b.destroy();
  });

  it('SV-07 packages: a container’s owner pays for what the mirror sends, and waits when he has had enough', async () => {
    const projects = (await api('GET', '/projects')).json<{ projects: { id: string; containerId: string }[] }>()
      .projects;
    const fetchBig = async ({ id, containerId }: { id: string; containerId: string }) => {
      const { capability } = (await api('POST', `/projects/${id}/capability`, {})).json<{ capability: string }>();
      const headers = { 'X-Slipway-Capability': capability };
      return await tested.call('GET', '/npm/big', { host: `${containerId}.rt.slipway.localhost`, headers });
    };
    expect((await fetchBig(projects[0]!)).status).toBe(200);
    expect((await usage()).get('mirrorBytesPerHour')![0]).toBeGreaterThan(2000);
    // The owner's, whichever of his containers asks.
    const refused = await fetchBig(projects[1]!);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
  });
});

it('SV-07 a meter forgets within two windows, and a place is given back once', () => {
  let now = 0;
  const meter = createMeter(1000, () => now);
  meter.add('a', 100);
  expect([meter.used('a'), meter.used('b')]).toEqual([100, 0]);
  now = 1500;
  expect(meter.used('a')).toBe(50);
  now = 2000;
  expect(meter.used('a')).toBe(0);
  const slots = createSlots();
  const leave = slots.take('a', 1);
  expect([slots.take('a', 1), slots.taken('a'), slots.total()]).toEqual([undefined, 1, 1]);
  leave?.();
  leave?.();
  expect([slots.taken('a'), slots.total()]).toEqual([0, 0]);
});
