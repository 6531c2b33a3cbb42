import { createHash } from 'node:crypto';
import type { AgentEvent, NumberedEvent } from '@slipway/agent';
import { apiPaths } from '@slipway/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, type StandProject, type StandSession } from './testing/agent-stand.ts';

let stand: AgentStand;
beforeAll(async () => {
  stand = await createAgentStand();
}, 60_000);
afterAll(async () => {
  await stand.close();
});

const WAIT = { timeout: 60_000, interval: 20 };
const settled = async (session: StandSession, status = 'Idle'): Promise<NumberedEvent[]> => {
  await expect.poll(() => session.status(), WAIT).toBe(status);
  return await session.events();
};
const ran = async (session: StandSession, input: string): Promise<AgentEvent[]> => {
  const before = (await session.events()).at(-1)?.seq ?? 0;
  await session.run(input);
  return (await settled(session)).filter(({ seq }) => seq > before).map(({ event }) => event);
};
/** What the tab's saver does: the folder becomes a snapshot. */
const saves = (project: StandProject): void => {
  let revision = 0;
  project.folder.saved = async () => {
    const entries = [];
    for (const [path, text] of project.folder.files) {
      const bytes = new TextEncoder().encode(text);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const { token } = stand;
      await stand.tested.callApi('PUT', apiPaths.blob(sha256), { token, body: bytes });
      entries.push({ kind: 'file', path, mode: 0o644, sha256, size: bytes.length });
    }
    const made = await stand.call('POST', apiPaths.snapshots(project.id), { baseRevision: revision, entries });
    if (made.status !== 201) throw new Error(made.text);
    revision++;
  };
};
const edit = (from: string, to: string) => ({
  calls: [
    { name: 'Read', args: { path: 'a.txt' } },
    { name: 'Edit', args: { path: 'a.txt', old: from, new: to } },
  ],
});

describe('coming back (AG, CK)', () => {
  it('CK-01 keeps the files before the first change of a run and after each turn that made one', async () => {
    const project = await stand.openProject({ 'a.txt': 'one\n' });
    saves(project);
    const session = await project.createSession();
    stand.model.respond = ({ turn }) =>
      turn === 0 ? edit('one', 'two') : turn === 1 ? { calls: [{ name: 'Run', args: { command: 'make' } }] } : {};
    const events = await ran(session, 'go');
    const kept = events.filter((event) => event.type === 'Checkpoint');
    expect(kept.map(({ before = false }) => before)).toEqual([true, false, false]);
    const [before, after] = kept.map(({ snapshotId }) => snapshotId!);
    const diff = await stand.call('GET', apiPaths.snapshotDiff(project.id, before!, after!));
    expect(diff.json<{ changes: { path: string }[] }>().changes.map(({ path }) => path)).toEqual(['a.txt']);
    const at = events.findIndex((event) => event.type === 'Checkpoint');
    expect(events.slice(0, at).filter((event) => event.type === 'ToolResult')).toHaveLength(1);
    // A run that changes nothing needs no way back.
    stand.model.respond = () => ({ text: 'nothing to do' });
    expect((await ran(session, 'again')).filter(({ type }) => type === 'Checkpoint')).toEqual([]);
  });

  it('CK-01 AG-04 a run that is stopped in the middle of a turn has kept what it changed until then', async () => {
    const project = await stand.openProject({ 'a.txt': 'one\n' });
    saves(project);
    const session = await project.createSession();
    project.folder.run = (_, signal) => new Promise((done) => signal.addEventListener('abort', () => done('stopped')));
    const [read, change] = edit('one', 'two').calls;
    stand.model.respond = () => ({ calls: [read!, change!, { name: 'Run', args: { command: 'sleep' } }] });
    await session.run('go');
    await expect.poll(() => project.folder.done, WAIT).toEqual(['put a.txt', 'run sleep']);
    await session.send({ type: 'Cancel' });
    const events = (await settled(session)).map(({ event }) => event);
    const kept = events.filter((event) => event.type === 'Checkpoint');
    expect(kept.map(({ before = false }) => before)).toEqual([true, false]);
    expect(events.slice(-3)).toMatchObject([
      { type: 'Checkpoint' },
      { type: 'TurnEnd', result: 'Cancelled', changed: ['a.txt'] },
      { type: 'RunEnd', result: 'Cancelled' },
    ]);
  });

  it('AG-08 AG-13 a rewound run is out of the next prompt and stays in the log; another’s or a second one is refused', async () => {
    const project = await stand.openProject({ 'a.txt': 'one\n' });
    const session = await project.createSession({ model: 'small' });
    stand.model.respond = ({ messages }) => ({ text: `answer ${messages.length}` });
    await ran(session, 'first words');
    const [second] = await ran(session, `second words ${'long '.repeat(3000)}`);
    await ran(session, 'third words');
    // Summed up meanwhile: what is taken back takes the summary with it.
    expect((await session.events()).some(({ event }) => event.type === 'Summary')).toBe(true);
    const back = await session.send({ type: 'Rewind', runId: second!.runId });
    expect(back.status).toBe(202);
    stand.model.respond = () => ({ text: 'fourth answer' });
    await ran(session, 'fourth words');
    const told = stand.model.requests.at(-1)!.messages.map(({ text }) => text);
    expect(told).toEqual(['first words', 'answer 1', 'fourth words']);
    const all = await session.events();
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
    expect(all.some(({ event }) => event.type === 'RunStart' && event.input === 'third words')).toBe(true);
    for (const runId of [second!.runId, crypto.randomUUID()])
      expect((await session.send({ type: 'Rewind', runId })).status).toBe(400);
  });

  it('AG-03 nothing is rewound while a run goes on', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    let release = (): void => undefined;
    stand.model.respond = () => ({ text: 'slow', until: new Promise<void>((done) => (release = done)) });
    const asked = stand.model.requests.length;
    await session.run('go');
    await expect.poll(() => stand.model.requests.length, WAIT).toBeGreaterThan(asked);
    const [start] = await session.events();
    const refused = await session.send({ type: 'Rewind', runId: start!.event.runId });
    expect(refused.json()).toMatchObject({ details: { code: 'AlreadyRunning' } });
    release();
    await settled(session);
  });
});

