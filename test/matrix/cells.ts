/**
 * What `npm run matrix:tools` tries: each cell is a project of a few files, with packages of the registry. A tool's output is
 * compared with what native Node prints; of a framework's build its exit code and the pages it must write.
 */

/** One project, and what is done in it. */
export interface Cell {
  readonly name: string;
  readonly kind: 'framework' | 'tool';
  /** By name, with the range that is asked for. */
  readonly packages: Readonly<Record<string, string>>;
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines for a shell, one after the other. */
  readonly commands: readonly string[];
  /** Files that must be there afterwards, with what each must contain. */
  readonly writes?: Readonly<Record<string, string>>;
}

const SUM = 'export const sum = (a, b) => a + b;\n';
const MAIN = "document.querySelector('#app').textContent = 'matrix';\n";
const PAGE = '<!doctype html><title>matrix</title><div id="app"></div><script type="module" src="/main.js"></script>\n';

export const CELLS: readonly Cell[] = [
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
    name: 'vite',
    kind: 'framework',
    packages: { vite: '^8' },
    files: { 'index.html': PAGE, 'main.js': MAIN },
    commands: ['npx vite build'],
    writes: { 'dist/index.html': 'matrix' },
  },
  {
    name: 'eleventy',
    kind: 'framework',
    packages: { '@11ty/eleventy': '^3' },
    files: { 'index.md': '# matrix\n' },
    commands: ['npx eleventy'],
    writes: { '_site/index.html': '<h1>matrix</h1>' },
  },
  {
    name: 'astro',
    kind: 'framework',
    packages: { astro: '^5' },
    files: { 'src/pages/index.astro': "---\nconst name = 'matrix';\n---\n<h1>{name}</h1>\n" },
    commands: ['npx astro build'],
    writes: { 'dist/index.html': '<h1>matrix</h1>' },
  },
  {
    name: 'vitepress',
    kind: 'framework',
    packages: { vitepress: '^1' },
    files: { 'index.md': '# matrix\n' },
    commands: ['npx vitepress build'],
    writes: { '.vitepress/dist/index.html': 'matrix' },
  },
];
