import { readFileSync } from 'node:fs';
import { type CreateProjectResponse } from '@slipway/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, open, type TestServer } from '../testing.ts';

const logged: string[] = [];
let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer({
    env: { LOG_LEVEL: 'info', ACCESS_LOG: 'on' },
    log: (line) => void logged.push(line),
  });
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

/** The figures by name, labels included. */
async function figures(): Promise<Map<string, number>> {
  const { text, status } = await tested.call('GET', '/metrics');
  expect(status).toBe(200);
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

const api = (method: string, path: string, json?: unknown) =>
  tested.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });

describe('figures', () => {
  it('SV-20 tell the queue, the streams, the pools, the bytes and what was answered', async () => {
    for (const name of ['a', 'b']) {
      const made = (await api('POST', '/projects', { name, template: 'vanilla' })).json<CreateProjectResponse>();
      await api('POST', `/projects/${made.project.id}/builds`, { snapshotId: made.snapshot!.id });
    }
    await tested.call('GET', '/none.js');
    const stream = await open(tested.server.port, 'GET', '/api/v1/events', { token });
    await expect.poll(async () => (await figures()).get('slipway_jobs_waiting')).toBe(2);
    const seen = await figures();
    // A cluster starts as many workers as the database says to this question (SV-22).
    const scaling = readFileSync(
      new URL('../../../../docs/operations/kubernetes/scaling.yaml', import.meta.url),
      'utf8',
    );
    const [row] = await tested.database.client.unsafe(/^ +query: "(.*)"$/m.exec(scaling)![1]!);
    expect(Number(row?.['count'])).toBe(2);
    stream.destroy();
    expect(Object.fromEntries(seen)).toMatchObject({
      slipway_database_up: 1,
      slipway_jobs_running: 0,
      slipway_workers: 0,
      slipway_lease_losses_1h: 0,
      slipway_event_streams: 1,
      'slipway_jobs_ended_1h{status="succeeded"}': 0,
      'slipway_pool_size{pool="work"}': 10,
      'slipway_request_seconds_count{host="app",status="4xx"}': 1,
    });
    expect(seen.get('slipway_jobs_oldest_seconds')).toBeGreaterThan(0);
    expect(seen.get('slipway_pool_wait_seconds_count{pool="work"}')).toBeGreaterThan(0);
    expect(seen.get('slipway_sent_bytes_total')).toBeGreaterThan(1000);
    expect(seen.get('slipway_table_bytes{table="blobs"}')).toBeGreaterThan(0);
    expect([...seen.keys()]).toContain('process_resident_memory_bytes');
  });

  it('SV-20 are nobody’s but the operator’s: this machine’s without a proxy, or who has the token', async () => {
    const forwarded = { headers: { 'x-forwarded-for': '192.0.2.1' } };
    expect((await tested.call('GET', '/metrics', forwarded)).status).toBe(404);
    // On users’ own hosts the path is theirs.
    expect((await tested.call('GET', '/metrics', { host: 'a.slipway-sites.localhost' })).text).not.toContain(
      'slipway_',
    );
    const env = { PUBLIC_URL: 'http://slipway.localhost', SITES_DOMAIN: 'slipway-sites.localhost' };
    const open = await createTestServer({ database: tested.database, env });
    expect((await open.call('GET', '/metrics')).status).toBe(404);
    await open.close();
    const METRICS_TOKEN = 'a-token-of-the-operator';
    const closed = await createTestServer({ database: tested.database, env: { ...env, METRICS_TOKEN } });
    expect((await closed.call('GET', '/metrics')).status).toBe(404);
    expect((await closed.call('GET', '/metrics', { token: 'another-token' })).status).toBe(404);
    expect((await closed.call('GET', '/metrics', { token: METRICS_TOKEN, ...forwarded })).status).toBe(200);
    await closed.close();
  });
});

it('SV-20 the access log has a line for each request, under the id of its answer, without what opens a door', async () => {
  const asked = await tested.call('GET', '/assets/app-1.js?secret=1');
  const secret = `wpt_1_${'a'.repeat(32)}`;
  await tested.call('GET', `/p/${secret}/`);
  const lineOf = (id: string) => logged.find((line) => line.includes(id) && line.includes('"msg":"request"'));
  const id = String(asked.headers['x-request-id']);
  await expect.poll(() => lineOf(id)).toBeDefined();
  expect(JSON.parse(lineOf(id)!)).toMatchObject({
    requestId: id,
    method: 'GET',
    path: '/assets/app-1.js',
    status: 200,
    address: '127.0.0.1',
  });
  expect((JSON.parse(lineOf(id)!) as { bytes: number }).bytes).toBeGreaterThan(5);
  await expect.poll(() => logged.filter((line) => line.includes('"path":"/p/…')).length).toBe(1);
  expect(logged.join('\n')).not.toContain(secret);
  expect(logged.join('\n')).not.toContain('secret=1');
});
