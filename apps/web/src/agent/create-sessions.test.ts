import type { KnownProvider, SessionView } from '@slipway/agent';
import { createRoot } from 'solid-js';
import { expect, it } from 'vitest';
import type { Workbench } from '../workbench/feature.ts';
import type { AgentCalls } from './agent-calls.ts';
import { createSessions } from './create-sessions.ts';
import { alwaysText } from './question-texts.ts';

/** Sessions over a server that can be away. */
function open() {
  let away = true;
  const manifest = { provider: 'house', model: 'coder' };
  const calls = {
    sessions: async () => {
      if (away) throw new Error('The server does not answer');
      return [{ id: 's', title: 'First', manifest } as SessionView];
    },
    offered: async () => ({
      providers: [{ name: 'house', models: [{ id: 'coder' }] } as unknown as KnownProvider],
      mcpServers: [],
    }),
  } as unknown as AgentCalls;
  const bench = { project: { id: 'p' } } as unknown as Workbench;
  return createRoot((dispose) => ({
    sessions: createSessions(calls, bench),
    dispose,
    comeBack: () => void (away = false),
  }));
}

it('AG-01 UX-17 a first reading that failed is said until one succeeds, whatever is pressed meanwhile', async () => {
  const { sessions, comeBack, dispose } = open();
  await sessions.load();
  expect([sessions.ready(), sessions.failure()]).toEqual([false, 'The server does not answer']);
  // What “New session” does, in the panel and in the palette.
  sessions.select(undefined);
  expect(sessions.failure()).toBe('The server does not answer');
  comeBack();
  await sessions.load();
  expect([sessions.ready(), sessions.failure(), sessions.chosen()]).toEqual([true, undefined, 's']);
  sessions.select(undefined);
  expect(sessions.chosen()).toBeUndefined();
  dispose();
});

it('AG-03 an answer for good says where it holds: a command in the project, all else in the session', () => {
  expect(['Run', 'Edit', 'docs__search'].map((tool) => alwaysText({ tool }))).toEqual([
    'Always in this project',
    'Always in this session',
    'Always in this session',
  ]);
});
