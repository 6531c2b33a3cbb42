import { type AgentEvent, agentEvent, type EventPageResponse, type NumberedEvent } from '@slipway/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, STAND_KEY, type StandSession } from './testing/agent-stand.ts';

let stand: AgentStand;
beforeAll(async () => {
  stand = await createAgentStand();
}, 60_000);
afterAll(async () => {
  await stand.close();
});

/** The state is waited for, however slow the machine is. */
const WAIT = { timeout: 60_000, interval: 20 };
const settled = async (session: StandSession, status = 'Idle'): Promise<NumberedEvent[]> => {
  await expect.poll(() => session.status(), WAIT).toBe(status);
  return await session.events();
};
const ran = async (session: StandSession, input = 'go'): Promise<AgentEvent[]> => {
  const before = (await session.events()).at(-1)?.seq ?? 0;
  await session.run(input);
  return (await settled(session)).filter(({ seq }) => seq > before).map(({ event }) => event);
};
const kinds = (events: readonly AgentEvent[]): string[] =>
  events.map(({ type }) => type).filter((type, at, all) => !type.endsWith('Delta') || type !== all[at - 1]);
const results = (events: readonly AgentEvent[]) => events.filter((event) => event.type === 'ToolResult');

describe('a session of the agent', () => {
  it('AG-01 AG-02 AG-05 runs turns with tools in the tab, and tells every step in order', async () => {
    const project = await stand.openProject({ 'src/app.ts': 'const dark = false;\n' });
    const session = await project.createSession();
    stand.model.respond = ({ turn }) => {
      if (turn === 0)
        return { text: 'I look at the file first', calls: [{ name: 'Read', args: { path: 'src/app.ts' } }] };
      if (turn === 1) return { calls: [{ name: 'Edit', args: { path: 'src/app.ts', old: 'false', new: 'true' } }] };
      return { text: 'It is dark now' };
    };
    const events = await ran(session, 'make it dark');
    expect(project.folder.files.get('src/app.ts')).toBe('const dark = true;\n');
    expect(kinds(events)).toEqual([
      ...['RunStart', 'TurnStart', 'TextDelta', 'TextDone', 'ToolCallStart', 'ToolCallArgsDelta', 'ToolCallDone'],
      ...['Usage', 'ToolResult', 'TurnEnd', 'TurnStart', 'ToolCallStart', 'ToolCallArgsDelta', 'ToolCallDone', 'Usage'],
      ...['ToolResult', 'TurnEnd', 'TurnStart', 'TextDelta', 'TextDone', 'Usage', 'TurnEnd', 'RunEnd'],
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'RunEnd', result: 'Finished' });
    expect(events.filter((event) => event.type === 'TurnEnd')).toMatchObject([
      { turn: 1, result: 'Continue' },
      { turn: 2, result: 'Continue', changed: ['src/app.ts'] },
      { turn: 3, result: 'Final' },
    ]);
    for (const event of events) expect(agentEvent.safeParse(event).success).toBe(true);
    expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
    // The next run knows of the last one.
    stand.model.respond = () => ({ text: 'Yes' });
    await ran(session, 'still dark?');
    const { messages, tools } = stand.model.requests.at(-1)!;
    expect(messages.map(({ role }) => role)).toEqual([
      ...['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant', 'user'],
    ]);
    expect(tools).toContain('Edit');
  });

  it('AG-09 AG-04 manifest, status and history are there from creation on, and while it runs', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession({ manifest: 'permission = "ask"\n[bounds]\nturns = 7' });
    const first = await session.send({ type: 'GetHistory' });
    expect(first.json()).toMatchObject({
      session: { status: 'Idle', manifest: { permission: 'ask', bounds: { turns: 7 } } },
      history: [],
    });
    let release = (): void => undefined;
    const before = stand.model.requests.length;
    stand.model.respond = () => ({ text: 'slow', until: new Promise<void>((resolve) => (release = resolve)) });
    await session.run('go');
    await expect.poll(() => stand.model.requests.length, WAIT).toBeGreaterThan(before);
    // The turn's beginning is stored while the model thinks.
    await expect
      .poll(async () => (await session.send({ type: 'GetHistory' })).json(), WAIT)
      .toMatchObject({
        session: { status: 'Running' },
        history: [
          { seq: 1, event: { input: 'go' } },
          { seq: 2, event: { type: 'TurnStart' } },
        ],
      });
    release();
    await settled(session);
  });

  it('AG-03 AG-04 AG-06 what has no place now is refused by its code, and leaves no trace in the log', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    const refused = async (method: Record<string, unknown>) => {
      const answer = await session.send(method);
      return [answer.status, answer.json<{ details: { code: string } }>().details.code];
    };
    expect(await refused({ type: 'Resume' })).toEqual([409, 'NotPaused']);
    expect(await refused({ type: 'Cancel' })).toEqual([409, 'NotRunning']);
    expect(await session.events()).toEqual([]);
    stand.model.respond = () => ({ text: 'x', until: new Promise(() => undefined) });
    await session.run('go');
    expect(await refused({ type: 'Run', input: 'again' })).toEqual([409, 'AlreadyRunning']);
    expect(await refused({ type: 'Resume' })).toEqual([409, 'AlreadyRunning']);
    const cancels = await Promise.all([1, 2, 3].map(() => session.send({ type: 'Cancel' })));
    expect(cancels.map(({ status }) => status).filter((status) => status !== 202 && status !== 409)).toEqual([]);
    const events = (await settled(session)).map(({ event }) => event);
    expect(events.filter(({ type }) => type === 'RunEnd')).toMatchObject([{ result: 'Cancelled' }]);
    expect(events.filter(({ type }) => type === 'Error')).toEqual([]);
  });

  it('AG-03 AG-07 asks a person, waits paused, and goes on by the answer or is cancelled', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession({ permission: 'edit' });
    const once = { name: 'Run', args: { command: 'npm test' } };
    stand.model.respond = ({ turn, results: [last] }) => (turn === 0 ? { calls: [once] } : { text: `so: ${last}` });
    project.folder.run = async () => '3 passed\n';
    await session.run('test it');
    const asked = await settled(session, 'Paused');
    expect(asked.at(-1)).toMatchObject({
      event: { type: 'Question', question: { tool: 'Run', why: 'it runs a command' } },
    });
    expect(project.folder.done).toEqual([]);
    expect((await session.send({ type: 'Run', input: 'x' })).json()).toMatchObject({
      details: { code: 'AlreadyRunning' },
    });
    const both = [
      { type: 'Resume', answer: { allow: true } },
      { type: 'Resume', answer: { allow: true } },
    ];
    const sent = await Promise.all(both.map((method) => session.send(method)));
    expect(sent.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const events = (await settled(session)).map(({ event }) => event);
    expect(project.folder.done).toEqual(['run npm test']);
    expect(events.filter(({ type }) => type === 'TextDone').at(-1)).toMatchObject({
      text: 'so: 3 passed\n[exit code 0]',
    });

    await session.run('again');
    await settled(session, 'Paused');
    await session.send({ type: 'Resume', answer: { allow: false, note: 'too slow' } });
    const denied = (await settled(session)).map(({ event }) => event);
    expect(results(denied).at(-1)).toMatchObject({ ok: false, text: 'A person refused this call: too slow' });

    await session.run('once more');
    await settled(session, 'Paused');
    expect((await session.send({ type: 'Cancel' })).status).toBe(202);
    expect((await settled(session)).at(-1)).toMatchObject({ event: { type: 'RunEnd', result: 'Cancelled' } });
    expect(project.folder.done).toEqual(['run npm test']);
    // A call that was never answered for is told as not made.
    stand.model.respond = () => ({ text: 'ok' });
    await ran(session);
    expect(stand.model.requests.at(-1)!.messages.some(({ text }) => text.includes('was not made'))).toBe(true);
  });

  it('AG-08 a run sent on RunEnd is accepted, and what is said meanwhile is taken up', async () => {
    const project = await stand.openProject({ a: 'a' });
    const session = await project.createSession();
    let release = (): void => undefined;
    let inputs: string[] = [];
    const until = new Promise<void>((resolve) => (release = resolve));
    stand.model.respond = ({ turn, messages }) => {
      inputs = messages.filter(({ role }) => role === 'user').map(({ text }) => text);
      return turn === 0 && inputs.length === 1
        ? { calls: [{ name: 'Read', args: { path: 'a' } }], until }
        : { text: 'ok' };
    };
    const before = stand.model.requests.length;
    await session.run('first');
    await expect.poll(() => stand.model.requests.length, WAIT).toBeGreaterThan(before);
    expect((await session.send({ type: 'Queue', input: 'and then' })).json()).toMatchObject({ outcome: 'queued' });
    // A page that is loaded anew knows what waits.
    const waiting = async () => (await stand.call('GET', `${session.path}/events`)).json<EventPageResponse>().waiting;
    expect(await waiting()).toEqual(['and then']);
    const follower = await session.follow();
    release();
    await expect.poll(() => follower.seen.some(({ event }) => event.type === 'RunEnd'), WAIT).toBe(true);
    await session.run('second');
    await expect.poll(() => follower.seen.filter(({ event }) => event.type === 'RunEnd').length, WAIT).toBe(2);
    await settled(session);
    follower.close();
    expect(inputs).toEqual(['first', 'and then', 'second']);
    expect(await waiting()).toEqual([]);
    expect((await session.send({ type: 'Queue', input: 'third' })).json()).toMatchObject({ outcome: 'accepted' });
    await settled(session);
    expect(inputs.at(-1)).toBe('third');
  });

  it('AG-10 AG-13 who follows late, from the middle or slowly sees the same log, and leaving is no cancel', async () => {
    const project = await stand.openProject({ a: 'a' });
    const session = await project.createSession();
    stand.model.respond = ({ turn }) =>
      turn < 4
        ? { text: `turn ${turn}`, calls: [{ name: 'Read', args: { path: 'a', offset: 1, limit: turn + 1 } }] }
        : { text: 'end' };
    const early = await session.follow();
    const leaving = await session.follow();
    await session.run('go');
    await expect.poll(() => leaving.seen.length, WAIT).toBeGreaterThan(0);
    leaving.close();
    const all = await settled(session);
    const late = await session.follow();
    const middle = await session.follow(7);
    await expect
      .poll(() => [early.seen.length, late.seen.length, middle.seen.length], WAIT)
      .toEqual([all.length, all.length, all.length - 7]);
    expect(early.seen).toEqual(all);
    expect(late.seen).toEqual(all);
    expect(middle.seen).toEqual(all.slice(7));
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
    for (const follower of [early, late, middle]) follower.close();
  });

  it('AG-10 the tab closes in mid run: the run waits for it, and fails in words when nobody comes', async () => {
    const project = await stand.openProject({ a: 'a' });
    const session = await project.createSession();
    stand.model.respond = ({ turn }) =>
      turn === 0 ? { calls: [{ name: 'Read', args: { path: 'a' } }] } : { text: 'ok' };
    await project.closeTab();
    const events = await ran(session);
    expect(events.at(-1)).toMatchObject({
      type: 'Error',
      code: 'ToolError',
      message: expect.stringContaining('open in no tab'),
    });
    expect(events.some(({ type }) => type === 'RunEnd')).toBe(false);
  });
});

