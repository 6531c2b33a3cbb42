/** The table of a run. Pure. */
export interface FileResult {
  readonly path: string;
  readonly area: string;
  /** Passed in native Node: only such files count. */
  readonly native: boolean;
  readonly passed: boolean;
  readonly cause: string;
}

/**
 * Of the files with one word behind `test-`. `native`
 * counts those that pass there, and is the denominator.
 */
export interface AreaResult {
  readonly native: number;
  readonly passed: number;
  readonly failed: readonly string[];
}

/** What `--json` writes; two of them can be compared. */
export interface Report {
  readonly node: string;
  readonly areas: Readonly<Record<string, AreaResult>>;
}

/** Files that native Node does not pass are left out altogether. */
export function makeReport(node: string, results: readonly FileResult[]): Report {
  // Without a prototype: an area may be called "constructor".
  const areas: Record<string, { native: number; passed: number; failed: string[] }> = Object.create(null);
  for (const result of results.filter((each) => each.native)) {
    const area = (areas[result.area] ??= { native: 0, passed: 0, failed: [] });
    area.native++;
    if (result.passed) area.passed++;
    else area.failed.push(result.path);
  }
  return { node, areas };
}

/** The failures, the largest group first. */
export function groupFailures(results: readonly FileResult[]): { cause: string; files: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { native, passed, cause, path } of results)
    if (native && !passed) groups.set(cause, [...(groups.get(cause) ?? []), path]);
  return [...groups]
    .map(([cause, files]) => ({ cause, files }))
    .toSorted((a, b) => b.files.length - a.files.length || a.cause.localeCompare(b.cause));
}

/** For people: the table, the failures by cause, and last what cannot pass, with why. */
export function formatReport(
  report: Report,
  results: readonly FileResult[],
  impossible: Readonly<Record<string, string>>,
): string {
  const lines: string[] = [];
  const row = (name: string, native: number, passed: number): string => {
    const share = native === 0 ? '' : `${((100 * passed) / native).toFixed(1).padStart(5)} %`;
    return `${name.padEnd(20)} ${String(passed).padStart(5)} / ${String(native).padEnd(5)} ${share}`;
  };
  let [allNative, allPassed] = [0, 0];
  for (const [name, { native, passed }] of Object.entries(report.areas).toSorted(([a], [b]) => a.localeCompare(b))) {
    lines.push(row(name, native, passed));
    allNative += native;
    allPassed += passed;
  }
  lines.push(row('all', allNative, allPassed), '');

  const failed = results.filter((each) => each.native && !each.passed);
  const told = failed.filter((each) => impossible[each.path] !== undefined);
  for (const { cause, files } of groupFailures(failed.filter((each) => impossible[each.path] === undefined))) {
    lines.push(`${String(files.length).padStart(4)}  ${cause}`, ...files.map((file) => `        ${file}`));
  }
  if (told.length > 0)
    lines.push(
      '',
      `Cannot pass in a browser (counted as failed above): ${told.length}`,
      ...told.map(({ path }) => `        ${path}: ${impossible[path]}`),
    );
  const better = results.filter((each) => each.passed && impossible[each.path] !== undefined);
  if (better.length > 0)
    lines.push('', 'Listed in impossible.ts, but passed:', ...better.map(({ path }) => `        ${path}`));
  return `${lines.join('\n')}\n`;
}
