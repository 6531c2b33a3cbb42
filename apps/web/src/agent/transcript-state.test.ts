import type { AgentEvent, NumberedEvent } from '@slipway/agent';
import { describe, expect, it } from 'vitest';
import {
  addEarlier,
  applyEvent,
  emptyTranscript,
  inputsOf,
  readTranscript,
  type Transcript,
} from './transcript-state.ts';

type Told = AgentEvent extends infer E ? (E extends AgentEvent ? Omit<E, 'runId'> : never) : never;
const tell = (transcript: Transcript, runId: string, ...events: Told[]): Transcript => {
  for (const event of events)
    applyEvent(transcript, { seq: transcript.seq + 1, at: 1, event: { ...event, runId } as AgentEvent });
  return transcript;
};
const kinds = ({ items }: Transcript): string[] =>
  items.map((item) => ('text' in item ? `${item.kind}: ${item.text}` : item.kind));
const calls = ({ items }: Transcript) => items.flatMap((item) => (item.kind === 'call' ? [item.state] : []));
const USAGE: Told = { type: 'Usage', input_tokens: 100, output_tokens: 10 };

describe('a transcript', () => {
  it('AG-05 grows a text by its pieces, and has it whole in the end; without pieces it is the same', () => {
    const events: Told[] = [
      { type: 'RunStart', input: 'go' },
      { type: 'TurnStart', turn: 1 },
      { type: 'ReasoningDelta', text: 'Hm' },
      { type: 'ReasoningDelta', text: 'm' },
      { type: 'TextDelta', text: 'I ' },
      { type: 'TextDelta', text: 'see' },
    ];
    const end: Told[] = [
      { type: 'ReasoningDone', text: 'Hmm.' },
      { type: 'TextDone', text: 'I see.' },
      USAGE,
      { type: 'TurnEnd', turn: 1, result: 'Final' },
      { type: 'RunEnd', result: 'Finished' },
    ];
    const live = tell(emptyTranscript(), 'a', ...events);
    expect(kinds(live)).toEqual(['person: go', 'thought: Hmm', 'text: I see']);
    expect(live.items.at(-1)).toMatchObject({ open: true });
    tell(live, 'a', ...end);
    expect(kinds(live)).toEqual(['person: go', 'thought: Hmm.', 'text: I see.']);
    const read = tell(emptyTranscript(), 'a', ...events.filter(({ type }) => !type.endsWith('Delta')), ...end);
    expect(kinds(read)).toEqual(kinds(live));
    expect(live).toMatchObject({ status: 'Idle', inputTokens: 100, outputTokens: 10, said: 'The agent is done' });
  });

  it('AG-13 takes each event once, whoever sends it again', () => {
    const start: NumberedEvent = { seq: 1, at: 1, event: { type: 'RunStart', runId: 'a', input: 'go' } };
    const transcript = emptyTranscript();
    applyEvent(transcript, start);
    applyEvent(transcript, start);
    expect(kinds(transcript)).toEqual(['person: go']);
  });

  it('AG-03 shows how a call stands: written, asked about, allowed, refused, failed, cut short', () => {
    const transcript = tell(
      emptyTranscript(),
      'a',
      { type: 'RunStart', input: 'go' },
      ...['x', 'y', 'z'].flatMap((id): Told[] => [
        { type: 'ToolCallStart', id, name: 'Run' },
        { type: 'ToolCallArgsDelta', id, json: '{' },
      ]),
    );
    expect(calls(transcript)).toEqual(['writing', 'writing', 'writing']);
    const question = { callId: 'x', tool: 'Run', arguments: '{}', why: 'it runs a command' };
    tell(
      transcript,
      'a',
      ...['x', 'y', 'z'].map((id): Told => ({ type: 'ToolCallDone', id, name: 'Run', arguments: '{}' })),
      { type: 'Question', question },
    );
    expect(calls(transcript)).toEqual(['waiting', 'running', 'running']);
    expect(transcript).toMatchObject({ status: 'Paused', question });
    tell(transcript, 'a', { type: 'Answered', callId: 'x', answer: { allow: false } });
    tell(transcript, 'a', { type: 'ToolResult', id: 'x', ok: false, text: 'A person refused this call' });
    tell(transcript, 'a', { type: 'ToolResult', id: 'y', ok: false, text: 'no' });
    tell(transcript, 'a', { type: 'RunEnd', result: 'Cancelled' });
    expect(calls(transcript)).toEqual(['refused', 'failed', 'interrupted']);
    expect(transcript).toMatchObject({ status: 'Idle', question: undefined });
    expect(kinds(transcript).at(-1)).toBe('end');
  });

  it('AG-13 the half of an answer that broke off goes when it is told anew; one that a person stopped stays', () => {
    const begun: Told[] = [
      { type: 'TurnStart', turn: 1 },
      { type: 'TextDelta', text: 'I beg' },
      { type: 'ToolCallStart', id: 'x', name: 'Run' },
    ];
    const transcript = tell(emptyTranscript(), 'a', { type: 'RunStart', input: 'go' }, ...begun);
    tell(transcript, 'a', { type: 'TurnEnd', turn: 1, result: 'Interrupted' });
    expect(kinds(transcript)).toEqual(['person: go']);
    tell(transcript, 'a', ...begun.map((event) => ('id' in event ? { ...event, id: 'y' } : event)));
    tell(transcript, 'a', { type: 'TurnEnd', turn: 1, result: 'Cancelled' });
    expect(kinds(transcript)).toEqual(['person: go', 'text: I beg', 'call']);
    expect(calls(transcript)).toEqual(['interrupted']);
    // What was told whole stays, whatever becomes of its calls.
    tell(transcript, 'a', { type: 'TurnStart', turn: 2 }, { type: 'TextDone', text: 'Whole' }, USAGE);
    tell(transcript, 'a', { type: 'TurnEnd', turn: 2, result: 'Interrupted' });
    expect(kinds(transcript).at(-1)).toBe('text: Whole');
  });

  it('AG-06 an error ends the run, with what it made of the files before', () => {
    const [before, after] = ['11111111', '22222222'];
    const transcript = tell(
      emptyTranscript(),
      'a',
      { type: 'RunStart', input: 'go' },
      { type: 'Checkpoint', checkpointId: 'cp-1-0', snapshotId: before, before: true },
      { type: 'Checkpoint', checkpointId: 'cp-1-1', snapshotId: after },
      { type: 'Error', code: 'ProviderError', message: 'no' },
    );
    expect(transcript.items.map(({ kind }) => kind)).toEqual(['person', 'changes', 'error']);
    expect(transcript.runs).toMatchObject([{ before, after, isOver: true, hasTurns: false }]);
  });

  it('AG-08 what was taken back is not shown, and is not what is offered to be said again', () => {
    const run = (input: string): Told[] => [{ type: 'RunStart', input }, USAGE, { type: 'RunEnd', result: 'Finished' }];
    const transcript = tell(emptyTranscript(), 'a', ...run('one'));
    tell(transcript, 'b', ...run('two'), { type: 'Summary', text: 'short' });
    tell(transcript, 'c', ...run('two'));
    expect(inputsOf(transcript)).toEqual(['one', 'two']);
    tell(transcript, 'b', { type: 'Rewound', from: 4 });
    expect(kinds(transcript)).toEqual([
      'person: one',
      'summary: short',
      'rewound: 2 messages were taken back, with what the agent made of it',
    ]);
    expect(transcript.runs.map(({ input }) => input)).toEqual(['one']);
    expect(inputsOf(transcript)).toEqual(['one']);
  });

  it('AG-13 read in two pages, the newer first, is what it is read at once, and goes on at its end', () => {
    const runId = '0b3c1f0e-0000-4000-8000-000000000001';
    const told = (...events: Told[]): NumberedEvent[] =>
      events.map((event, at) => ({ seq: at + 1, at: 1, event: { ...event, runId } as AgentEvent }));
    const log = told(
      { type: 'RunStart', input: 'go' },
      { type: 'TurnStart', turn: 1 },
      { type: 'ToolCallStart', id: 'x', name: 'Run' },
      { type: 'ToolCallDone', id: 'x', name: 'Run', arguments: '{}' },
      USAGE,
      { type: 'ToolResult', id: 'x', ok: true, text: 'ok' },
      { type: 'TurnEnd', turn: 1, result: 'Continue', changed: ['a'] },
      { type: 'TurnStart', turn: 2 },
      { type: 'TextDone', text: 'Done' },
      USAGE,
      { type: 'TurnEnd', turn: 2, result: 'Final' },
      { type: 'RunEnd', result: 'Finished' },
    );
    const nothing = { from: 1, first: true, run: null, inputTokens: 0, outputTokens: 0 };
    const whole = readTranscript({ ...nothing, events: log });
    const head = { runId, seq: 1, input: 'go', hasTurns: true, changed: ['a'], hasCommands: true };
    const newer = readTranscript({
      ...{ from: 8, first: false, inputTokens: 100, outputTokens: 10, events: log.slice(7) },
      run: { ...head, before: null, after: null },
    });
    expect(kinds(newer)).toEqual(['text: Done']);
    expect(newer).toMatchObject({ status: 'Idle', inputTokens: 200, runs: [{ isOver: true }] });
    addEarlier(readTranscript({ ...nothing, events: log.slice(0, 7) }), newer);
    expect(newer).toEqual({ ...whole, added: 2 });
    tell(newer, 'b', { type: 'RunStart', input: 'more' });
    expect(kinds(newer).at(-1)).toBe('person: more');
  });

  it('a turn that is under way when it is read is left to who follows, wherever the page begins', () => {
    const runId = '0b3c1f0e-0000-4000-8000-000000000001';
    const page = { from: 2, first: false, run: null, inputTokens: 0, outputTokens: 0 };
    const read = readTranscript({
      ...page,
      events: [
        { seq: 2, at: 1, event: { type: 'TurnStart', runId, turn: 1 } },
        { seq: 3, at: 1, event: { type: 'TextDone', runId, text: 'Half' } },
      ],
    });
    expect([read.seq, read.items]).toEqual([1, []]);
    const begun = readTranscript({
      ...page,
      events: [{ seq: 2, at: 1, event: { type: 'RunStart', runId, input: 'go' } }],
    });
    expect(kinds(begun)).toEqual(['person: go']);
  });
});
