import { describe, expect, it } from 'vitest';
import { AGENT_LIMITS, agentEvent } from './session-events.ts';
import { sessionMethod } from './session-methods.ts';

const runId = '0b5cf5a4-6f0c-4d6e-9d0a-6a9f0f9d2a11';

describe('what a session says', () => {
  it('AG-05 has every event by its name and fields, each with the id of its run', () => {
    const taken = [
      { type: 'TurnStart', turn: 1 },
      { type: 'TurnEnd', turn: 1, result: 'Final', changed: ['a'] },
      { type: 'TextDelta', text: 'a' },
      { type: 'TextDone', text: 'a' },
      { type: 'ReasoningDelta', text: 'a' },
      { type: 'ReasoningDone', text: 'a' },
      { type: 'Checkpoint', checkpointId: 'cp-1-0', snapshotId: runId, before: true },
      { type: 'Rewound', from: 1 },
      { type: 'ToolCallStart', id: 'c', name: 'Read' },
      { type: 'ToolCallArgsDelta', id: 'c', json: '{' },
      { type: 'ToolCallDone', id: 'c', name: 'Read', arguments: '{}' },
      { type: 'Usage', input_tokens: 1, output_tokens: 2 },
      { type: 'Error', code: 'ProviderError', message: 'no' },
      { type: 'RunEnd', result: 'LimitReached' },
    ];
    for (const event of taken) {
      expect(agentEvent.safeParse({ ...event, runId }).success, event.type).toBe(true);
      expect(agentEvent.safeParse(event).success, event.type).toBe(false);
      expect(agentEvent.safeParse({ ...event, runId, more: 1 }).success, event.type).toBe(false);
    }
    expect(agentEvent.safeParse({ type: 'Error', runId, code: 'Other', message: '' }).success).toBe(false);
    expect(
      agentEvent.safeParse({
        type: 'ToolResult',
        runId,
        id: 'c',
        ok: true,
        text: 'x'.repeat(AGENT_LIMITS.resultChars + 1),
      }).success,
    ).toBe(false);
  });

  it('AG-02 takes the methods there are, and no text that cannot be stored', () => {
    for (const method of [{ type: 'Run', input: 'a' }, { type: 'Resume' }, { type: 'Cancel' }, { type: 'GetHistory' }])
      expect(sessionMethod.safeParse(method).success).toBe(true);
    for (const input of ['', '  ', 'a\0b', '\ud800', 'x'.repeat(AGENT_LIMITS.inputChars + 1)])
      expect(sessionMethod.safeParse({ type: 'Run', input }).success).toBe(false);
  });
});
