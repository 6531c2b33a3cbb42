import { expect, it } from 'vitest';
import { runChaos } from './chaos.ts';

it('P-14 SV-02 SV-16 workers are killed and frozen, the database is restarted and killed: every job ends once, with all its lines', async () => {
  const report = await runChaos({ jobs: 16, workers: 3, lines: 30, patienceMs: 1500, leaseMs: 2000 });
  expect(report.faults).toEqual([]);
  expect(report.ends).toEqual({ succeeded: 16 });
  // It was no calm day.
  expect(Object.keys(report.disturbances).sort()).toEqual(
    ['worker killed', 'worker frozen', 'sessions ended', 'database restarted', 'database killed'].sort(),
  );
}, 240_000);
