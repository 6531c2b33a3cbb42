import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type Build,
  buildLogsResponse,
  buildResponse,
  type CreateProjectResponse,
  logPage,
  serverEvent,
  type ServerEvent,
} from '@slipway/contracts';
import { createBlobStore, storeOwned } from '@slipway/blobs';
import { appendBuildLog, claimJob, type ClaimedJob, finishSucceeded, markRunning } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, open, type CallOptions, type TestServer } from '../testing.ts';

let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, options: CallOptions = {}) =>
  tested.call(method, `/api/v1${path}`, { token, ...options });

/** A queued build of a new project, and the worker's hold on it. */
async function queue(): Promise<{ build: Build; claim: () => Promise<ClaimedJob> }> {
  const { project, snapshot } = (
    await api('POST', '/projects', { json: { name: 'P', template: 'vanilla-ts' } })
  ).json<CreateProjectResponse>();
  const answer = await api('POST', `/projects/${project.id}/builds`, { json: { snapshotId: snapshot!.id } });
  expect(answer.status).toBe(202);
  const { build } = buildResponse.parse(answer.json());
  return {
    build,
    claim: async () => {
      const { db } = tested.database;
      await db.execute(sql`update runtime_jobs set deadline_at = 0 where id <> ${build.jobId} and status = 'queued'`);
      const job = await claimJob(db, 'w', 15_000_000);
      expect(job?.previewBuildId).toBe(build.id);
      await markRunning(db, job!, build.id);
      return job!;
    },
  };
}

async function succeed(job: ClaimedJob, files: Record<string, string>): Promise<string> {
  const { db } = tested.database;
  const entries = await Promise.all(
    Object.entries(files).map(async ([path, text]) => {
      const bytes = new TextEncoder().encode(text);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await storeOwned(createBlobStore('postgres', { db }), db, job.ownerId, { sha256, body: bytes });
      return { kind: 'file' as const, path, mode: 0o644, sha256, size: bytes.length };
    }),
  );
  const options = {
    artifactId: randomUUID(),
    entries,
    publicBase: tested.server.hosts.appOrigin,
    tokenLifetimeUs: undefined,
  };
  const result = await finishSucceeded(db, job, job.previewBuildId!, options);
  if (result.outcome !== 'succeeded') throw new Error(result.outcome);
  return result.build.previewUrl!;
}

/** Reads an event stream until `enough` says so. */
async function readStream(
  incoming: IncomingMessage,
  enough: (events: { id: number; event: ServerEvent }[]) => boolean,
) {
  const events: { id: number; event: ServerEvent }[] = [];
  let text = '';
  for await (const chunk of incoming) {
    text += String(chunk);
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
      );
      text = text.slice(end + 2);
      if (fields.has('data'))
        events.push({ id: Number(fields.get('id')), event: serverEvent.parse(JSON.parse(fields.get('data')!)) });
    }
    if (enough(events)) break;
  }
  incoming.destroy();
  return events;
}

const stream = (headers: Record<string, string> = {}, server = tested) =>
  open(server.server.port, 'GET', '/api/v1/events', { token, headers });
const linesOf = (events: { event: ServerEvent }[]) =>
  events.flatMap(({ event }) => (event.type === 'log' ? event.lines.map((line) => line.text) : []));

