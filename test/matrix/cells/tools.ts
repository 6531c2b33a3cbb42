import type { Cell } from '../cell.ts';

const SUM = 'export const sum = (a, b) => a + b;\n';

/** Test runners, linters, formatters and compilers: what they print is compared with native Node's. */
export const TOOLS: readonly Cell[] = [
  {
    name: 'vitest',
    kind: 'tool',
    packages: { vitest: '^4' },
    files: {
      'sum.js': SUM,
      'sum.test.js': `import { expect, it } from 'vitest';
import { sum } from './sum.js';
it('adds', () => expect(sum(1, 2)).toBe(3));
it('is wrong once', () => expect(sum(1, 2)).toBe(4));
`,
    },
    commands: ['npx vitest run'],
  },
  {
    name: 'eslint',
    kind: 'tool',
    packages: { eslint: '^9', '@eslint/js': '^9' },
    files: {
      'eslint.config.js': "import js from '@eslint/js';\nexport default [js.configs.recommended];\n",
      'sum.js': `${SUM}const unused = missing;\n`,
    },
    commands: ['npx eslint .'],
  },
  {
    name: 'prettier',
    kind: 'tool',
    packages: { prettier: '^3' },
    files: { 'sum.ts': 'export   const sum=(a:number,b:number)=>{return a+b}\n' },
    commands: ['npx prettier sum.ts', 'npx prettier --check .'],
  },
  {
    name: 'mocha',
    kind: 'tool',
    packages: { mocha: '^11' },
    files: {
      'sum.js': SUM,
      'test/sum.js': `import assert from 'node:assert';
import { sum } from '../sum.js';
describe('sum', () => {
  it('adds', () => assert.equal(sum(1, 2), 3));
  it('is wrong once', () => assert.equal(sum(1, 2), 4));
});
`,
    },
    commands: ['npx mocha'],
  },
  {
    name: 'typescript',
    kind: 'tool',
    packages: { typescript: '^5' },
    files: { 'sum.ts': 'export const sum = (a: number, b: number): string => a + b;\n' },
    commands: ['npx tsc --noEmit --strict --target esnext sum.ts'],
  },
  {
    name: 'jest',
    kind: 'tool',
    packages: { jest: '^30' },
    manifest: { type: 'commonjs' },
    files: {
      'sum.js': 'exports.sum = (a, b) => a + b;\n',
      'sum.test.js': `const { sum } = require('./sum.js');
it('adds', () => expect(sum(1, 2)).toBe(3));
it('is wrong once', () => expect(sum(1, 2)).toBe(4));
`,
    },
    commands: ['npx jest'],
  },
  {
    name: 'node-test',
    kind: 'tool',
    packages: {},
    files: {
      'sum.js': SUM,
      'sum.test.js': `import assert from 'node:assert';
import { it } from 'node:test';
import { sum } from './sum.js';
it('adds', () => assert.equal(sum(1, 2), 3));
it('is wrong once', () => assert.equal(sum(1, 2), 4));
`,
    },
    commands: ['node --test'],
  },
  {
    name: 'oxlint',
    kind: 'tool',
    packages: { oxlint: '^1' },
    files: { 'sum.js': `${SUM}const unused = 1;\nif (unused == unused) debugger;\n` },
    commands: ['npx oxlint'],
  },
];
