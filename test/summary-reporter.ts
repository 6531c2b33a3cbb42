import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

/** What `npm test` needs to know of a run (packages/tools/setup/test.mjs). */
export interface TestSummary {
  readonly files: readonly { readonly path: string; readonly passed: number; readonly failed: number }[];
  /** Errors that belong to no test, such as a rejected promise that nobody handled. */
  readonly strays: readonly string[];
}

/** Writes the summary to the file that SLIPWAY_TEST_SUMMARY names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    strays: readonly { message: string }[],
    _reason: TestRunEndReason,
  ): void {
    const target = process.env['SLIPWAY_TEST_SUMMARY'];
    if (target === undefined) return;
    const files = modules.map((file) => {
      const passed = [...file.children.allTests('passed')].length;
      const failed = [...file.children.allTests('failed')].length;
      // A file that fails to load, or in a hook, has no failed test, but it is a failure.
      return { path: relative(process.cwd(), file.moduleId), passed, failed: file.ok() ? failed : Math.max(failed, 1) };
    });
    const summary: TestSummary = { files, strays: strays.map(({ message }) => message) };
    writeFileSync(target, JSON.stringify(summary));
  }
}