describe('a model that cannot be trusted', () => {
  it('AG-11 AG-12 reads, writes and edits nothing outside of its scope, through links, unread or of its own rights', async () => {
    const project = await stand.openProject({
      'src/a.ts': 'a',
      'src/link': '->/etc/passwd',
      out: '->/etc',
      'secret.txt': 's',
      'slipway.agent.toml': 'x',
    });
    const session = await project.createSession({ scope: ['src/**', 'out/**', 'slipway.agent.toml'] });
    const tries = [
      { name: 'Read', args: { path: '../../etc/passwd' } },
      { name: 'Read', args: { path: '/etc/passwd' } },
      { name: 'Read', args: { path: 'src/link' } },
      { name: 'Read', args: { path: 'out/passwd' } },
      { name: 'Write', args: { path: 'out/new', content: 'x' } },
      { name: 'Read', args: { path: 'secret.txt' } },
      { name: 'Edit', args: { path: 'src/a.ts', old: 'a', new: 'b' } },
      { name: 'Write', args: { path: 'src/a.ts', content: 'b' } },
      { name: 'Grep', args: { pattern: 's' } },
      { name: 'Glob', args: { pattern: '**' } },
      { name: 'Publish', args: {} },
      { name: 'Read', args: '{"path": "src/a.ts' },
    ];
    stand.model.respond = ({ turn }) => (turn === 0 ? { calls: tries } : { text: 'I could not' });
    const told = results(await ran(session));
    expect(told.map(({ ok }) => ok)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    const said = told.map(({ text }) => text);
    for (const [at, part] of [
      [0, 'not normalised'],
      [1, 'absolute'],
      [2, 'symbolic link'],
      [3, 'symbolic link'],
      [5, 'outside of the scope'],
      [6, 'before you edit'],
      [7, 'read it before'],
      [10, 'no tool "Publish"'],
      [11, 'no JSON'],
    ] as const)
      expect(said[at]).toContain(part);
    expect(said[8]).not.toContain('secret.txt');
    expect(said[9]).not.toContain('secret.txt');
    expect(project.folder.done).toEqual([]);
    // Its own rights are a person's to give, whatever the permission.
    stand.model.respond = () => ({
      calls: [{ name: 'Write', args: { path: 'slipway.agent.toml', content: 'permission = "full"' } }],
    });
    await session.run('widen yourself');
    expect((await settled(session, 'Paused')).at(-1)).toMatchObject({ event: { type: 'Question' } });
    await session.send({ type: 'Cancel' });
  });

  it('AG-12 an edit of what somebody changed meanwhile writes nothing, and says so', async () => {
    const project = await stand.openProject({ a: 'one' });
    const session = await project.createSession();
    stand.model.respond = ({ turn }) => {
      if (turn === 0) return { calls: [{ name: 'Read', args: { path: 'a' } }] };
      if (turn === 1) project.folder.files.set('a', 'one, by a person');
      return turn === 1 ? { calls: [{ name: 'Edit', args: { path: 'a', old: 'one', new: 'two' } }] } : { text: 'ok' };
    };
    expect(results(await ran(session)).at(-1)).toMatchObject({
      ok: false,
      text: expect.stringContaining('Read it again'),
    });
    expect(project.folder.files.get('a')).toBe('one, by a person');
  });

  it('AG-06 AG-07 breaks, refuses, speaks for ever or loops: each ends in its own words, with the session Idle', async () => {
    const project = await stand.openProject({ a: 'a' });
    const session = await project.createSession();
    const fails = async (
      reply: Parameters<typeof stand.model.respond>[0] extends never
        ? never
        : ReturnType<AgentStand['model']['respond']>,
    ) => {
      stand.model.respond = () => reply;
      const before = stand.model.requests.length;
      const events = await ran(session);
      const last = events.at(-1);
      expect(last).toMatchObject({ type: 'Error', code: 'ProviderError' });
      expect(events.some(({ type }) => type === 'RunEnd')).toBe(false);
      return { message: last?.type === 'Error' ? last.message : '', asked: stand.model.requests.length - before };
    };
    const now = { 'retry-after-ms': '1' };
    expect(await fails({ broken: 'text' })).toMatchObject({ message: expect.stringContaining('broke off'), asked: 3 });
    expect(await fails({ broken: 'call' })).toMatchObject({ asked: 3 });
    expect(await fails({ status: 401 })).toMatchObject({ message: expect.stringContaining('key (401)'), asked: 1 });
    expect(await fails({ status: 429, headers: now })).toMatchObject({
      message: expect.stringContaining('(429)'),
      asked: 3,
    });
    expect(await fails({ status: 500, headers: now })).toMatchObject({
      message: expect.stringContaining('(500)'),
      asked: 3,
    });
    expect(await fails({ status: 529, headers: now })).toMatchObject({
      message: expect.stringContaining('(529)'),
      asked: 3,
    });
    expect(await fails({ endless: true })).toMatchObject({
      message: expect.stringContaining('more than a turn'),
      asked: 3,
    });
    // Once more, and it goes well: what broke is not repeated to it.
    let broken = 0;
    stand.model.respond = () => (broken++ === 0 ? { broken: 'text' } : { text: 'whole' });
    const events = await ran(session);
    expect(events.at(-1)).toMatchObject({ type: 'RunEnd', result: 'Finished' });
    expect(stand.model.requests.at(-1)!.messages.some(({ text }) => text.includes('I begin, and'))).toBe(false);
  }, 120_000);

  it('AG-07 the same call over and over, too many turns, tokens or money: LimitReached, the history kept', async () => {
    const project = await stand.openProject({ a: 'a' });
    stand.model.respond = () => ({ calls: [{ name: 'Read', args: { path: 'a' } }] });
    const looping = await ran(await project.createSession());
    expect(looping.at(-1)).toMatchObject({ type: 'RunEnd', result: 'LimitReached' });
    const said = results(looping).map(({ text }) => text);
    expect(said).toHaveLength(5);
    expect(said[2]).toContain('the same call');
    expect(said[4]).toContain('the run ends here');
    let count = 0;
    stand.model.respond = () => ({ calls: [{ name: 'Read', args: { path: 'a', limit: ++count } }] });
    for (const [bounds, turns] of [
      [{ turns: 3 }, 3],
      [{ tokens: 300 }, 3],
      [{ costMicros: 900 }, 2],
    ] as const) {
      const events = await ran(await project.createSession({ bounds }));
      expect(events.at(-1)).toMatchObject({ type: 'RunEnd', result: 'LimitReached' });
      expect(events.filter(({ type }) => type === 'TurnStart')).toHaveLength(turns);
    }
    const unknown = await stand.call('POST', `/api/v1/projects/${project.id}/agent/sessions`, {
      provider: 'openai-compatible',
      model: 'free',
      bounds: { costMicros: 5 },
    });
    expect(unknown.json()).toMatchObject({ code: 'VALIDATION_ERROR', details: [{ field: 'bounds.costMicros' }] });
    stand.model.respond = () => ({ text: 'never', until: new Promise(() => undefined) });
    const slow = await ran(await project.createSession({ bounds: { wallMs: 1000 } }));
    expect(slow.at(-1)).toMatchObject({ type: 'RunEnd', result: 'LimitReached' });
  }, 120_000);

  it('AG-08 a long history is summed up, and the next prompt begins there', async () => {
    const project = await stand.openProject({ a: 'x'.repeat(5000) });
    const session = await project.createSession({ model: 'small' });
    let reads = 0;
    stand.model.respond = ({ messages }) => {
      if (messages.at(-1)?.text.includes('Sum up this session')) return { text: 'They read a file' };
      return reads++ < 5 ? { calls: [{ name: 'Read', args: { path: 'a', limit: reads } }] } : { text: 'done' };
    };
    const events = await ran(session);
    expect(events.some((event) => event.type === 'Summary' && event.text === 'They read a file')).toBe(true);
    expect(events.at(-1)?.type === 'RunEnd' || events.at(-2)?.type === 'RunEnd').toBe(true);
    await ran(session, 'more');
    expect(stand.model.requests.at(-1)!.messages[0]!.text).toContain('They read a file');
  });
});

describe('commands of a run', () => {
  it('AG-04 a cancel ends the command in the tab, and the session is Idle', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    let ended = false;
    project.folder.run = (_command, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          ended = true;
          resolve('');
        }),
      );
    stand.model.respond = () => ({ calls: [{ name: 'Run', args: { command: 'sleep 1000' } }] });
    await session.run('wait');
    await expect.poll(() => project.folder.done, WAIT).toEqual(['run sleep 1000']);
    await session.send({ type: 'Cancel' });
    expect((await settled(session)).at(-1)).toMatchObject({ event: { type: 'RunEnd', result: 'Cancelled' } });
    await expect.poll(() => ended, WAIT).toBe(true);
  });
});

