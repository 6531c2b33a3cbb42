import type { IncomingMessage } from 'node:http';
import {
  type Build,
  buildResponse,
  type CreateProjectResponse,
  serverEvent,
  type ServerEvent,
} from '@slipway/contracts';
import { appendBuildLog, type ClaimedJob, claimJob, type Db, markRunning } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestServer, open, type TestServer } from '../testing.ts';
import { createEventHub } from './event-hub.ts';

let tested: TestServer;
let token: string;
beforeAll(async () => {
  tested = await createTestServer();
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, json?: unknown, by = token) =>
  tested.call(method, `/api/v1${path}`, { token: by, ...(json === undefined ? {} : { json }) });

/** A build that runs, in the hands of the test. */
async function startBuild(): Promise<{ build: Build; job: ClaimedJob }> {
  const { db } = tested.database;
  const made = (await api('POST', '/projects', { name: 'P', template: 'vanilla' })).json<CreateProjectResponse>();
  const answer = await api('POST', `/projects/${made.project.id}/builds`, { snapshotId: made.snapshot!.id });
  const { build } = buildResponse.parse(answer.json());
  await db.execute(sql`update runtime_jobs set deadline_at = 0 where id <> ${build.jobId} and status = 'queued'`);
  const job = (await claimJob(db, 'w', 3_600_000_000))!;
  expect(job.previewBuildId).toBe(build.id);
  await markRunning(db, job, build.id);
  return { build, job };
}

const print = ({ build, job }: { build: Build; job: ClaimedJob }, ...texts: string[]) =>
  appendBuildLog(
    tested.database.db,
    job,
    build.id,
    texts.map((text) => ({ stream: 'stdout' as const, text })),
  );

interface Heard {
  id: string | undefined;
  event: ServerEvent;
}

/** A stream that is read as it comes. */
async function follow(topics?: string, headers: Record<string, string> = {}) {
  const query = topics === undefined ? '' : `?topics=${encodeURIComponent(topics)}`;
  const incoming: IncomingMessage = await open(tested.server.port, 'GET', `/api/v1/events${query}`, { token, headers });
  const heard: Heard[] = [];
  let text = '';
  let ended = false;
  incoming.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data !== undefined) heard.push({ id: field('id'), event: serverEvent.parse(JSON.parse(data)) });
    }
  });
  incoming.on('close', () => (ended = true));
  return {
    heard,
    types: () => heard.map(({ event }) => event.type),
    lines: () =>
      heard.flatMap(({ event }) => (event.type === 'topic' ? event.event.lines.map((line) => line.text) : [])),
    lastId: () => heard.findLast(({ id }) => id !== undefined)?.id,
    ended: () => ended,
    stop: () => incoming.destroy(),
  };
}

