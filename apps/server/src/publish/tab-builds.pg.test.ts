import { createHash, randomUUID } from 'node:crypto';
import {
  buildResponse,
  type CreateProjectResponse,
  defaultBuildSettings,
  tabPlanResponse,
  verificationResponse,
} from '@slipway/contracts';
import { claimJob, finishVerification } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, options: CallOptions = {}) =>
  tested.call(method, `/api/v1${path}`, { token, ...options });

async function makeProject() {
  const { project, snapshot } = (
    await api('POST', '/projects', { json: { name: 'Shop', template: 'vanilla-ts' } })
  ).json<CreateProjectResponse>();
  return { id: project.id, snapshotId: snapshot!.id };
}

/** Puts the bytes of files, and describes them. */
async function put(files: Record<string, string>) {
  return await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const sha256 = createHash('sha256').update(text).digest('hex');
      const headers = { 'content-type': 'application/octet-stream' };
      expect((await api('PUT', `/blobs/${sha256}`, { body: text, headers })).status).toBeLessThan(300);
      return { path, mode: 0o644, sha256, size: Buffer.byteLength(text) };
    }),
  );
}
const publish = (id: string, body: object, options: CallOptions = {}) =>
  api('POST', `/projects/${id}/tab-builds`, { json: { log: [], durationMs: 5, ...body }, ...options });

describe('what a tab publishes', () => {
  it('P-33 is planned by the server, live with its answer, and checked by a job of its own', async () => {
    const { id, snapshotId } = await makeProject();
    const planned = tabPlanResponse.parse((await api('GET', `/projects/${id}/tab-plans/${snapshotId}`)).json());
    expect(planned.plan).toMatchObject({ command: 'npm run build', output: 'dist', packages: true });
    expect(planned.plan!.environment).toMatchObject({ TZ: 'UTC', LC_ALL: 'C.UTF-8', CI: 'true', SLIPWAY_CORES: '4' });
    expect(Number(planned.plan!.environment['SOURCE_DATE_EPOCH'])).toBeGreaterThan(1.6e9);
    const files = await put({ 'index.html': '<h1>tab</h1>', '.env': 'KEY=1', _headers: '/*\n  X-Shop: 1\n' });
    const answer = await publish(id, { snapshotId, files, log: [{ stream: 'stdout', text: 'built' }] });
    expect(answer.status).toBe(201);
    const { build } = buildResponse.parse(answer.json());
    expect(build).toMatchObject({ status: 'succeeded', origin: 'tab', verification: 'pending' });
    const link = new URL((await tested.call('GET', new URL(build.previewUrl!).pathname)).headers.location!);
    const page = await tested.call('GET', '/', { host: link.hostname });
    expect([page.text, page.headers['x-shop']]).toEqual(['<h1>tab</h1>', '1']);
    for (const path of ['/.env', '/_headers'])
      expect((await tested.call('GET', path, { host: link.hostname, headers: { accept: 'x/y' } })).status).toBe(404);
    const verification = `/builds/${build.id}/verification`;
    expect(verificationResponse.parse((await api('GET', verification)).json())).toMatchObject({ total: 0 });
    expect((await api('POST', verification)).status).toBe(409);
    const { db } = tested.database;
    const job = (await claimJob(db, 'w', 15_000_000))!;
    expect([job.kind, job.previewBuildId]).toEqual(['verify_build', build.id]);
    await finishVerification(db, job, build.id, { verification: 'failed', problem: 'runner exited: no' });
    expect((await api('GET', verification)).json()).toMatchObject({
      verification: 'failed',
      problem: 'runner exited: no',
    });
    const repeated = buildResponse.parse((await api('POST', verification)).json()).build;
    expect([repeated.verification, repeated.status]).toEqual(['pending', 'succeeded']);
  });

  it('P-30 P-33 is refused where the server has to build: secrets, settings, other folders', async () => {
    const { id, snapshotId } = await makeProject();
    const files = await put({ 'index.html': 'x' });
    const planOf = async () =>
      tabPlanResponse.parse((await api('GET', `/projects/${id}/tab-plans/${snapshotId}`)).json());
    const settings = (change: object) =>
      api('PUT', `/projects/${id}/site/settings`, { json: { ...defaultBuildSettings, ...change } });
    await settings({ publishing: 'server' });
    expect(await planOf()).toEqual({ plan: null, why: 'its settings say so' });
    const refused = await publish(id, { snapshotId, files });
    expect([refused.status, refused.json()]).toMatchObject([409, { code: 'BUILD_ON_SERVER' }]);
    await settings({ output: null });
    await api('PUT', `/projects/${id}/site/variables/OPEN`, { json: { value: 'shown', secret: false } });
    expect((await planOf()).plan?.environment['OPEN']).toBe('shown');
    await api('PUT', `/projects/${id}/site/variables/KEY`, { json: { value: 'very-secret-1', secret: true } });
    expect(await planOf()).toEqual({ plan: null, why: 'it has secret variables' });
    expect((await publish(id, { snapshotId, files })).status).toBe(409);
  });

  it('P-07 P-33 names only what is the owner\u2019s: project, snapshot, blobs with their sizes', async () => {
    const { id, snapshotId } = await makeProject();
    const files = await put({ 'index.html': 'x' });
    const [file] = files;
    const cases: [string, object, number, string][] = [
      [randomUUID(), { snapshotId, files }, 404, 'PROJECT_NOT_FOUND'],
      [id, { snapshotId: randomUUID(), files }, 404, 'SNAPSHOT_NOT_FOUND'],
      [id, { snapshotId, files: [{ ...file, sha256: '0'.repeat(64) }] }, 422, 'MISSING_BLOBS'],
      [id, { snapshotId, files: [{ ...file, size: 7 }] }, 422, 'MISSING_BLOBS'],
      [id, { snapshotId, files: [file, file] }, 422, 'INVALID_TREE'],
      [id, { snapshotId, files: [{ ...file, path: '.hidden' }] }, 422, 'INVALID_TREE'],
      [id, { snapshotId, files: [{ ...file, path: '../up' }] }, 400, 'VALIDATION_ERROR'],
    ];
    for (const [project, body, status, code] of cases) {
      const answer = await publish(project, body);
      expect([answer.status, answer.json<{ code: string }>().code]).toEqual([status, code]);
    }
    const [rows] = await tested.database.db.execute<{ builds: number }>(
      sql`select count(*)::int as builds from preview_builds where project_id = ${id}`,
    );
    expect(rows!.builds).toBe(0);
  });
});