describe('providers of models', () => {
  it('SV-23 SV-24 keys go in sealed and never come out, and a person’s own address is guarded', async () => {
    const listed = await stand.call('GET', '/api/v1/agent/providers');
    expect(listed.json<{ providers: unknown[] }>().providers).toHaveLength(2);
    const own = { kind: 'openai-compatible', baseUrl: stand.model.url, models: [{ id: 'm' }], apiKey: 'sk-mine-123' };
    expect((await stand.call('PUT', '/api/v1/agent/providers/mine', own)).status).toBe(200);
    const after = await stand.call('GET', '/api/v1/agent/providers');
    expect(after.text).not.toContain('sk-');
    expect(after.json()).toMatchObject({ providers: [{ name: 'mine', own: true, hasKey: true }, {}, {}] });
    const [row] = await stand.tested.database.client<
      { apiKey: string }[]
    >`select api_key as "apiKey" from agent_providers`;
    expect(row!.apiKey).toMatch(/^sb1\./);
    const project = await stand.openProject({});
    const session = await project.createSession({ provider: 'mine', model: 'm' });
    const before = stand.model.requests.length;
    const events = await ran(session);
    expect(events.at(-1)).toMatchObject({
      type: 'Error',
      code: 'ProviderError',
      message: expect.stringContaining('not on the public Internet'),
    });
    expect(stand.model.requests.length).toBe(before);
    // The operator's may be private, and has its key.
    const other = await project.createSession({ provider: 'anthropic' });
    stand.model.respond = ({ turn }) =>
      turn === 0 ? { text: 'Hm', calls: [{ name: 'Glob', args: { pattern: '**' } }] } : { text: 'ok' };
    expect((await ran(other)).at(-1)).toMatchObject({ type: 'RunEnd', result: 'Finished' });
    expect(stand.model.requests.at(-1)!.headers['x-api-key']).toBe(STAND_KEY);
    expect(JSON.stringify(await other.events())).not.toContain('sk-');
    expect((await stand.call('DELETE', '/api/v1/agent/providers/mine')).status).toBe(200);
    expect((await stand.call('DELETE', '/api/v1/agent/providers/mine')).status).toBe(404);
    for (const bad of [
      { ...own, baseUrl: 'file:///etc/passwd' },
      { ...own, baseUrl: 'http://a:b@c/' },
      { ...own, baseUrl: undefined },
    ])
      expect((await stand.call('PUT', '/api/v1/agent/providers/mine', bad)).status).toBe(400);
  });
});