describe('topics of the event stream', () => {
  it('P-14 P-23 a build’s log is a topic: all of it, live, and on behind the cursor', async () => {
    const running = await startBuild();
    const topic = `build/${running.build.id}`;
    await print(running, 'one', 'two');
    const stream = await follow(`owner,${topic}:0`);
    const begun = ['hydrate snapshot', 'build started', 'one', 'two'];
    await expect.poll(stream.lines).toEqual(begun);
    await print(running, 'three');
    await expect.poll(stream.lines).toEqual([...begun, 'three']);
    // The owner's events come in the same stream, in their own order.
    await expect.poll(stream.types).toContain('log');
    const cursors = stream.lastId()!;
    expect(cursors).toMatch(new RegExp(`^owner:\\d+,${topic}:5$`));
    stream.stop();

    await print(running, 'four');
    // By the address, as our own client does; and as a browser that resumes by itself.
    for (const again of [await follow(cursors), await follow(`owner,${topic}:0`, { 'Last-Event-ID': cursors })]) {
      await expect.poll(again.lines).toEqual(['four']);
      await expect.poll(again.types).toContain('log');
      again.stop();
    }
    const fromNow = await follow(topic);
    await expect.poll(fromNow.types).toEqual(['hello']);
    await print(running, 'five');
    await expect.poll(fromNow.lines).toEqual(['five']);
    // Not asked for, not sent.
    expect(fromNow.types()).not.toContain('log');
    fromNow.stop();
  });

  it('P-07 another’s topic, or one that is not there, is refused, and the others go on', async () => {
    const running = await startBuild();
    const { db } = tested.database;
    const [stranger] = await db.execute<{ id: string }>(sql`
      insert into users (email, name, role) values ('stranger@example.org', 'S', 'user') returning id`);
    const other = await startBuild();
    await db.execute(sql`update preview_builds set owner_id = ${stranger!.id} where id = ${other.build.id}`);
    const gone = `build/${crypto.randomUUID()}`;
    const stream = await follow(`build/${other.build.id}:0,${gone},build/${running.build.id}:0`);
    await expect.poll(() => stream.lines().length).toBe(2);
    expect(stream.heard.flatMap(({ event }) => (event.type === 'topic-refused' ? [event.topic] : []))).toEqual([
      `build/${other.build.id}`,
      gone,
    ]);
    stream.stop();
    await db.execute(sql`update preview_builds set owner_id = ${running.job.ownerId} where id = ${other.build.id}`);
    for (const topics of ['', 'nonsense', 'build/1', Array(40).fill('owner').join(',')]) {
      const answer = await api('GET', `/events?topics=${topics}`);
      expect([answer.status, answer.json()], topics).toMatchObject([400, { code: 'VALIDATION_ERROR' }]);
    }
  });

  it('SV-08 a reader whose lines are not kept any more is told so, and goes on from the end', async () => {
    const running = await startBuild();
    await print(running, 'one');
    await tested.database.db.execute(sql`delete from build_logs where build_id = ${running.build.id}`);
    const stream = await follow(`build/${running.build.id}:1`);
    await expect.poll(stream.types).toEqual(['hello', 'topic-reset']);
    await print(running, 'two');
    await expect.poll(stream.lines).toEqual(['two']);
    stream.stop();
  });

  it('SV-05 a long topic comes in pages, and does not keep the owner’s events waiting', async () => {
    const running = await startBuild();
    for (let at = 0; at < 6; at++) await print(running, ...Array.from({ length: 1000 }, (_, nr) => `${at} ${nr}`));
    const stream = await follow(`build/${running.build.id}:0,owner:0`);
    await expect.poll(() => stream.lines().length).toBe(6002);
    const types = stream.types();
    expect(types.indexOf('build')).toBeLessThan(types.lastIndexOf('topic'));
    stream.stop();
  });

  it('SV-22 what nobody notifies of is found by asking, and a sign-out ends the stream', async () => {
    const running = await startBuild();
    const { db } = tested.database;
    const stream = await follow(`owner,build/${running.build.id}:2`);
    await expect.poll(stream.types).toEqual(['hello']);
    // As behind a pooler, through which no NOTIFY comes.
    await db.execute(sql`
      with line as (update preview_builds set log_seq = 3 where id = ${running.build.id} returning id)
      insert into build_logs (build_id, seq, stream, text) select id, 3, 'stdout', 'unheard' from line`);
    await expect.poll(stream.lines).toEqual(['unheard']);
    await db.execute(sql`update refresh_families set revoked_at = slipway_now() where revoked_at is null`);
    await expect.poll(stream.ended).toBe(true);
    await db.execute(sql`update refresh_families set revoked_at = null`);
  });
});

describe('the hub of all streams', () => {
  it('SV-07 a thousand idle streams cost one question every two seconds, and who has news is woken alone', async () => {
    const running = await startBuild();
    const { database } = tested;
    let asked = 0;
    const db = new Proxy(database.db, {
      get(target, name, receiver) {
        if (name === 'execute') asked++;
        return Reflect.get(target, name, receiver) as unknown;
      },
    }) as Db;
    let polls = 0;
    const hub = await createEventHub({ client: database.client, db }, pino({ level: 'silent' }), {
      pollMs: 50,
      onPoll: () => void polls++,
    });
    try {
      const [family] = await database.db.execute<{ id: string }>(
        sql`select id from refresh_families where revoked_at is null limit 1`,
      );
      const access = { kind: 'session' as const, familyId: family!.id };
      const [cursor] = await database.db.execute<{ seq: number }>(
        sql`select seq from event_cursors where owner_id = ${running.job.ownerId}`,
      );
      const names = Array.from({ length: 1000 }, () => `build/${crypto.randomUUID()}` as const);
      const streams = names.map((name) => ({
        wakes: 0,
        subscription: hub.subscribe(running.job.ownerId, {
          positions: new Map([
            ['owner' as const, cursor!.seq],
            [name, 0],
          ]),
          access,
        }),
      }));
      const watched = hub.subscribe(running.job.ownerId, {
        positions: new Map([[`build/${running.build.id}` as const, 2]]),
        access,
      });
      for (const stream of streams)
        void stream.subscription.next().then((look) => {
          if (look !== 'closed') stream.wakes++;
        });
      await expect.poll(() => polls).toBeGreaterThan(5);
      expect(asked).toBeLessThanOrEqual(polls);
      expect(streams.filter(({ wakes }) => wakes > 0)).toHaveLength(0);
      const woken = watched.next();
      await database.db.execute(sql`update preview_builds set log_seq = 3 where id = ${running.build.id}`);
      expect(await woken).toEqual(new Set([`build/${running.build.id}`]));
      expect(streams.filter(({ wakes }) => wakes > 0)).toHaveLength(0);
    } finally {
      await hub.close();
    }
  });
});
