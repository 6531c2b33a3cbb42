import { expect, it } from 'vitest';
import { runPluginChaos } from './plugins.ts';

it('PL-10 PL-11 PL-12 servers are killed between call, commit and publish: each event has its effects once and in order', async () => {
  const report = await runPluginChaos({ kills: 6 });
  expect(report.faults).toEqual([]);
  expect(report).toMatchObject({ events: 36, rolledBack: 6 });
  expect(Object.values(report.kills).reduce((sum, count) => sum + count, 0)).toBe(6);
  // Not all of them had nothing to do.
  expect(Object.keys(report.kills).filter((point) => point !== 'waiting').length).toBeGreaterThan(1);
}, 240_000);
