import { randomUUID } from 'node:crypto';
import { createBlobStore } from '@slipway/blobs';
import { type BuildSettings, defaultBuildSettings, type RunnerInput, runnerInput } from '@slipway/contracts';
import {
  claimJob,
  createBuild,
  getBuild,
  getSite,
  placeOf,
  readBuildLog,
  readSiteFiles,
  sealedColumns,
  setBuildSettings,
  setBuildVariable,
} from '@slipway/db';
import { createTestDatabase, makeProject, type TestDatabase } from '@slipway/db/testing';
import { createSecretBox } from '@slipway/secrets';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executeJob } from './execute-job.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const key = { id: '0123456789abcdef', bytes: Buffer.alloc(32, 7) };
const box = createSecretBox({ current: () => [key], reload: () => [key] });
const bytes = (text: string) => new TextEncoder().encode(text);
const secret = 'very-secret/value';

/** Publishes what a build is said to have made. */
async function publish(
  files: Record<string, string>,
  options: {
    settings?: Partial<BuildSettings>;
    says?: string;
    fails?: string;
    artifactLimitBytes?: number;
  } = {},
) {
  const { db } = database;
  const project = await makeProject(db);
  const { ownerId, projectId } = project;
  const snapshot = await project.save('<h1>source</h1>');
  if (options.settings)
    await setBuildSettings(db, ownerId, projectId, { ...defaultBuildSettings, ...options.settings });
  for (const [name, value, hidden] of [
    ['API_KEY', secret, true],
    ['VITE_TITLE', 'Shop', false],
  ] as const) {
    const id = randomUUID();
    const sealed = box.seal(value, placeOf(sealedColumns.buildVariable, id));
    await setBuildVariable(db, ownerId, projectId, { id, name, secret: hidden, sealed, limit: 100 });
  }
  const created = await createBuild(db, ownerId, projectId, { snapshotId: snapshot.id, deadlineUs: 3.6e9 });
  if (created.outcome !== 'queued') throw new Error(created.outcome);
  const job = (await claimJob(db, 'w', 15_000_000))!;
  let asked: RunnerInput | undefined;
  await executeJob(
    {
      db,
      blobs: createBlobStore('postgres', { db }),
      runtime: {
        run: async (document, io) => {
          const input = (asked = runnerInput.parse(JSON.parse(document)));
          io.log('stdout', bytes(options.says ?? ''));
          for (const [path, text] of Object.entries(files)) await io.file(path, bytes(text));
          const { jobId, projectId: of, snapshotId, artifactDestination } = input;
          const end =
            options.fails === undefined
              ? { status: 'succeeded', ...artifactDestination }
              : { status: 'failed', errorSummary: options.fails };
          return JSON.stringify({ jobId, projectId: of, snapshotId, logs: [], ...end });
        },
      },
      log: pino({ level: 'silent' }),
      publicBase: 'http://slipway.localhost:1',
      timeoutMs: 60_000,
      stallMs: 60_000,
      logLimitBytes: 1e6,
      logLimitLines: 1e5,
      artifactLimitBytes: options.artifactLimitBytes ?? 1e6,
      secretBox: () => box,
      tokenLifetimeUs: undefined,
    },
    job,
    new AbortController(),
  );
  const build = (await getBuild(db, ownerId, created.build.id))!;
  const lines = (await readBuildLog(db, ownerId, build.id, 0)).lines.map(({ text }) => text);
  const [row] = await db.execute<{ label: string }>(
    sql`select site_label as label from preview_tokens where build_id = ${build.id}`,
  );
  const site = row && (await getSite(db, row.label));
  return { build, lines, asked: asked!, site, stored: site ? await readSiteFiles(db, site.treeId) : [] };
}

