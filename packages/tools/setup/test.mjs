/**
 * `npm test [-- <vitest filter>]`: prepares the machine, runs every test there
 * is, and ends with the plain line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, productNode, root, withMessages } from './steps.mjs';

await withMessages(() => {
  prepare('product');
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  const report = join(folder, 'report.json');
  const vitest = spawnSync(
    productNode(),
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'test/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: 'inherit' },
  );
  let passed = 0;
  let failed = 1;
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed = result.numPassedTests;
    // A file that fails to load has no tests to count, but it is a failure.
    const brokenFiles = result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    failed = result.numFailedTests + brokenFiles;
  } catch (error) {
    process.stderr.write(`slipway: no test report was written: ${error.message}\n`);
  }
  rmSync(folder, { recursive: true, force: true });
  if (vitest.status !== 0 && failed === 0) failed = 1;
  if (passed === 0) failed = Math.max(failed, 1);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
});
