/** `npm run chaos -- [--jobs N] [--workers N]`: see `chaos.ts`. Exits with 1 when something is wrong. */
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '200' }, workers: { type: 'string', default: '4' } },
});
const report = await runChaos({
  jobs: Number(values.jobs),
  workers: Number(values.workers),
  lines: 150,
  patienceMs: 3000,
  leaseMs: 3000,
  say: (text) => process.stdout.write(`${text}\n`),
});
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.faults.length > 0 ? 1 : 0;
