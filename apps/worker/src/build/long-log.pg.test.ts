import { createBlobStore } from '@slipway/blobs';
import { logPage, type ServerEvent } from '@slipway/contracts';
import { claimJob, createBuild, expandEvent, readBuildLog, readEvents } from '@slipway/db';
import { createTestDatabase, makeProject, type TestDatabase } from '@slipway/db/testing';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { executeJob } from './execute-job.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

it('SV-05 a build that prints ten million empty lines harms nobody: its rows, pages and events are bounded, and the log says that it was cut', async () => {
  const { db } = database;
  const project = await makeProject(db);
  const created = await createBuild(db, project.ownerId, project.projectId, {
    snapshotId: (await project.save('x')).id,
    deadlineUs: 3.6e9,
  });
  if (created.outcome !== 'queued') throw new Error(created.outcome);
  const buildId = created.build.id;
  const config = parseConfig({ BUILD_LOG_LINES: '20000' });
  const chunk = new TextEncoder().encode('\n'.repeat(1_000_000));
  const job = await claimJob(db, 'w', 60_000_000);
  const context = {
    db,
    blobs: createBlobStore('postgres', { db: db }),
    runtime: {
      run: async (_: string, io: { log(stream: 'stdout', bytes: Uint8Array): void }) => {
        for (let at = 0; at < 10; at++) io.log('stdout', chunk);
        throw new Error('said enough');
      },
    },
    log: pino({ level: 'silent' }),
    publicBase: 'http://slipway.localhost:1',
    timeoutMs: 60_000,
    stallMs: 60_000,
    logLimitBytes: config.BUILD_LOG_BYTES,
    logLimitLines: config.BUILD_LOG_LINES,
    artifactLimitBytes: 1e6,
    secretBox: () => {
      throw new Error('Cannot open a variable: none is expected here');
    },
    tokenLifetimeUs: undefined,
  };
  expect(await executeJob(context, job!, new AbortController())).toBe('failed');

  // Two lines before the output, the mark, and two behind it.
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from build_logs where build_id = ${buildId}`,
  );
  expect(row!.count).toBe(config.BUILD_LOG_LINES + 5);
  let lines = 0;
  const texts = new Set<string>();
  for (let after: number | null = 0; after !== null;) {
    const page = await readBuildLog(db, project.ownerId, buildId, after);
    expect(page.lines.length).toBeLessThanOrEqual(logPage.lines);
    expect(sizeOf(page)).toBeLessThan(logPage.answerBytes);
    lines += page.lines.length;
    for (const line of page.lines) texts.add(line.text);
    after = page.next;
  }
  expect(lines).toBe(row!.count);
  expect(texts).toContain('[output beyond 20000 lines is left out]');

  const events: ServerEvent[] = [];
  for (let after = 0; ;) {
    const read = await readEvents(db, project.ownerId, after);
    if (read.outcome !== 'events') throw new Error(read.outcome);
    if (read.events.length === 0) break;
    for (const stored of read.events)
      for await (const event of expandEvent(db, project.ownerId, stored)) events.push(event);
    after = read.events.at(-1)!.seq;
  }
  expect(Math.max(...events.map(sizeOf))).toBeLessThan(logPage.answerBytes);
  expect(events.reduce((sum, event) => sum + (event.type === 'log' ? event.lines.length : 0), 0)).toBe(lines);
});

it('SV-05 a page of the widest text, and an event stored before there were pages, keep to the bound too', async () => {
  const { db } = database;
  const project = await makeProject(db);
  const created = await createBuild(db, project.ownerId, project.projectId, {
    snapshotId: (await project.save('x')).id,
    deadlineUs: 3.6e9,
  });
  if (created.outcome !== 'queued') throw new Error(created.outcome);
  const buildId = created.build.id;
  await db.execute(sql`
    insert into build_logs (build_id, seq, stream, text)
    select ${buildId}, n, 'stdout', repeat(chr(1), ${logPage.lineUnits}) from generate_series(1, 40) n`);
  await db.execute(
    sql`insert into build_logs (build_id, seq, stream, text) select ${buildId}, n, 'stdout', '' from generate_series(41, 5000) n`,
  );
  await db.execute(sql`update preview_builds set log_seq = 5000 where id = ${buildId}`);
  const first = await readBuildLog(db, project.ownerId, buildId, 0);
  expect(first.lines.length).toBeGreaterThan(1);
  expect(sizeOf(first)).toBeLessThan(logPage.answerBytes);
  const payload = { buildId, projectId: project.projectId, from: 1, to: 5000 };
  const seen: number[] = [];
  for await (const event of expandEvent(db, project.ownerId, { type: 'log', payload })) {
    expect(sizeOf(event)).toBeLessThan(logPage.answerBytes);
    if (event.type === 'log') seen.push(...event.lines.map((line) => line.seq));
  }
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, at) => at + 1));
});
