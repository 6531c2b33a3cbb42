import { AGENT_LIMITS, type AgentEvent, type HistoryResponse, type TranscriptPageResponse } from '@slipway/agent';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentStand, createAgentStand, type StandSession } from './testing/agent-stand.ts';

let stand: AgentStand;
beforeAll(async () => {
  stand = await createAgentStand();
}, 60_000);
afterAll(async () => {
  await stand.close();
});

/** As runs would have left them, with numbers from 1 on. */
async function fill({ id }: StandSession, log: readonly AgentEvent[]): Promise<void> {
  const rows = JSON.stringify(
    log.map((event, at) => ({ seq: at + 1, type: event.type, event: JSON.stringify(event) })),
  );
  const { db } = stand.tested.database;
  await db.execute(sql`
    insert into agent_events (session_id, seq, type, event)
    select ${id}, e.seq, e.type, e.event from jsonb_to_recordset(${rows}::jsonb) as e(seq bigint, type text, event text)`);
  await db.execute(sql`update agent_sessions set last_seq = ${log.length} where id = ${id}`);
}

const run = (at: number): string => `0b3c1f0e-0000-4000-8000-${String(at).padStart(12, '0')}`;
/** A run of some turns with a call each; what it read is so long. */
function aRun(at: number, turns: number, chars = 10): AgentEvent[] {
  const runId = run(at);
  return [
    { type: 'RunStart', runId, input: `run ${at}` },
    ...Array.from({ length: turns }, (_, turn): AgentEvent[] => [
      { type: 'TurnStart', runId, turn: turn + 1 },
      { type: 'TextDelta', runId, text: 'I l' },
      { type: 'TextDone', runId, text: 'I look' },
      { type: 'ToolCallStart', runId, id: `${at}_${turn}`, name: 'Run' },
      { type: 'ToolCallDone', runId, id: `${at}_${turn}`, name: 'Run', arguments: '{}' },
      { type: 'Usage', runId, input_tokens: 10, output_tokens: 1 },
      { type: 'ToolResult', runId, id: `${at}_${turn}`, ok: true, text: 'x'.repeat(chars) },
      { type: 'TurnEnd', runId, turn: turn + 1, result: 'Continue', changed: [`f${turn}`] },
    ]).flat(),
    { type: 'RunEnd', runId, result: 'Finished' },
  ];
}

const page = async ({ path }: StandSession, before?: number): Promise<TranscriptPageResponse> =>
  (await stand.call('GET', `${path}/transcript${before === undefined ? '' : `?before=${before}`}`)).json();
/** Every page, the newest first. */
async function pages(session: StandSession): Promise<TranscriptPageResponse[]> {
  const all = [await page(session)];
  while (!all.at(-1)!.first) all.push(await page(session, all.at(-1)!.from));
  return all;
}

describe('a long session', () => {
  it('SV-05 AG-13 is read from its end in pages, which part no call from its result, and lose nothing', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    const log = [...aRun(1, 60), ...aRun(2, 90), ...aRun(3, 3)];
    await fill(session, log);
    const all = await pages(session);
    expect(all.length).toBeGreaterThan(3);
    for (const { events, from } of all) {
      expect(events.length).toBeLessThanOrEqual(AGENT_LIMITS.transcriptPage + 8);
      expect(events[0]).toMatchObject({ seq: from });
      expect(events[0]!.event.type).toMatch(/^(Run|Turn)Start$/);
    }
    const whole = all.toReversed().flatMap(({ events }) => events.map(({ seq }) => seq));
    const wanted = log.flatMap(({ type }, at) => (type === 'TextDelta' ? [] : [at + 1]));
    expect(whole).toEqual(wanted);
    // A page that begins within a run says what came of it before.
    const within = all.find(({ run: head }) => head?.runId === run(2))!;
    const turns = (within.from - 1 - aRun(1, 60).length - 1) / 8;
    expect(within.run).toMatchObject({
      seq: aRun(1, 60).length + 1,
      input: 'run 2',
      hasTurns: true,
      hasCommands: true,
    });
    expect(within.run!.changed).toHaveLength(turns);
    expect(within.inputTokens).toBe((60 + turns) * 10);
    expect(all.at(-1)).toMatchObject({ from: 1, first: true, run: null, inputTokens: 0 });
    expect(await page(session, 1)).toMatchObject({ events: [], first: true });
    expect((await stand.call('GET', `${session.path}/transcript?before=x`)).status).toBe(400);
    expect((await stand.call('GET', `${session.path}/transcript`.replace(session.id, project.id))).status).toBe(404);
  });

  it('SV-05 has pages of a bounded size, however large its events are; GetHistory and the log too', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    const log = aRun(1, 120, 32_000);
    await fill(session, log);
    const size = (value: unknown): number => JSON.stringify(value).length;
    for (const one of await pages(session)) expect(size(one)).toBeLessThan(1.2 * 1024 * 1024);
    let seen = 0;
    for (let after: number | undefined = 0; after !== undefined;) {
      const got: HistoryResponse = (await session.send({ type: 'GetHistory', after })).json();
      expect(size(got)).toBeLessThan(1.2 * 1024 * 1024);
      seen += got.history.length;
      after = got.next;
    }
    expect(seen).toBe(log.filter(({ type }) => type !== 'TextDelta' && type !== 'ToolCallStart').length);
    expect((await session.events()).map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
    const follower = await session.follow();
    await expect.poll(() => follower.seen.length, { timeout: 60_000 }).toBe(log.length);
    follower.close();
    expect(follower.seen.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
  });

  it('CK-03 does not show again what was taken back, on whichever page it was', async () => {
    const project = await stand.openProject({});
    const session = await project.createSession();
    const kept = aRun(1, 40);
    const gone = aRun(2, 40);
    const back: AgentEvent = { type: 'Rewound', runId: run(2), from: kept.length + 1 };
    await fill(session, [...kept, ...gone, back, ...aRun(3, 2)]);
    const events = (await pages(session)).flatMap((one) => one.events);
    expect(new Set(events.map(({ event }) => event.runId))).toEqual(new Set([run(1), run(2), run(3)]));
    expect(events.filter(({ event }) => event.runId === run(2)).map(({ event }) => event.type)).toEqual(['Rewound']);
    const history: HistoryResponse = (await session.send({ type: 'GetHistory' })).json();
    expect(history.history.some(({ event }) => event.runId === run(2))).toBe(false);
  });
});
