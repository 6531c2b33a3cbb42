import { randomUUID } from 'node:crypto';
import type { CreateProjectResponse } from '@slipway/contracts';
import { openDatabase } from '@slipway/db';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { createTestServer, type TestServer } from '../testing.ts';

let tested: TestServer;
let token: string;
const logged: string[] = [];
beforeAll(async () => {
  // As `npm start` runs it: nobody has set NODE_ENV.
  tested = await createTestServer({ env: { NODE_ENV: '', LOG_LEVEL: 'error' }, log: (line) => void logged.push(line) });
  token = await tested.signIn();
}, 60_000);
afterAll(() => tested.close());

const api = (method: string, path: string, json?: unknown) =>
  tested.call(method, `/api/v1${path}`, { token, ...(json === undefined ? {} : { json }) });

describe('errors that nobody expected', () => {
  it('SV-11 AU-06 leave as a fixed text with an id under which the log has the details, unless NODE_ENV says development by hand', async () => {
    expect(parseConfig({}).NODE_ENV).toBe('production');
    const developing = await createTestServer({ database: tested.database, env: { NODE_ENV: 'development' } });
    await tested.database.db.execute(sql`alter table projects rename to hidden_projects`);
    const answer = await api('GET', '/projects');
    const shown = await developing.call('GET', '/api/v1/projects', { token });
    await tested.database.db.execute(sql`alter table hidden_projects rename to projects`);
    await developing.close();

    const requestId = answer.headers['x-request-id'];
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect([answer.status, answer.json()]).toEqual([
      500,
      { code: 'INTERNAL_ERROR', message: 'Internal server error', details: { requestId } },
    ]);
    const line = logged.find((text) => text.includes(String(requestId)));
    expect(line).toContain('select');
    expect(line).toContain('\\"projects\\"');
    expect(shown.json<{ message: string }>().message).toContain('select');
  });

  it('SV-11 every answer has an id of its own, which no caller chooses', async () => {
    const ids = new Set<unknown>();
    for (const path of ['/', '/health', '/api/v1/projects', '/none.js', '/p/x/']) {
      const answer = await tested.call('GET', path, { headers: { 'x-request-id': 'mine' } });
      ids.add(answer.headers['x-request-id']);
    }
    expect(ids.size).toBe(5);
    expect(ids).not.toContain('mine');
  });

  it('SV-01 a row that somebody holds for too long is 503 with Retry-After, and says nothing of locks', async () => {
    const { project } = (await api('POST', '/projects', { name: 'Held' })).json<CreateProjectResponse>();
    const holder = openDatabase(tested.database.url, { maxConnections: 1 });
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let take: () => void = () => undefined;
    const taken = new Promise<void>((resolve) => (take = resolve));
    const holding = holder.db.transaction(async (tx) => {
      // As long as the test needs it; the limit of the waiting side is what counts here.
      await tx.execute(sql`select set_config('idle_in_transaction_session_timeout', '0', true)`);
      await tx.execute(sql`select from projects where id = ${project.id} for update`);
      take();
      await released;
    });
    await taken;
    const answer = await api('PATCH', `/projects/${project.id}`, { name: 'Renamed' });
    release();
    await holding;
    await holder.close();
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
    expect(answer.json()).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The server is busy: try again in a moment',
    });
  });
});