it('P-29 the settings of the project and its variables are what the build runs by', async () => {
  const { asked, lines, site } = await publish(
    { 'index.html': 'x' },
    {
      settings: {
        build: 'make',
        output: 'site',
        nodeOptions: '--trace-warnings',
        singlePage: true,
        trailingSlash: 'always',
      },
    },
  );
  expect(asked.plan).toEqual({
    installRoot: '',
    root: '',
    install: null,
    build: 'make',
    output: 'site',
    variables: expect.objectContaining({ API_KEY: secret, VITE_TITLE: 'Shop', NODE_OPTIONS: '--trace-warnings' }),
  });
  expect(lines).toContain('project: make; output "site"');
  expect(site?.serving).toMatchObject({ singlePage: true, trailingSlash: 'always' });
  const unclear = await publish({}, { settings: { root: 'nowhere' } });
  expect(unclear.build).toMatchObject({ status: 'failed' });
  expect(unclear.build.errorSummary).toContain('"nowhere" is not in the project');
  expect(unclear.lines).toContain(
    'The root folder “nowhere” is not in the project. Set another one in the build settings.',
  );
});

it('P-30 a secret reaches the build, and neither its log nor its error nor its site', async () => {
  const { asked, lines, build, stored } = await publish(
    { 'index.html': 'Shop' },
    { says: `key ${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}\n` },
  );
  expect(asked.plan.variables['API_KEY']).toBe(secret);
  // Of base64 the last sign holds bits of what comes behind, and stays.
  expect(lines.find((line) => line.startsWith('key'))).toMatch(/^key \*{8} \*{8} \*{8}\S{0,2}$/);
  expect([build.status, stored.length]).toEqual(['succeeded', 1]);
  const failed = await publish({}, { fails: `runner exited: cannot reach ${secret}` });
  expect(failed.build.errorSummary).toBe('runner exited: cannot reach ********');
  for (const text of [`"${secret}"`, encodeURIComponent(secret), Buffer.from(`k:${secret}`).toString('base64')]) {
    const leaked = await publish({ 'index.html': 'ok', 'assets/a.js': text });
    expect(leaked.build).toMatchObject({
      status: 'failed',
      errorSummary: 'runner failed: Cannot publish "assets/a.js": it holds the secret "API_KEY"',
      artifactId: null,
    });
    expect(leaked.lines.join('\n')).not.toContain(secret);
    expect(leaked.lines.at(-3)).toContain('The output would show the secret “API_KEY” to everybody.');
  }
});

it('ST-03 ST-05 ST-08 texts are packed once, rules are read with their errors, dot files are left out and told', async () => {
  const page = '<p>All work and no play</p>'.repeat(100);
  const { site, stored, lines } = await publish({
    'index.html': page,
    'photo.png': page.toUpperCase(),
    'tiny.css': 'a{}',
    _headers: '/*\n  X-A: 1\nnonsense\n',
    _redirects: '/a /b 301\n/c\n/* /index.html 200\n',
    '.env': 'KEY=1',
    '.well-known/security.txt': 'mail',
  });
  expect(site?.serving).toEqual({
    singlePage: true,
    trailingSlash: 'auto',
    headers: [{ pattern: '/*', set: [['x-a', '1']], unset: [] }],
    redirects: [{ from: '/a', to: '/b', status: 301 }],
  });
  expect(lines).toContain('_headers, line 3: it is neither "Name: value" nor "! Name"');
  expect(lines).toContain('_redirects, line 2: it is not a source, a destination and perhaps a status');
  expect(lines).toContain('dot files are not published: .env');
  const packed = Object.fromEntries(
    stored.map(({ path, encodings }) => [path, encodings?.map(({ encoding }) => encoding).sort() ?? null]),
  );
  expect(packed).toEqual({
    'index.html': ['br', 'gzip'],
    'photo.png': null,
    'tiny.css': null,
    _headers: null,
    _redirects: null,
    '.well-known/security.txt': null,
  });
});

it('P-38 an artifact that is too large fails with what to do about it', async () => {
  const { build, lines } = await publish({ 'a.bin': 'x'.repeat(20) }, { artifactLimitBytes: 10 });
  expect(build.errorSummary).toBe('runner failed: Cannot store the artifact: it is larger than 10 bytes');
  expect(lines.at(-3)).toBe(
    'The output is larger than 10 bytes. Make images and videos smaller, leave out source maps, or keep large files elsewhere.',
  );
});
