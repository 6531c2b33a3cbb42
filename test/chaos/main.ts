/**
 * `npm run chaos -- [--jobs N] [--workers N]`: see `chaos.ts`;
 * `npm run chaos -- --plugins [--kills N]`: see `plugins.ts`;
 * `npm run chaos -- --agent [--points N]`: see `agent-chaos.ts`.
 * Exits with 1 when something is wrong.
 */
import { parseArgs } from 'node:util';
import { runAgentChaos } from './agent-chaos.ts';
import { runChaos } from './chaos.ts';
import { runPluginChaos } from './plugins.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    workers: { type: 'string', default: '4' },
    plugins: { type: 'boolean', default: false },
    kills: { type: 'string', default: '100' },
    agent: { type: 'boolean', default: false },
    points: { type: 'string', default: '50' },
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);
async function run() {
  if (values.plugins) return await runPluginChaos({ kills: Number(values.kills), say });
  if (values.agent)
    return await runAgentChaos({ points: Number(values.points), calls: 20, patienceMs: 180_000, seed: 11, say });
  return await runChaos({
    jobs: Number(values.jobs),
    workers: Number(values.workers),
    lines: 150,
    patienceMs: 3000,
    leaseMs: 3000,
    say,
  });
}
const report = await run();
process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
process.exitCode = report.faults.length > 0 ? 1 : 0;
