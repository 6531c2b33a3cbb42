/** The short form of `npm run matrix:tools`: one test runner, one linter, one formatter, one framework, one server, in one container. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestContainer, type TestContainer } from '../containers/open-container.ts';
import { CELLS } from './cells.ts';
import { comparable } from './comparable.ts';
import { judgeRefusal, runCell } from './run-cell.ts';

const LIMIT_MS = 300_000;

let container: TestContainer;
beforeAll(async () => {
  container = await openTestContainer();
}, LIMIT_MS);
afterAll(() => container?.close());

const causeOf = async (name: string): Promise<string> => {
  const cell = CELLS.find((each) => each.name === name);
  if (cell === undefined) throw new Error(`Cannot run "${name}": there is no such cell`);
  return (await runCell(cell, container, { limitMs: LIMIT_MS })).cause;
};

it(
  'TC-06 eslint and prettier, installed from the registry, print what they print natively',
  async () => {
    expect([await causeOf('eslint'), await causeOf('prettier')]).toEqual(['', '']);
  },
  2 * LIMIT_MS,
);

it(
  'TC-05 eleventy installs, and builds its page',
  async () => {
    expect(await causeOf('eleventy')).toBe('');
  },
  LIMIT_MS,
);

it(
  'TC-05 koa installs and answers, and after an edit answers otherwise',
  async () => {
    expect(await causeOf('koa')).toBe('');
  },
  LIMIT_MS,
);

it('TC-04 a refused tool fails by its own words, with a sentence of ours beside them', () => {
  const refusal = { tool: 'binary is missing', ours: 'starts a browser' };
  const judged = (code: number, output: string, installed = ''): string =>
    judgeRefusal(refusal, 'npx cypress run', { code, output }, installed);
  expect(judged(1, 'The binary is missing', 'slipway: cypress 15.3.0 starts a browser, which')).toBe('');
  expect(judged(126, 'slipway: it starts a browser\nThe binary is missing')).toBe('');
  expect(judged(0, 'slipway: it starts a browser\nThe binary is missing')).toContain('should be refused');
  // The right word in a failure for another reason, and the tool alone.
  expect(judged(1, 'SyntaxError', 'slipway: cypress 15.3.0 starts a browser')).toContain('does not say');
  expect(judged(1, 'The binary is missing: cypress starts a browser')).toContain('nothing of ours');
});

it('compares what a tool says, and not when or where', () => {
  expect(comparable('clean\nnpm warn Unknown user config "nodedir". This will stop working.\n', '/tmp/x')).toBe(
    'clean',
  );
  expect(comparable('\u001b[32m✓\u001b[39m /tmp/x/sum.js 12ms\nStart 10:11:12', '/tmp/x')).toBe(
    '✓ <folder>/sum.js\nStart <clock>',
  );
});
