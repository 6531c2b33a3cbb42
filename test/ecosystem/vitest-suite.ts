/**
 * A checkout whose tests boot a container in vitest's browser mode, as the vendor's suites do: its own vitest, its
 * own configuration and tests, unmodified; only the address of the runtime and the machine's browser are ours.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { serveRuntime } from './serve-runtime.ts';
import type { CheckResult } from './report.ts';

/** What the run of a suite is given. */
export interface VitestRun {
  readonly suite: string;
  readonly filters: readonly string[];
  /** What the browser gives third parties: nothing, or a part of its storage. */
  readonly storage: 'denied' | 'partitioned';
  readonly limitMs: number;
  readonly log: (text: string) => void;
}

interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** Runs it, and gives a row for each test. */
export async function runVitestSuite(run: VitestRun): Promise<CheckResult[]> {
  const program = join(run.suite, 'node_modules/vitest/vitest.mjs');
  if (!existsSync(program))
    throw new Error(`Cannot run the tests of "${run.suite}": vitest is not installed there, run npm install in it`);
  const runtime = await serveRuntime();
  const folder = await mkdtemp(join(tmpdir(), 'ecosystem-'));
  // Beside their configuration, so that it resolves what it imports as theirs does.
  const config = join(run.suite, `.slipway-${process.pid}.config.mjs`);
  const report = join(folder, 'report.json');
  const setup = join(folder, 'address.js');
  try {
    await writeFile(setup, `globalThis.WEBCONTAINER_API_IFRAME_URL = ${JSON.stringify(runtime.address)};\n`);
    await writeFile(config, configOf(run, setup));
    const args = ['run', '--config', config, '--root', run.suite, '--reporter=verbose', '--reporter=json'];
    await new Promise<void>((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args, `--outputFile.json=${report}`, ...run.filters], {
        cwd: run.suite,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CI: '1', NO_COLOR: '1' },
      });
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => run.log(text.trimEnd()));
      child.on('error', reject);
      child.on('close', () => resolve());
    });
    if (!existsSync(report)) throw new Error(`Cannot run the tests of "${run.suite}": vitest wrote no report`);
    return rowsOf(JSON.parse(await readFile(report, 'utf8')) as JsonReport, run.suite);
  } finally {
    await rm(config, { force: true });
    await rm(folder, { recursive: true, force: true });
    await runtime.close();
  }
}

function configOf({ suite, storage, limitMs }: VitestRun, setup: string): string {
  const own = ['vitest.config.ts', 'vitest.config.mts', 'vitest.config.js'].find((name) =>
    existsSync(join(suite, name)),
  );
  if (own === undefined) throw new Error(`Cannot run the tests of "${suite}": it has no vitest.config`);
  // Playwright's own switches deny storage to third parties; the last switch of a name counts.
  const partitions = ['--disable-features=Translate', '--test-third-party-cookie-phaseout'];
  const launch = {
    executablePath: mustFindBrowser(),
    args: [
      ...HEADLESS_ARGS,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...(storage === 'partitioned' ? partitions : []),
    ],
  };
  return `import own from './${own}';
const launch = ${JSON.stringify(launch)};
const config = typeof own === 'function' ? await own({ mode: 'test', command: 'serve' }) : own;
const browser = config.test.browser;
// Vitest 4 hands a provider over, vitest 3 names it.
const provider = typeof browser.provider === 'string'
  ? browser.provider
  : (await import('@vitest/browser-playwright')).playwright({ launchOptions: launch });
export default {
  ...config,
  test: {
    ...config.test,
    testTimeout: ${limitMs},
    hookTimeout: ${limitMs},
    setupFiles: [${JSON.stringify(setup)}],
    fileParallelism: false,
    browser: {
      ...browser,
      provider,
      fileParallelism: false,
      instances: [{ browser: 'chromium', name: 'Chromium', launch }],
    },
  },
  server: { ...config.server, fs: { strict: false } },
};
`;
}

function rowsOf(report: JsonReport, suite: string): CheckResult[] {
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const file = name.replace(`${suite}/`, '');
    if (assertionResults.length === 0)
      return [{ name: file, passed: false, seconds: 0, cause: firstLine(message ?? 'no test ran') }];
    return assertionResults.map((test) => ({
      name: `${file}: ${test.fullName}`,
      passed: test.status === 'passed',
      seconds: (test.duration ?? 0) / 1000,
      cause: test.status === 'passed' ? '' : firstLine(test.failureMessages?.[0] ?? test.status),
    }));
  });
}

const firstLine = (text: string): string => text.split('\n')[0]?.slice(0, 300) ?? '';
