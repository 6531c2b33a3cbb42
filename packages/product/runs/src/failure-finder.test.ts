import { describe, expect, it } from 'vitest';
import { FailureFinder } from './failure-finder.ts';

const NOTICE = 'slipway: typescript 7.0.2 is a native program; running typescript@6 in its place';
/** As Vite 8 writes it, colours included. */
const UNRESOLVED = [
  '\u2717 Build failed in 82ms',
  'error during build:',
  'Build failed with 1 error:',
  '',
  "\u001b[31m[UNRESOLVED_IMPORT] \u001b[0mCould not resolve './nope' in src/main.ts",
  '   \u001b[38;5;246m\u256d\u001b[0m\u001b[38;5;246m\u2500\u001b[0m\u001b[38;5;246m[\u001b[0m src/main.ts:2:19 \u001b[38;5;246m]\u001b[0m',
  ' \u001b[38;5;246m2 \u2502\u001b[0m import { a } from "./nope";',
  '',
  '    at aggregateErrors (file:///node_modules/rolldown/dist/error.mjs:50:18)',
  'TypeError: what came of it',
];

function find(stdout: string[], stderr: string[] = []): FailureFinder {
  const finder = new FailureFinder();
  finder.push('stdout', new TextEncoder().encode(`${stdout.join('\n')}\n`));
  // In pieces that cut characters: lines are put together again.
  const bytes = new TextEncoder().encode(stderr.join('\n'));
  for (let at = 0; at < bytes.length; at += 7) finder.push('stderr', bytes.subarray(at, at + 7));
  return finder;
}

describe('what a failed build is summed up by', () => {
  it('P-11 is the compiler\u2019s first error and how many there are, not the notice in stderr', () => {
    const errors = [
      "src/App.tsx(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
      '  The expected type comes from here.',
      "src/main.tsx(9,1): error TS2304: Cannot find name 'x'.",
    ];
    expect(find(errors, [NOTICE]).known()).toBe(
      "src/App.tsx(3,7): TS2322: Type 'string' is not assignable to type 'number'. (and 1 more)",
    );
    const pretty =
      '\u001b[96msrc/a.ts\u001b[0m:\u001b[93m1\u001b[0m:\u001b[93m2\u001b[0m - \u001b[91merror\u001b[0m TS1: no';
    expect(find([pretty]).known()).toBe('src/a.ts:1:2: TS1: no');
  });

  it('P-11 is the bundler\u2019s error with its place, without frame and stack', () => {
    expect(find(['transforming...'], UNRESOLVED).known()).toBe(
      "[UNRESOLVED_IMPORT] Could not resolve './nope' in src/main.ts (src/main.ts:2:19)",
    );
    const rollup = [
      'error during build:',
      'Could not resolve "./a" from "b.js"',
      'file: /home/project/b.js',
      '    at x',
    ];
    expect(find([], rollup).known()).toBe('Could not resolve "./a" from "b.js" (/home/project/b.js)');
  });

  it.each([
    ['node:internal/x:1\n\nReferenceError: nope is not defined\n    at file.js', 'ReferenceError: nope is not defined'],
    ['Error [ERR_X]: a\nTypeError [ERR_Y]: b', 'TypeError [ERR_Y]: b'],
    ['\u2718 [ERROR] Expected ";" but found "b"', '\u2718 [ERROR] Expected ";" but found "b"'],
  ])('P-11 is the error that nobody caught: %j', (stderr, known) => {
    expect(find([], stderr.split('\n')).known()).toBe(known);
  });

  it('P-11 is what stderr says besides notices, else the end of stdout, else nothing', () => {
    const notices = [
      NOTICE,
      'npm warn old',
      '(node:5) ExperimentalWarning: x',
      'npm error A complete log of this run can',
    ];
    expect(find(['one', 'two'], [...notices, 'boom', 'npm http fetch GET 200 https://r.example/a 3ms']).rest()).toBe(
      'boom',
    );
    expect(find(['1', '2', '3', '4', '5', '6'], notices).rest()).toBe('2\n3\n4\n5\n6');
    expect(find([]).rest()).toBeUndefined();
  });

  it('P-10 keeps the end of a flood alone, and of a long line its beginning', () => {
    const finder = find(
      [],
      Array.from({ length: 20_000 }, (_, line) => `line ${line}`),
    );
    expect(finder.rest()!.length).toBeLessThanOrEqual(16_000);
    expect(finder.rest()).toMatch(/line 19999$/);
    expect(find([`TypeError: ${'x'.repeat(9000)}`]).known()).toHaveLength(500);
  });
});
