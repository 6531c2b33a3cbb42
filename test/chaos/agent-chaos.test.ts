import { expect, it } from 'vitest';
import { runAgentChaos } from './agent-chaos.ts';

it('AG-01 AG-10 AG-13 server, holder, sandbox and database are killed in a run: no call twice, no event lost, the files whole', async () => {
  const report = await runAgentChaos({ points: 4, calls: 8, patienceMs: 20_000, seed: 5 });
  expect(report.faults).toEqual([]);
  // It was no calm day.
  expect(report.kills).toEqual({ api: 1, holder: 1, sandbox: 1, database: 1 });
}, 280_000);
