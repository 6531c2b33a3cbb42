/** The table of a run. Pure. */

/** One thing that was tried. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** Why it failed; empty where it passed. */
  readonly cause: string;
}

/** What `--json` writes; two of them can be compared. */
export interface Report {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly checks: readonly CheckResult[];
}

/** Everything that was tried counts, whatever the cause of its failure. */
export function makeReport(suite: string, checks: readonly CheckResult[]): Report {
  const passed = checks.filter((check) => check.passed).length;
  return { suite, passed, failed: checks.length - passed, checks };
}

/** For people: a line each, then the sum; behind what is known to be impossible stands why. */
export function formatReport(report: Report, impossible: Readonly<Record<string, string>>): string {
  const lines = report.checks.map(({ name, passed, seconds, cause }) => {
    const why = passed ? '' : `\n        ${cause}${reasonOf(name, impossible)}`;
    return `${passed ? 'pass' : 'FAIL'} ${seconds.toFixed(1).padStart(6)} s  ${name}${why}`;
  });
  const sum = `${report.passed} of ${report.passed + report.failed} passed`;
  return `${[...lines, '', sum].join('\n')}\n`;
}

function reasonOf(name: string, impossible: Readonly<Record<string, string>>): string {
  const key = Object.keys(impossible).find((part) => name.includes(part));
  return key === undefined ? '' : `\n        cannot pass: ${impossible[key]}`;
}
