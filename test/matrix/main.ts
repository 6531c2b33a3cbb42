/**
 * `npm run matrix:tools [-- --filter TEXT] [--json FILE] [--limit-ms N]`: frameworks and tools of the registry in a
 * container, as a table with causes.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openTestContainer } from '../containers/open-container.ts';
import { type CheckResult, formatReport, makeReport } from '../ecosystem/report.ts';
import { CELLS } from './cells.ts';
import { runCell } from './run-cell.ts';

const { values } = parseArgs({
  options: {
    filter: { type: 'string', multiple: true, default: [''] },
    json: { type: 'string' },
    'limit-ms': { type: 'string', default: '300000' },
  },
});
const container = await openTestContainer();
try {
  const checks: CheckResult[] = [];
  for (const cell of CELLS.filter(({ name }) => values.filter.some((part) => name.includes(part)))) {
    checks.push(await runCell(cell, container, Number(values['limit-ms'])));
    process.stderr.write(`${cell.name}: ${checks.at(-1)?.passed === true ? 'pass' : 'FAIL'}\n`);
  }
  const report = makeReport('matrix', checks);
  if (values.json !== undefined) {
    const path = resolve(process.env['SLIPWAY_CWD'] ?? process.cwd(), values.json);
    await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  process.stdout.write(formatReport(report, {}));
  process.exitCode = report.failed > 0 ? 1 : 0;
} finally {
  await container.close();
}
