import { createBlobStore, storeBytes } from '@slipway/blobs';
import { defaultBuildSettings, type FileEntry, type Publishing, runnerInput } from '@slipway/contracts';
import {
  type ClaimedJob,
  claimJob,
  createBuild,
  expireJobs,
  getBuild,
  getProject,
  getVerification,
  publishTabBuild,
  readBuildLog,
  repeatVerification,
  setBuildSettings,
} from '@slipway/db';
import { createTestDatabase, makeProject, type ProjectFixture, type TestDatabase } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BuildContext } from '../build/execute-job.ts';
import { createJobHandlers } from '../job-handlers.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());
beforeEach(() => database.db.execute(sql`delete from runtime_jobs`));

type Files = Record<string, string>;
const bytes = (text: string) => new TextEncoder().encode(text);
const blobs = () => createBlobStore('postgres', { db: database.db });

/** What a tab has built, as a version at once. */
async function publish(project: ProjectFixture, files: Files, publishing: Exclude<Publishing, 'server'> = 'keep') {
  const { db } = database;
  const { ownerId, projectId } = project;
  const snapshot = await project.save(JSON.stringify(files) + Math.random());
  const entries: FileEntry[] = [];
  for (const [path, text] of Object.entries(files)) {
    const [name, mode] = path.split(' ');
    const stored = await storeBytes(blobs(), db, ownerId, bytes(text));
    entries.push({ kind: 'file', path: name!, mode: mode === 'x' ? 0o755 : 0o644, ...stored });
  }
  const serving = { singlePage: false, trailingSlash: 'auto', headers: [], redirects: [] } as const;
  const result = await publishTabBuild(db, ownerId, projectId, {
    snapshotId: snapshot.id,
    entries,
    serving: { ...serving, headers: [], redirects: [] },
    log: [{ stream: 'stdout', text: 'transformed' }],
    durationMs: 1200,
    publishing,
    publicBase: 'http://slipway.localhost:1',
    tokenLifetimeUs: undefined,
    deadlineUs: 3.6e9,
  });
  if (result.outcome !== 'published') throw new Error(result.outcome);
  return { ...result.build, snapshot };
}

/** The worker's own build of the same save. */
async function check(files: Files | Error, abort = new AbortController()): Promise<{ end: string; job: ClaimedJob }> {
  const job = (await claimJob(database.db, 'w', 15_000_000))!;
  expect(job.kind).toBe('verify_build');
  const context: BuildContext = {
    db: database.db,
    blobs: blobs(),
    runtime: {
      run: async (document, io) => {
        const { jobId, projectId, snapshotId, artifactDestination } = runnerInput.parse(JSON.parse(document));
        const answer = { jobId, projectId, snapshotId, logs: [] };
        if (files instanceof Error) return JSON.stringify({ ...answer, status: 'failed', errorSummary: files.message });
        for (const [path, text] of Object.entries(files)) {
          const [name, mode] = path.split(' ');
          await io.file(name!, bytes(text), mode === 'x' ? 0o755 : 0o644);
        }
        return JSON.stringify({ ...answer, status: 'succeeded', ...artifactDestination });
      },
    },
    log: pino({ level: 'silent' }),
    publicBase: 'http://slipway.localhost:1',
    timeoutMs: 60_000,
    stallMs: 60_000,
    logLimitBytes: 1e6,
    logLimitLines: 1e5,
    artifactLimitBytes: 1e6,
    secretBox: () => {
      throw new Error('Cannot open a variable: there is none');
    },
    tokenLifetimeUs: undefined,
  };
  return { end: await createJobHandlers(context).verify_build(job, abort), job };
}

const buildOf = async ({ ownerId }: ProjectFixture, id: string) => (await getBuild(database.db, ownerId, id))!;
const verificationOf = async ({ ownerId }: ProjectFixture, id: string) =>
  (await getVerification(database.db, ownerId, id))!;
const shownOf = async ({ ownerId, projectId }: ProjectFixture) =>
  (await getProject(database.db, ownerId, projectId))!.activeBuildId;
const SITE: Files = { 'index.html': '<h1>hi</h1>', 'assets/app.js': 'go()' };

