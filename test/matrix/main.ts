/**
 * `npm run matrix:tools [-- --filter TEXT] [--json FILE] [--docs] [--log FOLDER] [--limit-ms N]`: frameworks and tools of the
 * registry, each in a container of its own, as a table with causes. `--json` keeps what the file says of cells that
 * were not run; `--docs` writes the page docs/frameworks.md from it.
 */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openTestContainer } from '../containers/open-container.ts';
import { openBrowser } from '../e2e/browser.ts';
import { formatReport, makeReport } from '../ecosystem/report.ts';
import type { Cell } from './cell.ts';
import { CELLS } from './cells.ts';
import { putTable } from './result-table.ts';
import { type CellResult, runCell } from './run-cell.ts';

const DOCS = fileURLToPath(new URL('../../docs/frameworks.md', import.meta.url));

const { values } = parseArgs({
  options: {
    filter: { type: 'string', multiple: true, default: [''] },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
    log: { type: 'string' },
    'limit-ms': { type: 'string', default: '300000' },
  },
});
const fromHere = (path: string): string => resolve(process.env['SLIPWAY_CWD'] ?? process.cwd(), path);

/** A browser of its own: one that a cell has brought down takes no other along. */
async function perform(cell: Cell): Promise<CellResult> {
  const log = openLog(cell.name);
  const browser = await openBrowser();
  try {
    const container = await openTestContainer(browser);
    try {
      return await runCell(cell, container, { limitMs: Number(values['limit-ms']), log });
    } finally {
      log(`complaints of the page:\n${container.complaints().join('\n')}\n`);
      await container.close();
    }
  } catch (error) {
    return { name: cell.name, kind: cell.kind, passed: false, seconds: 0, cause: String(error), versions: {} };
  } finally {
    await browser.close();
  }
}

/** All that is printed, in a file of the cell's name, as it comes. */
function openLog(name: string): (text: string) => void {
  if (values.log === undefined) return () => undefined;
  const path = join(fromHere(values.log), `${name}.log`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  return (text) => appendFileSync(path, text);
}

const results = new Map<string, CellResult>();
if (values.json !== undefined && existsSync(fromHere(values.json))) {
  const { checks } = JSON.parse(await readFile(fromHere(values.json), 'utf8')) as { checks: CellResult[] };
  for (const check of checks) results.set(check.name, check);
}
const checks: CellResult[] = [];
// In the order of the filters: who names several has one that matters most.
const chosen = new Set(values.filter.flatMap((part) => CELLS.filter(({ name }) => name.includes(part))));
for (const cell of chosen) {
  const result = await perform(cell);
  checks.push(result);
  results.set(cell.name, result);
  process.stderr.write(`${cell.name}: ${result.passed ? 'pass' : 'FAIL'}\n`);
  if (values.json !== undefined) {
    const report = makeReport('matrix', [...results.values()]);
    await writeFile(fromHere(values.json), `${JSON.stringify(report, undefined, 2)}\n`);
  }
}
if (values.docs) await putTable(DOCS, CELLS, results);
const outside = Object.fromEntries(CELLS.map(({ name, outside }) => [name, outside]).filter(([, why]) => why));
const report = makeReport('matrix', checks);
process.stdout.write(formatReport(report, outside as Record<string, string>));
process.exitCode = report.failed > 0 ? 1 : 0;