describe('publishing over HTTP', () => {
  it('P-13 the link redirects to the site, and no byte of the artifact comes from the app origin', async () => {
    const { build, claim } = await queue();
    const marker = `marker-${randomUUID()}`;
    const url = new URL(
      await succeed(await claim(), {
        'index.html': `<h1>${marker}</h1>`,
        'assets/a.js': `"${marker}"`,
        'docs/index.html': marker,
      }),
    );
    expect(url.pathname).toMatch(/^\/p\/wpt_\d+_[0-9a-f]{32}\/$/);
    for (const path of ['', 'assets/a.js', 'docs/', 'none']) {
      const answer = await tested.call('GET', url.pathname + path);
      expect(answer.status).toBe(302);
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      expect(answer.text).not.toContain(marker);
      const site = new URL(answer.headers.location!);
      expect(site.host).toMatch(new RegExp(`^[0-9a-f]{32}\\.slipway-sites\\.localhost:${tested.server.port}$`));
      expect(site.pathname).toBe(`/${path}`);
    }
    const host = new URL((await tested.call('GET', url.pathname)).headers.location!).hostname;
    const page = await tested.call('GET', '/', { host });
    expect(page.text).toBe(`<h1>${marker}</h1>`);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-resource-policy': 'same-origin',
      'origin-agent-cluster': '?1',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect(page.headers['set-cookie']).toBeUndefined();
    const script = await tested.call('GET', '/assets/a.js', { host });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(
      (await tested.call('GET', '/assets/a.js', { host, headers: { 'if-none-match': script.headers.etag! } })).status,
    ).toBe(304);
    expect((await tested.call('GET', '/docs', { host })).headers.location).toBe('/docs/');
    expect((await tested.call('GET', '/docs/', { host, headers: { accept: 'text/html' } })).text).toBe(marker);
    expect((await tested.call('GET', '/app/route', { host, headers: { accept: 'text/html' } })).text).toContain(marker);
    expect((await tested.call('GET', '/none.js', { host, headers: { 'sec-fetch-dest': 'script' } })).status).toBe(404);
    expect((await api('GET', `/builds/${build.id}/artifact`)).json<{ files: unknown[] }>().files).toHaveLength(3);
    // The mount of the app origin itself never serves it either.
    expect((await tested.call('GET', '/assets/a.js')).text).not.toContain(marker);

    await tested.database.db.execute(
      sql`update preview_tokens set revoked_at = slipway_now() where build_id = ${build.id}`,
    );
    expect((await tested.call('GET', url.pathname)).status).toBe(404);
    expect((await tested.call('GET', '/', { host })).status).toBe(404);
    expect((await tested.call('GET', '/p/wpt_1_x/')).status).toBe(404);
  });

  it('P-23 the log is backfilled, and the stream goes on without gap or double across a server restart', async () => {
    const { build, claim } = await queue();
    const job = await claim();
    const append = (text: string) => appendBuildLog(tested.database.db, job, build.id, [{ stream: 'stdout', text }]);
    const first = await stream();
    expect(first.headers['content-type']).toContain('text/event-stream');
    const reading = readStream(first, (events) => linesOf(events).includes('two'));
    await append('one');
    await append('two');
    const before = await reading;
    expect(before[0]!.event.type).toBe('hello');
    const lastSeen = before.at(-1)!.id;

    await append('three, seen by nobody');
    const restarted = await createTestServer({ database: tested.database });
    await append('four');
    const second = await stream({ 'last-event-id': String(lastSeen) }, restarted);
    const resumed = readStream(second, (events) => linesOf(events).includes('five'));
    await append('five');
    const after = await resumed;
    expect(linesOf(after)).toEqual(['three, seen by nobody', 'four', 'five']);
    expect(after.slice(1).map(({ id }) => id)).toEqual(after.slice(1).map((_, at) => lastSeen + 1 + at));
    await restarted.close();

    const { lines } = buildLogsResponse.parse((await api('GET', `/builds/${build.id}/logs`)).json());
    expect(lines.slice(2).map((line) => line.text)).toEqual(['one', 'two', 'three, seen by nobody', 'four', 'five']);
    const rest = buildLogsResponse.parse(
      (await api('GET', `/builds/${build.id}/logs?after=${lines.at(-2)!.seq}`)).json(),
    );
    expect(rest.lines.map((line) => line.text)).toEqual(['five']);
    expect((await api('GET', `/builds/${build.id}/logs?after=x`)).status).toBe(400);
    expect(
      (await readStream(await stream({ 'last-event-id': '99999999' }), (events) => events.length > 1))[1]!.event.type,
    ).toBe('reset');
  });

  it('SV-05 the log is read in pages, and the stream says a long range in several events whose last one carries the number', async () => {
    const { build, claim } = await queue();
    const job = await claim();
    const { db } = tested.database;
    const reading = readStream(await stream(), (events) => linesOf(events).includes('last'));
    for (let at = 0; at < 3; at++)
      await appendBuildLog(
        db,
        job,
        build.id,
        Array.from({ length: logPage.lines }, () => ({ stream: 'stdout' as const, text: '' })),
      );
    // As a server without pages stored it: one event for all of these lines.
    const stored = { buildId: build.id, projectId: build.projectId, from: 1, to: 3002 };
    await db.execute(
      sql`update owner_events set payload = ${JSON.stringify(stored)}::jsonb where owner_id = ${job.ownerId} and payload->>'to' = '3002'`,
    );
    await appendBuildLog(db, job, build.id, [{ stream: 'stdout', text: 'last' }]);
    await reading;

    const pages: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const answer = await api('GET', `/builds/${build.id}/logs?after=${after}`);
      expect(answer.body.length).toBeLessThan(logPage.answerBytes);
      const page = buildLogsResponse.parse(answer.json());
      pages.push(page.lines.length);
      after = page.next;
    }
    expect(pages).toEqual([1000, 1000, 1000, 3]);

    const [before] = await db.execute<{ seq: number }>(sql`
      select seq - 1 as seq from owner_events where owner_id = ${job.ownerId} and payload->>'to' = '3002'`);
    const again = await readStream(await stream({ 'last-event-id': String(before!.seq) }), (events) =>
      linesOf(events).includes('last'),
    );
    const pieces = again.filter(({ event }) => event.type === 'log');
    expect(pieces.map(({ event }) => (event.type === 'log' ? event.lines.length : 0))).toEqual([
      1000, 1000, 1000, 2, 1,
    ]);
    expect(pieces.map(({ id }) => (Number.isNaN(id) ? 'none' : id - before!.seq))).toEqual([
      'none',
      'none',
      'none',
      1,
      2,
    ]);
  });

  it('P-19 cancel over HTTP: at once when queued, as a request when running, the state when terminal', async () => {
    const queued = await queue();
    expect((await api('POST', `/builds/${queued.build.id}/cancel`)).json()).toMatchObject({
      build: { status: 'cancelled' },
    });
    expect((await api('POST', `/builds/${queued.build.id}/cancel`)).json()).toMatchObject({
      build: { status: 'cancelled' },
    });
    const running = await queue();
    await running.claim();
    expect((await api('POST', `/builds/${running.build.id}/cancel`)).json()).toMatchObject({
      build: { status: 'running', cancelRequested: true },
    });
    expect((await api('POST', `/builds/${randomUUID()}/cancel`)).status).toBe(404);
    expect((await api('POST', `/builds/${running.build.id}/activate`)).json()).toMatchObject({
      code: 'BUILD_NOT_SUCCEEDED',
    });
  });

  it('an open event stream does not hold up a shutdown', async () => {
    const other = await createTestServer({ database: tested.database });
    const incoming = await stream({}, other);
    const ended = readStream(incoming, () => false).catch((error: Error) => error);
    await other.close();
    await ended;
  }, 4000);
});