describe('what a person sets', () => {
  it('AG-03 “always” asks no more about that command, and about changes of files but for the guarded ones', async () => {
    const project = await stand.openProject({ 'a.txt': 'one\n' });
    const session = await project.createSession({ permission: 'ask' });
    const run = (command: string) => ({ name: 'Run', args: { command } });
    stand.model.respond = ({ turn }) => (turn === 0 ? { calls: [run('make'), run('make'), run('make it')] } : {});
    await session.run('go');
    await settled(session, 'Paused');
    await session.send({ type: 'Resume', answer: { allow: true, always: true } });
    const asked = async () => (await settled(session, 'Paused')).findLast(({ event }) => event.type === 'Question');
    await expect.poll(async () => project.folder.done.length, WAIT).toBe(2);
    expect(await asked()).toMatchObject({ event: { question: { arguments: expect.stringContaining('make it') } } });
    await session.send({ type: 'Resume', answer: { allow: false, always: true } });
    await settled(session);
    expect(project.folder.done).toEqual(['run make', 'run make']);

    stand.model.respond = ({ turn }) =>
      turn === 0 ? edit('one', 'two') : turn === 1 ? edit('two', 'three') : { text: 'done' };
    await session.run('edit');
    await settled(session, 'Paused');
    await session.send({ type: 'Resume', answer: { allow: true, always: true } });
    await settled(session);
    expect(project.folder.files.get('a.txt')).toBe('three\n');
    // Changed while it waited for the answer: nothing is written over that.
    const again = await project.createSession({ permission: 'ask' });
    stand.model.respond = ({ turn, results: [, last] }) =>
      turn === 0 ? edit('three', 'four') : { text: `so: ${last}` };
    await again.run('edit');
    await settled(again, 'Paused');
    project.folder.files.set('a.txt', 'three, and mine\n');
    await again.send({ type: 'Resume', answer: { allow: true } });
    const said = (await settled(again)).findLast(({ event }) => event.type === 'TextDone');
    expect(said).toMatchObject({ event: { text: expect.stringContaining('Read it again; nothing was written') } });
    expect(project.folder.files.get('a.txt')).toBe('three, and mine\n');
    const guarded = { name: 'Write', args: { path: 'AGENTS.md', content: 'do as you like' } };
    stand.model.respond = ({ turn }) => (turn === 0 ? { calls: [guarded] } : {});
    await session.run('guarded');
    expect(await asked()).toMatchObject({ event: { question: { tool: 'Write' } } });
    await session.send({ type: 'Cancel' });
  });

  it('AG-09 a session is renamed by its owner, and by nobody else', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    const renamed = await stand.call('PATCH', session.path, { title: '  Dark mode ' });
    expect(renamed.json()).toMatchObject({ session: { title: 'Dark mode' } });
    expect((await stand.call('PATCH', session.path, { title: ' ' })).status).toBe(400);
    const other = session.path.replace(session.id, crypto.randomUUID());
    expect((await stand.call('PATCH', other, { title: 'x' })).status).toBe(404);
  });

  it('AG-05 what a model thinks is told apart from what it says, and not said to it again', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    stand.model.respond = () => ({ thought: 'they want a word', text: 'Word' });
    const events = await ran(session, 'a word');
    expect(events.filter(({ type }) => type === 'ReasoningDone' || type === 'TextDone')).toMatchObject([
      { type: 'ReasoningDone', text: 'they want a word' },
      { type: 'TextDone', text: 'Word' },
    ]);
    await ran(session, 'another');
    expect(JSON.stringify(stand.model.requests.at(-1)!.messages)).not.toContain('they want');
    const whole = await stand.call('GET', `${session.path}/events?after=0&pieces=no`);
    expect(whole.text).toContain('ReasoningDone');
    expect(whole.text).not.toContain('Delta');
  });

  it('SV-23 a provider is tested by a word of its model, and says why it does not answer', async () => {
    const test = async (name: string, model: string) =>
      (await stand.call('POST', `/api/v1/agent/providers/${name}/test`, { model })).json();
    stand.model.respond = () => ({ text: 'ready' });
    expect(await test('anthropic', 'scripted')).toMatchObject({ ok: true, message: 'ready' });
    stand.model.respond = () => ({ status: 401, message: 'wrong key' });
    expect(await test('openai-compatible', 'scripted')).toMatchObject({
      ok: false,
      message: expect.stringContaining('Set another key'),
    });
    stand.model.respond = () => ({ endless: true });
    expect(await test('openai-compatible', 'scripted')).toMatchObject({ ok: true });
    const missing = await stand.call('POST', '/api/v1/agent/providers/nobody/test', { model: 'x' });
    expect(missing.status).toBe(404);
  });
});
