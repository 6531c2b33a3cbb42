/**
 * `npm run ecosystem`: what others wrote for the hosted runtime, on the runtime built here. Nothing of theirs is in
 * this repository: the caller names a checkout.
 */
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArguments, USAGE, UsageError } from './arguments.ts';
import { IMPOSSIBLE } from './impossible.ts';
import { formatReport, makeReport, type CheckResult } from './report.ts';
import { runStarters } from './starters.ts';
import { runVitestSuite } from './vitest-suite.ts';

try {
  const options = parseArguments(process.argv.slice(2), process.env['SLIPWAY_CWD'] ?? process.cwd());
  if (!existsSync(options.suite)) throw new UsageError(`Cannot run: there is no "${options.suite}"`);
  const log = (text: string): void => void process.stderr.write(`${text}\n`);
  const projects = readdirSync(options.suite, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(options.suite, entry.name, 'package.json')))
    .map((entry) => entry.name)
    .filter((name) => name !== 'node_modules');
  // A folder of projects may have tests of its own besides; `--suite DIR/test` has no package.json below it.
  const checks: CheckResult[] =
    projects.length > 3 ? await runStarters({ ...options, projects, log }) : await runVitestSuite({ ...options, log });
  const report = makeReport(options.suite, checks);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(formatReport(report, IMPOSSIBLE));
  process.exitCode = report.failed > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`ecosystem: ${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
