import type { AgentEvent, NumberedEvent } from '@slipway/agent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, type StandProject, type StandSession } from './testing/agent-stand.ts';
import type { ModelRequest, ScriptedReply } from './testing/model-server.ts';
import { openPerformer, type Performer } from './testing/open-performer.ts';

let stand: AgentStand;
beforeAll(async () => {
  // This server answers requests; who performs is the test's to start and to kill.
  stand = await createAgentStand({ AGENT_SESSIONS_AT_ONCE: '0' });
}, 60_000);
afterAll(() => stand.close());

const WAIT = { timeout: 90_000, interval: 10 };
const CALLS = 12;
/** The long variant is `npm run chaos -- --agent`, which kills processes. */
const KILLS = 4;

/** Looks how many lines there are, and appends the next one: a call that is made twice is a line too many. */
function counting({ results: [last = ''], messages }: ModelRequest): ScriptedReply {
  const lines = last.startsWith('1\t') ? last.split('\n').filter((line) => /\tline/.test(line)).length : undefined;
  if (messages.at(-1)?.role === 'tool' && lines === CALLS / 2) return { text: 'All is written' };
  if (lines === undefined)
    return { text: 'I look', calls: [{ name: 'Read', args: { path: 'log', limit: 100 + messages.length } }] };
  return { calls: [{ name: 'Run', args: { command: `append line ${lines}` } }] };
}

function appends({ folder }: StandProject): void {
  folder.run = async (command) => {
    folder.files.set('log', `${folder.files.get('log')}${command.replace('append ', '')}\n`);
    return 'appended';
  };
}

/** Its connections break, and the time of its lease is over; that a lease lapses is a test of `packages/product/leases`. */
async function crash(performer: Performer): Promise<void> {
  await performer.crash();
  await stand.tested.database.client`update agent_sessions set lease_lapses_at = 0`;
}

const WHOLE = Array.from({ length: CALLS / 2 }, (_, at) => `line ${at}\n`).join('');
const isOver = (seen: readonly NumberedEvent[]): boolean =>
  seen.some(({ event: { type } }) => type === 'RunEnd' || type === 'Error');

/** Numbers without a gap, no result twice, no call without one, and the same for everybody. */
async function expectWhole(session: StandSession, seen: readonly NumberedEvent[][]): Promise<void> {
  await expect.poll(() => session.status(), WAIT).toBe('Idle');
  const all = await session.events();
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
  for (const one of seen) {
    await expect.poll(() => one.at(-1)?.seq, WAIT).toBe(all.length);
    expect(one).toEqual(all.slice(all.length - one.length));
  }
  const ids = (type: AgentEvent['type']) =>
    all.flatMap(({ event }) => (event.type === type && 'id' in event ? [event.id] : []));
  expect(new Set(ids('ToolResult')).size).toBe(ids('ToolResult').length);
  expect(all.filter(({ event }) => event.type === 'RunEnd')).toMatchObject([{ event: { result: 'Finished' } }]);
}

describe('a performer that dies', () => {
  it('AG-01 AG-13 at any point of a run: another goes on, no call twice, no event lost or doubled', async () => {
    const project = await stand.openProject({ log: '' });
    appends(project);
    stand.model.respond = counting;
    const session = await project.createSession({ bounds: { turns: 200 } });
    const first = await session.follow();
    await session.run('write all lines');
    // The same points in every run, as far as the machine lets it: a linear congruence, of Numerical Recipes.
    let seed = 11;
    const pick = (of: number): number => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % of;
    const performers: Performer[] = [await openPerformer(stand.tested.database.url, stand.providersFile)];
    let second: Awaited<ReturnType<StandSession['follow']>> | undefined;
    try {
      for (let killed = 0; killed < KILLS && !isOver(first.seen); killed++) {
        const until = first.seen.length + 1 + pick(18);
        await expect.poll(() => first.seen.length >= until || isOver(first.seen), WAIT).toBe(true);
        await crash(performers.pop()!);
        second ??= await session.follow(first.seen.at(-1)!.seq);
        performers.push(await openPerformer(stand.tested.database.url, stand.providersFile));
      }
      await expect.poll(() => isOver(first.seen), WAIT).toBe(true);
      expect(first.seen.filter(({ event }) => event.type === 'Error')).toEqual([]);
      await expectWhole(session, [first.seen, ...(second ? [second.seen] : [])]);
      const runs = project.folder.done.filter((done) => done.startsWith('run'));
      expect(runs).toEqual(Array.from({ length: CALLS / 2 }, (_, at) => `run append line ${at}`));
      expect(project.folder.files.get('log')).toBe(WHOLE);
    } finally {
      for (const one of performers) await one.close();
      first.close();
      second?.close();
    }
  }, 180_000);

  it('AG-01 one that dies while a command runs: the next one finds its result, and it ran once', async () => {
    const project = await stand.openProject({});
    let release = (): void => undefined;
    project.folder.run = () => new Promise((resolve) => (release = () => resolve('built')));
    stand.model.respond = ({ turn, results: [last] }) =>
      turn === 0 ? { calls: [{ name: 'Run', args: { command: 'npm run build' } }] } : { text: `It says: ${last}` };
    const session = await project.createSession();
    const first = await openPerformer(stand.tested.database.url, stand.providersFile);
    await session.run('build');
    await expect.poll(() => project.folder.done, WAIT).toEqual(['run npm run build']);
    await crash(first);
    release();
    const next = await openPerformer(stand.tested.database.url, stand.providersFile);
    await expect
      .poll(() => session.status(), WAIT)
      .toBe('Idle')
      .finally(() => next.close());
    const events = (await session.events()).map(({ event }) => event);
    expect(events.filter(({ type }) => type === 'TextDone')).toMatchObject([{ text: 'It says: built\n[exit code 0]' }]);
    expect(events.at(-1)).toMatchObject({ type: 'RunEnd', result: 'Finished' });
    expect(project.folder.done).toEqual(['run npm run build']);
  }, 180_000);

  it('AG-13 a tab that goes with a command of its own: the model is told that nobody knows', async () => {
    const project = await stand.openProject({});
    project.folder.run = () => new Promise(() => undefined);
    stand.model.respond = ({ turn, results: [last] }) =>
      turn === 0 ? { calls: [{ name: 'Run', args: { command: 'deploy' } }] } : { text: `So: ${last}` };
    const session = await project.createSession();
    const performer = await openPerformer(stand.tested.database.url, stand.providersFile);
    try {
      await session.run('deploy');
      await expect.poll(() => project.folder.done, WAIT).toEqual(['run deploy']);
      await project.closeTab();
      await expect.poll(() => session.status(), WAIT).toBe('Idle');
      const events = (await session.events()).map(({ event }) => event);
      expect(events.filter(({ type }) => type === 'ToolResult')).toMatchObject([
        { ok: false, text: expect.stringContaining('unknown whether this happened') },
      ]);
      expect(project.folder.done).toEqual(['run deploy']);
    } finally {
      await performer.close();
    }
  }, 180_000);
});
