/**
 * `npm run chaos -- [--jobs N] [--workers N]`: see `chaos.ts`;
 * `npm run chaos -- --plugins [--kills N]`: see `plugins.ts`.
 * Exits with 1 when something is wrong.
 */
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { runPluginChaos } from './plugins.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    workers: { type: 'string', default: '4' },
    plugins: { type: 'boolean', default: false },
    kills: { type: 'string', default: '100' },
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);
const report = values.plugins
  ? await runPluginChaos({ kills: Number(values.kills), say })
  : await runChaos({
      jobs: Number(values.jobs),
      workers: Number(values.workers),
      lines: 150,
      patienceMs: 3000,
      leaseMs: 3000,
      say,
    });
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.faults.length > 0 ? 1 : 0;
