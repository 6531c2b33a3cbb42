/** What a run says about a file. Pure. */
export interface Run {
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Node's tests skip themselves by printing this TAP line and leaving with 0. */
export function isSkipped(run: Run): boolean {
  return run.code === 0 && /^1\.\.0 # Skipped/m.test(run.stdout);
}

/** Node's tests say nothing when they pass; the exit code is all there is. */
export function isPassed(run: Run): boolean {
  return run.code === 0 && run.signal === null && !run.timedOut;
}

/** The line failures are grouped by: the first that names an error, else the first that says anything. */
export function firstErrorLine(run: Run): string {
  if (run.timedOut) return 'timed out';
  if (isSkipped(run)) return `skipped itself: ${/^1\.\.0 # Skipped:? ?(.*)$/m.exec(run.stdout)?.[1] ?? ''}`;
  const lines = `${run.stderr}\n${run.stdout}`.split('\n').map((line) => line.trim());
  const line =
    lines.find((each) => /^(?:Uncaught )?(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception)\b(?: \[|:|$)/.test(each)) ??
    lines.find((each) => /^(?:Mismatched|Missing|Expected|error:|not ok|node:)/.test(each)) ??
    lines.find((each) => each !== '' && !/^(?:at |node:|[\^~]+$|\(node:\d+\)|\(Use `node|\/\S+:\d+$)/.test(each));
  const ending = run.signal === null ? `exit code ${run.code}` : `killed by ${run.signal}`;
  return line === undefined ? `${ending}, no message` : sameLine(line);
}

/** What differs from file to file is taken out, so that like failures meet. */
function sameLine(line: string): string {
  return line
    .replace(/(?:file:\/\/)?\/home\/project\/[^\s'")]*/g, '<path>')
    .replace(/\b\d{3,}\b/g, 'N')
    .slice(0, 200);
}
