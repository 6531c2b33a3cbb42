/**
 * `npm test [-- <vitest filter>]`: prepares the machine, runs every test there is, and ends with the plain line
 * `N passed, N failed`.
 *
 * Without a filter, the files that failed are run once more, one after the other: three files share two cores, and a
 * browser that gets none for a minute says nothing about the product. What passes alone counts as passed and is named,
 * so that somebody looks at it; what fails twice, many files, and an error that no test owns are a failure at once.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFirefox, prepare, productNode, root, withMessages } from './steps.mjs';

/** More failed files than this are no matter of a busy machine. */
const SECOND_LOOK_FILES = 8;

await withMessages(() => {
  prepare('product');
  const filters = process.argv.slice(2);
  // Few tests run in it: who asks for others alone does not wait for it.
  if (filters.length === 0 || filters.some((filter) => /engine|firefox/i.test(filter))) installFirefox();
  const first = runVitest(filters);
  const files = new Map(first.files.map((file) => [file.path, file]));
  const failed = first.files.filter((file) => file.failed > 0).map((file) => file.path);
  const aloneOnly = [];
  if (filters.length === 0 && failed.length > 0 && failed.length <= SECOND_LOOK_FILES) {
    process.stdout.write(`\nslipway: a second look, one file after the other, at ${failed.join(' ')}\n`);
    const second = runVitest([...failed, '--maxWorkers=1']);
    first.strays.push(...second.strays);
    for (const file of second.files) {
      files.set(file.path, file);
      if (file.failed === 0) aloneOnly.push(file.path);
    }
  }
  const count = (key) => [...files.values()].reduce((sum, file) => sum + file[key], 0);
  const passedTests = count('passed');
  // A run without any test proves nothing.
  const failedTests = Math.max(count('failed') + first.strays.length, passedTests === 0 ? 1 : 0);
  if (aloneOnly.length > 0) process.stdout.write(`failed beside others, passed alone: ${aloneOnly.join(' ')}\n`);
  for (const stray of first.strays) process.stdout.write(`an error that no test owns: ${stray}\n`);
  process.stdout.write(`${passedTests} passed, ${failedTests} failed\n`);
  process.exitCode = failedTests === 0 ? 0 : 1;
});

/**
 * One run of vitest, and its summary (test/summary-reporter.ts).
 * @param {string[]} options filters and options of vitest
 */
function runVitest(options) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const target = join(folder, 'summary.json');
  const { status } = spawnSync(
    productNode(),
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config=test/vitest.config.ts',
      '--reporter=default',
      '--reporter=./test/summary-reporter.ts',
      ...options,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, SLIPWAY_TEST_SUMMARY: target } },
  );
  try {
    const summary = JSON.parse(readFileSync(target, 'utf8'));
    const accounted = summary.strays.length > 0 || summary.files.some((file) => file.failed > 0);
    if (status !== 0 && !accounted) summary.strays.push(`vitest ended with ${status}`);
    return summary;
  } catch (error) {
    return { files: [], strays: [`no test summary was written: ${error.message}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
