/** What the command reads and prints. That it runs others' suites is shown by running it. */
import { expect, it } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';
import { formatReport, makeReport } from './report.ts';

it('reads a command line, relative to where the caller stands', () => {
  expect(parseArguments(['--suite', 'x', '--filter', 'a', '--filter', 'b', '--json', 'out.json'], '/here')).toEqual({
    suite: '/here/x',
    filters: ['a', 'b'],
    json: '/here/out.json',
    storage: 'partitioned',
    limitMs: 180_000,
  });
  for (const args of [
    [],
    ['--suite'],
    ['--suite', 'x', '--nope'],
    ['--suite', 'x', '--browser', 'firefox'],
    ['--suite', 'x', '--storage', 'some'],
    ['--suite', 'x', '--limit-ms', '0'],
  ])
    expect(() => parseArguments(args, '/here'), args.join(' ')).toThrow(UsageError);
});

it('counts what cannot pass as failed, and says why', () => {
  const report = makeReport('/suite', [
    { name: 'a', passed: true, seconds: 1, cause: '' },
    { name: 'b wants Node 20', passed: false, seconds: 2.25, cause: 'expected v24' },
    { name: 'c', passed: false, seconds: 3, cause: 'broken' },
  ]);
  expect(report).toMatchObject({ passed: 1, failed: 2 });
  expect(formatReport(report, { 'wants Node 20': 'this is Node 24' })).toBe(
    [
      'pass    1.0 s  a',
      'FAIL    2.3 s  b wants Node 20',
      '        expected v24',
      '        cannot pass: this is Node 24',
      'FAIL    3.0 s  c',
      '        broken',
      '',
      '1 of 3 passed',
      '',
    ].join('\n'),
  );
});
