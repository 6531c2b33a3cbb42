/**
 * `npm run conformance`: files of Node's own test suite in containers, against
 * native Node 24.21.0 in the same run.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments, USAGE, UsageError, type Options } from './arguments.ts';
import { runInContainers } from './container-runs.ts';
import { IMPOSSIBLE } from './impossible.ts';
import { NativeRuns, type NativeResult } from './native-runs.ts';
import { formatReport, makeReport, type FileResult } from './report.ts';
import { stageSuite } from './stage.ts';
import { listTestFiles, mustFindSuite, type TestFile } from './test-files.ts';
import { firstErrorLine, isPassed, isSkipped } from './verdict.ts';

const STATE = fileURLToPath(new URL('../../.slipway/conformance/', import.meta.url));

async function conformance(options: Options): Promise<void> {
  const suite = mustFindSuite(options.suite);
  const files = await listTestFiles(suite, options.filters);
  if (files.length === 0) throw new UsageError('Cannot run: no file matches');
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);

  // Outside this checkout, whose package.json would make modules of the tests.
  const stage = await mkdtemp(join(tmpdir(), 'conformance-'));
  const outputs = join(STATE, 'output');
  // Interrupted once, the run ends early and says what it has; twice, it is gone.
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  try {
    await stageSuite(suite, files, join(stage, 'test'));
    const native = await runNatively(files, join(stage, 'test'), options, stopping.signal);
    const counted = files.filter((file) => native.get(file)?.passed === true);
    progress(`native Node passes ${counted.length} of ${files.length}`);

    // What native runs left behind is not mounted.
    await stageSuite(suite, files, join(stage, 'test'));
    const results: FileResult[] = [];
    await runInContainers(counted, {
      folder: join(stage, 'test'),
      jobs: options.jobs,
      limitMs: options.limitMs,
      browser: options.browser,
      stop: stopping.signal,
      async onResult(file, run) {
        // A file that only skips itself here proves nothing.
        const passed = isPassed(run) && (!isSkipped(run) || native.get(file)?.skipped === true);
        const cause = passed ? '' : firstErrorLine(run);
        results.push({ path: file.path, area: file.area, native: true, passed, cause });
        const kept = join(outputs, `${file.path}.txt`);
        if (passed) await rm(kept, { force: true });
        else {
          await mkdir(dirname(kept), { recursive: true });
          const ending = `${cause}\n--- exit code ${run.code} signal ${run.signal}`;
          await writeFile(kept, `${ending}\n--- stderr\n${run.stderr}\n--- stdout\n${run.stdout}`);
        }
        progress(`${passed ? 'pass' : 'FAIL'} ${file.path}${passed ? '' : `: ${cause}`}`);
      },
    });
    results.sort((a, b) => a.path.localeCompare(b.path));
    const report = makeReport(await NativeRuns.version(), results);
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (stopping.signal.aborted)
      process.stdout.write(`Stopped early: ${results.length} of ${counted.length} files; the table is of those\n`);
    process.stdout.write(formatReport(report, results, IMPOSSIBLE));
    progress(`what failing files printed: ${outputs}`);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function runNatively(
  files: readonly TestFile[],
  folder: string,
  options: Options,
  stop: AbortSignal,
): Promise<Map<TestFile, NativeResult>> {
  const runs = await NativeRuns.open(folder, join(STATE, 'native.json'));
  const results = new Map<TestFile, NativeResult>();
  const queue = [...files];
  const work = async (slot: number): Promise<void> => {
    for (let file = queue.shift(); file !== undefined && !stop.aborted; file = queue.shift())
      results.set(file, await runs.run(file, slot, options.limitMs));
  };
  try {
    await Promise.all(Array.from({ length: options.jobs }, (_, slot) => work(slot)));
  } finally {
    await runs.save();
  }
  return results;
}

try {
  await conformance(parseArguments(process.argv.slice(2), process.env['SLIPWAY_CWD'] ?? process.cwd()));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`conformance: ${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
