import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';
import { formatReport, groupFailures, makeReport, type FileResult } from './report.ts';
import { areaOf, makeFilter, readHeader } from './test-files.ts';
import { firstErrorLine, isPassed, isSkipped, type Run } from './verdict.ts';

const run = (given: Partial<Run>): Run => ({
  code: 0,
  signal: null,
  timedOut: false,
  stdout: '',
  stderr: '',
  ...given,
});
const failed = (path: string, cause: string): FileResult => ({ path, area: 'fs', native: true, passed: false, cause });

describe('conformance', () => {
  it('takes the area from the file name', () => {
    expect(
      [
        'parallel/test-fs-access.js',
        'test-path.js',
        'es-module/test-esm-basic-imports.mjs',
        'test-stream2-base64.js',
      ].map(areaOf),
    ).toEqual(['fs', 'path', 'esm', 'stream2']);
    expect(areaOf('parallel/README.md')).toBeUndefined();
  });

  it('honours the flags and the environment a file asks for', () => {
    expect(readHeader("'use strict';\n// Flags: --expose-gc --no-warnings\n// Env: TZ=UTC A=b=c\n")).toEqual({
      flags: ['--expose-gc', '--no-warnings'],
      env: { TZ: 'UTC', A: 'b=c' },
    });
    expect(readHeader('// no header')).toEqual({ flags: [], env: {} });
  });

  it('filters by name, or by path where the glob has a slash', () => {
    expect(makeFilter([])('parallel/test-a.js')).toBe(true);
    expect(makeFilter(['test-{path,url}*'])('parallel/test-url-parse.js')).toBe(true);
    expect(makeFilter(['es-module/*'])('parallel/test-url.js')).toBe(false);
    expect(makeFilter(['test-path.js'])('parallel/test-pathxjs')).toBe(false);
  });

  it('groups failures by the first line that names an error', () => {
    const stderr =
      "/home/project/test/common/index.js:7\n    throw e;\n    ^\n\nTypeError [ERR_X]: Cannot open '/home/project/test/a'\n    at x\n";
    expect(firstErrorLine(run({ code: 1, stderr }))).toBe("TypeError [ERR_X]: Cannot open '<path>'");
    expect(firstErrorLine(run({ code: 7 }))).toBe('exit code 7, no message');
    expect(firstErrorLine(run({ code: null, timedOut: true, stderr }))).toBe('timed out');
    expect(groupFailures([failed('a', 'one'), failed('b', 'two'), failed('c', 'two')])).toEqual([
      { cause: 'two', files: ['b', 'c'] },
      { cause: 'one', files: ['a'] },
    ]);
  });

  it('knows a file that skipped itself', () => {
    expect(isSkipped(run({ stdout: '1..0 # Skipped: no crypto\n' }))).toBe(true);
    expect(isSkipped(run({ stdout: 'ok\n' }))).toBe(false);
    expect(isPassed(run({ code: 0, signal: null, timedOut: true }))).toBe(false);
  });

  it('counts what native passes, also what cannot pass here', () => {
    const results: FileResult[] = [
      failed('parallel/test-fs-a.js', 'one'),
      { path: 'b', area: 'fs', native: true, passed: true, cause: '' },
      { path: 'c', area: 'fs', native: false, passed: false, cause: 'x' },
    ];
    const report = makeReport('v24.21.0', results);
    expect(report).toEqual({
      node: 'v24.21.0',
      areas: { fs: { native: 2, passed: 1, failed: ['parallel/test-fs-a.js'] } },
    });
    const text = formatReport(report, results, { 'parallel/test-fs-a.js': 'needs a disk' });
    expect(text).toMatch(/fs +1 \/ 2 +50\.0 %/);
    expect(text).toContain('parallel/test-fs-a.js: needs a disk');
  });

  it('refuses a command line it cannot read', () => {
    expect(parseArguments(['--suite', 't', '--jobs', '3', '--filter', 'a', '--filter', 'b'], '/x')).toEqual({
      suite: '/x/t',
      filters: ['a', 'b'],
      json: undefined,
      jobs: 3,
      limitMs: 30_000,
      browser: 'chromium',
    });
    for (const args of [
      [],
      ['--suite'],
      ['--suite', 'x', '--jobs', '0'],
      ['--what', 'x'],
      ['--suite', 'x', '--browser', 'y'],
    ])
      expect(() => parseArguments(args, '/')).toThrow(UsageError);
  });
});