describe('text from outside', () => {
  it('SV-11 NUL, half surrogate pairs and what turns the direction of writing are refused with the field, on every route that takes text', async () => {
    const { project } = (await api('POST', '/projects', { name: 'Mine' })).json<CreateProjectResponse>();
    const fence = { holderId: project.id, epoch: 1 };
    const run = {
      appId: project.id,
      type: 'DEV',
      pid: null,
      startedAt: 1,
      finishedAt: null,
      exitCode: null,
      container: project.id,
    };
    const answerPath = `/projects/${project.id}/commands/${project.id}/answer`;
    for (const text of ['a\0b', 'a\ud800b', 'a\u202eb', '\u2066', '\u001b[31mred']) {
      const asked: [string, string, unknown, string][] = [
        ['POST', '/projects', { name: text }, 'name'],
        ['POST', '/projects', { name: 'x', template: text }, 'template'],
        ['PATCH', `/projects/${project.id}`, { name: text }, 'name'],
        ['POST', `/projects/${project.id}/builds`, { snapshotId: text }, 'snapshotId'],
        [
          'POST',
          '/access-tokens',
          { name: text, scopes: [{ verb: 'read', projectId: null }], expiresInDays: 1 },
          'name',
        ],
        ['POST', '/blobs/missing', { sha256: [text] }, 'sha256.0'],
        ['POST', `/projects/${project.id}/holder`, { holderId: text, kind: 'tab' }, 'holderId'],
        ['POST', `/projects/${project.id}/holder/takeover`, { holderId: project.id, kind: text }, 'kind'],
        ['POST', `/projects/${project.id}/holder/heartbeat`, { ...fence, holderId: text }, 'holderId'],
        ['POST', `/projects/${project.id}/run-lease`, { ...fence, holderId: text, onlyIfFree: true }, 'holderId'],
        ['PUT', `/projects/${project.id}/run`, { ...fence, run: { ...run, logPath: text } }, 'run.logPath'],
        ['POST', answerPath, { ...fence, answer: { ok: false, code: text, message: '' } }, 'answer.code'],
        ['POST', '/../workspace/run/start', { appId: text }, 'appId'],
        ['POST', '/../workspace/run/stop', { appId: text }, 'appId'],
        ['POST', '/auth/login', { email: `${text}@example.org`, password: 'secret' }, 'email'],
        ['PUT', '/auth/password', { password: 'secret', email: `a@${text}.example` }, 'email'],
      ];
      for (const [method, path, body, field] of asked) {
        const answer = await api(method, path, body);
        expect([answer.status, answer.json()], `${method} ${path} ${JSON.stringify(text)}`).toMatchObject([
          400,
          { code: 'VALIDATION_ERROR', details: [{ field }] },
        ]);
      }
    }
    for (const text of ['secret\0', 'secret\ud800']) {
      expect((await api('POST', '/auth/login', { email: 'a@example.org', password: text })).json()).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: [{ field: 'password' }],
      });
      expect((await api('POST', answerPath, { ...fence, answer: { ok: true, value: text } })).json()).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: [{ field: 'answer.value' }],
      });
      const entries = [
        { kind: 'link', path: 'l', target: text },
        { kind: 'dir', path: text, mode: 0o755 },
      ];
      expect(
        (await api('POST', `/projects/${project.id}/snapshots`, { baseRevision: 0, entries })).json(),
      ).toMatchObject({
        code: 'VALIDATION_ERROR',
        details: [{ field: 'entries.0.target' }, { field: 'entries.1.path' }],
      });
    }
    expect(
      (
        await tested.call('POST', '/api/v1/projects', {
          token,
          headers: { 'content-type': 'application/json' },
          body: Uint8Array.from([0x7b, 0xff, 0x7d]),
        })
      ).status,
    ).toBe(400);
  });

  it('SV-11 no path and no query makes the server stumble', async () => {
    const routes = new Set(
      tested.server.routes().map(({ host, path }) => `${host} ${path.replace(/:\w+(\{.*\})?(?=\/|$)/g, '*')}`),
    );
    // The event stream has no end to wait for, and takes nothing from its address.
    for (const route of [...routes].filter((known) => !known.endsWith('/events'))) {
      const [host, pattern] = route.split(' ') as [string, string];
      for (const part of ['%00', 'a%00b', '%ed%a0%80', '%', '%e2%80%ae', randomUUID()]) {
        const path = `${pattern.replaceAll('*', part)}?after=${part}&coep=${part}`;
        const answer = await tested.call('GET', path, { host, token });
        // 503: what is not built in a test, and a preview without a container. 504: the test's registry.
        expect(
          answer.status === 503 || answer.status === 504 || answer.status < 500,
          `${host} ${path}: ${answer.status}`,
        ).toBe(true);
      }
    }
    expect(
      logged.filter(
        (line) =>
          line.includes('request failed') &&
          !line.includes('hidden_projects') &&
          /invalid byte sequence|22021|malformed/i.test(line),
      ),
    ).toEqual([]);
  }, 120_000);
});
