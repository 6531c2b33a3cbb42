import { describe, expect, it } from 'vitest';
import { needsCompaction, summaryPrompt } from './compaction.ts';
import { buildConversation, NOT_MADE } from './conversation.ts';
import { cutText } from '../text/cut-text.ts';
import { runProgress } from './run-progress.ts';
import type { AgentEvent } from '../session/session-events.ts';

const runId = 'r';
const usage: AgentEvent = { type: 'Usage', runId, input_tokens: 10, output_tokens: 2 };
const start = (turn: number): AgentEvent => ({ type: 'TurnStart', runId, turn });
const end = (turn: number): AgentEvent => ({ type: 'TurnEnd', runId, turn, result: 'Continue' });
const said = (text: string): AgentEvent => ({ type: 'TextDone', runId, text });
const call = (id: string): AgentEvent => ({ type: 'ToolCallDone', runId, id, name: 'Read', arguments: '{}' });
const result = (id: string): AgentEvent => ({ type: 'ToolResult', runId, id, ok: true, text: 'file' });
const input: AgentEvent = { type: 'RunStart', runId, input: 'do it' };

describe('the prompt, out of the log', () => {
  it('AG-13 has whole turns alone, and a result for each of their calls', () => {
    const log: AgentEvent[] = [
      input,
      start(1),
      { type: 'TextDelta', runId, text: 'I l' },
      said('I look'),
      call('a'),
      call('b'),
      usage,
      result('a'),
      end(1),
      start(2),
      said('half an ans'),
      call('c'),
      { type: 'TurnEnd', runId, turn: 2, result: 'Interrupted' },
      { type: 'Message', runId, text: 'hurry' },
      start(3),
      said('Done'),
      usage,
      end(3),
    ];
    expect(buildConversation(log)).toEqual([
      { role: 'user', text: 'do it' },
      {
        role: 'assistant',
        text: 'I look',
        calls: [
          { id: 'a', name: 'Read', arguments: '{}' },
          { id: 'b', name: 'Read', arguments: '{}' },
        ],
      },
      {
        role: 'tool',
        results: [
          { id: 'a', name: 'Read', ok: true, text: 'file' },
          { id: 'b', name: 'Read', ok: false, text: NOT_MADE },
        ],
      },
      { role: 'user', text: 'hurry' },
      { role: 'assistant', text: 'Done', calls: [] },
    ]);
  });

  it('AG-08 begins at the last summary', () => {
    const log: AgentEvent[] = [
      input,
      start(1),
      said('x'),
      usage,
      end(1),
      { type: 'Summary', runId, text: 'short' },
      { ...input, input: 'more' },
    ];
    const messages = buildConversation(log);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ role: 'user', text: expect.stringMatching(/short[^]*more$/) });
  });

  it('AG-13 says how far a run has come: what its next performer goes on with', () => {
    const begun = [input, start(1), call('a'), call('b'), usage, result('a')];
    expect(runProgress(begun, runId)).toMatchObject({
      turn: 1,
      told: true,
      closed: false,
      open: [{ id: 'b' }],
      inputTokens: 10,
    });
    expect(runProgress([input, start(1), call('a')], runId)).toMatchObject({
      turn: 1,
      told: false,
      closed: false,
      open: [],
      calls: [],
    });
    expect(runProgress([...begun, result('b'), end(1)], runId)).toMatchObject({ closed: true, open: [] });
    expect(runProgress(begun, 'other')).toMatchObject({ turn: 0, closed: true, open: [] });
  });

  it('AG-08 is summed up when it nearly fills the window, and the request for that fits too', () => {
    const log = Array.from({ length: 40 }, (_, at): AgentEvent[] => [
      { ...input, input: 'x'.repeat(1000) },
      start(at + 1),
      said('y'),
      usage,
      end(at + 1),
    ]).flat();
    const messages = buildConversation(log);
    expect(needsCompaction(messages, 100_000, 'between')).toBe(false);
    expect(needsCompaction(messages, 15_000, 'between')).toBe(true);
    expect(needsCompaction(messages, 25_000, 'after')).toBe(true);
    expect(summaryPrompt(messages, 2000).length).toBeLessThan(2000 * 3);
  });

  it('a text is cut in its middle, and says so', () => {
    expect(cutText('short', 10)).toBe('short');
    const cut = cutText('😀'.repeat(500), 200);
    expect(cut.length).toBeLessThanOrEqual(200);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut).toContain('characters are left out');
    expect(cutText('a\0\ud800', 10)).toBe('a\ufffd\ufffd');
  });
});