describe('what a tab has published', () => {
  it('P-33 is public at once and unverified, and verified when the server has built the same files', async () => {
    const project = await makeProject(database.db);
    const published = await publish(project, SITE);
    expect(published).toMatchObject({ status: 'succeeded', origin: 'tab', verification: 'pending' });
    expect(published.previewUrl).toMatch(/^http:\/\/slipway\.localhost:1\/p\/wpt_/);
    expect(await shownOf(project)).toBe(published.id);
    expect((await check(SITE)).end).toBe('succeeded');
    const build = await buildOf(project, published.id);
    expect(build).toMatchObject({ status: 'succeeded', verification: 'verified', previewUrl: published.previewUrl });
    expect(build.finishedAt).toBe(published.finishedAt);
    expect(await verificationOf(project, published.id)).toMatchObject({ total: 0, differences: [], problem: null });
    const lines = (await readBuildLog(database.db, project.ownerId, published.id, 0)).lines.map(({ text }) => text);
    expect(lines.slice(0, 4)).toEqual([
      'built in the tab in 1.2 s',
      'transformed',
      'build complete, preview url generated',
      'not verified yet: the server will build the same save and compare',
    ]);
    expect(lines.at(-1)).toBe('verified: the server built the very same files');
  });

  it.each<[string, Files, string[]]>([
    ['one altered byte', { ...SITE, 'assets/app.js': 'gO()' }, ['assets/app.js']],
    ['a file that only the tab has', { 'index.html': SITE['index.html']! }, ['assets/app.js']],
    ['a file that only the server has', { ...SITE, 'evil.js': 'x' }, ['evil.js']],
    ['another mode', { 'index.html': SITE['index.html']!, 'assets/app.js x': 'go()' }, ['assets/app.js']],
    ['rules', { ...SITE, _headers: '/*\n  X-A: 1\n' }, ['_headers']],
  ])('P-33 %s is a difference, told file by file', async (_, server, paths) => {
    const project = await makeProject(database.db);
    const published = await publish(project, SITE);
    await check(server);
    expect(await buildOf(project, published.id)).toMatchObject({ status: 'succeeded', verification: 'different' });
    const { total, differences } = await verificationOf(project, published.id);
    expect([total, differences.map(({ path }) => path)]).toEqual([paths.length, paths]);
    expect(await shownOf(project)).toBe(published.id);
  });

  it('P-33 hold shows a version when it is verified, and never one that differs', async () => {
    const project = await makeProject(database.db);
    const first = await publish(project, SITE, 'hold');
    expect(await shownOf(project)).toBeNull();
    await check(SITE);
    expect(await shownOf(project)).toBe(first.id);
    await publish(project, { 'index.html': 'b' }, 'hold');
    await check({ 'index.html': 'c' });
    expect(await shownOf(project)).toBe(first.id);
  });

  it('P-33 rollback shows what was shown before, but not over what somebody chose meanwhile', async () => {
    const project = await makeProject(database.db);
    const first = await publish(project, SITE, 'rollback');
    await check(SITE);
    const second = await publish(project, { 'index.html': 'b' }, 'rollback');
    expect(await shownOf(project)).toBe(second.id);
    await check(new Error('runner exited: no'));
    expect(await shownOf(project)).toBe(first.id);
    expect(await buildOf(project, second.id)).toMatchObject({ status: 'succeeded', verification: 'failed' });
    expect((await verificationOf(project, second.id)).problem).toBe('runner exited: no');
    await publish(project, { 'index.html': 'c' }, 'rollback');
    await database.db.execute(sql`update projects set active_build_id = ${second.id} where id = ${project.projectId}`);
    await check({ 'index.html': 'd' });
    expect(await shownOf(project)).toBe(second.id);
  });

  it('P-33 P-21 a newer version gives up checks that wait; they can be asked for again', async () => {
    const project = await makeProject(database.db);
    const first = await publish(project, SITE);
    const second = await publish(project, { 'index.html': 'b' });
    const given = await verificationOf(project, first.id);
    expect(given).toMatchObject({ verification: 'failed', problem: expect.stringMatching(/^a newer version was/) });
    expect((await buildOf(project, first.id)).status).toBe('succeeded');
    await check({ 'index.html': 'b' });
    expect((await buildOf(project, second.id)).verification).toBe('verified');
    const again = () => repeatVerification(database.db, project.ownerId, first.id, 3.6e9);
    expect((await again()).outcome).toBe('queued');
    expect((await again()).outcome).toBe('settled');
    await check(SITE);
    expect((await buildOf(project, first.id)).verification).toBe('verified');
    const { ownerId } = await makeProject(database.db);
    expect((await repeatVerification(database.db, ownerId, first.id, 1)).outcome).toBe('missing');
  });

  it('P-20 P-33 a check that nobody has time for fails; the version stays', async () => {
    const project = await makeProject(database.db);
    const published = await publish(project, SITE);
    await database.db.execute(sql`update runtime_jobs set deadline_at = 0 where id = ${published.jobId}`);
    await expireJobs(database.db);
    expect(await buildOf(project, published.id)).toMatchObject({ status: 'succeeded', verification: 'failed' });
    expect((await verificationOf(project, published.id)).problem).toBe('deadline passed');
  });

  it('P-04 P-07 a job that does not fit its build, or has none of a tab, checks nothing', async () => {
    const project = await makeProject(database.db);
    const published = await publish(project, SITE);
    await database.db.execute(sql`
      update runtime_jobs set snapshot_id = gen_random_uuid() where id = ${published.jobId}`);
    expect((await check(SITE)).end).toBe('failed');
    expect((await verificationOf(project, published.id)).problem).toMatch(/^binding mismatch: snapshotId/);
    const created = await createBuild(database.db, project.ownerId, project.projectId, {
      snapshotId: published.snapshot.id,
      deadlineUs: 3.6e9,
    });
    if (created.outcome !== 'queued') throw new Error(created.outcome);
    await database.db.execute(sql`update runtime_jobs set kind = 'verify_build' where id = ${created.build.jobId}`);
    expect((await check(SITE)).end).toBe('failed');
    expect(await getVerification(database.db, project.ownerId, created.build.id)).toBeUndefined();
  });

  it('P-18 a worker that lost the check, or stops, settles nothing', async () => {
    const project = await makeProject(database.db);
    const published = await publish(project, SITE);
    const stopping = new AbortController();
    stopping.abort(new Error('the worker stops'));
    expect((await check(SITE, stopping)).end).toBe('released');
    expect((await buildOf(project, published.id)).verification).toBe('pending');
    await setBuildSettings(database.db, project.ownerId, project.projectId, defaultBuildSettings);
    expect((await check(SITE)).end).toBe('succeeded');
    expect((await buildOf(project, published.id)).verification).toBe('verified');
  });
});
