import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../sources.ts';
import { roomArrows } from './folder-arrows.ts';
import { measureFile } from './measure-file.ts';
import { measureHouse } from './measure-house.ts';
import { printFigures } from './print-figures.ts';
import { isTestPath, type CodeFile } from './read-tree.ts';
import { sample } from './sample.ts';

const arrow = (specifier: string, typeOnly = false) => ({ specifier, typeOnly });
const file = (path: string, text: string, room = 'packages/a'): CodeFile => ({
  path,
  text,
  room,
  test: isTestPath(path),
});

describe('what one file shows', () => {
  it('counts lines, wide lines and lines with a comment; line comments below each other are one', () => {
    const facts = measureFile(
      'a.ts',
      `// one\n// two\nlet a = 1; // three\n\n/* four\n five */\n// "${'x'.repeat(120)}"\n`,
    );
    expect([facts.lines, facts.commentLines, facts.wideLines]).toEqual([7, 6, 1]);
    // The third stands beside code in the line below the two, and goes on with what they say.
    expect(facts.comments.map(({ line }) => line)).toEqual([1, 5, 7]);
    expect(facts.comments[0]?.text).toBe('one\ntwo\nthree');
    expect(measureFile('b.ts', '/**\n * six\n *\n * seven\n */\n').comments[0]?.text).toBe('six\n\nseven');
  });

  it('takes no brace, comment or keyword in a string for one', () => {
    const facts = measureFile(
      'a.ts',
      'export const text = "// } catch {} let any";\nconst { any } = { any: `/* */` };\n',
    );
    expect([facts.commentLines, facts.catches, facts.anys, facts.functions.length]).toEqual([0, 0, 0, 0]);
  });

  it('measures functions of every kind under the names that they are called by', () => {
    const facts = measureFile(
      'a.tsx',
      [
        'function one() {\n}',
        'const two = () => 1;',
        'class A {\n  three() {\n    return 1;\n  }\n}',
        'const o = { four() {} };',
        '[].map(() => <b />);',
      ].join('\n'),
    );
    expect(facts.functions.map(({ name, lines }) => `${name} ${lines}`)).toEqual([
      'one 2',
      'two 1',
      'three 3',
      'four 1',
      'a function without a name 1',
    ]);
  });

  it('counts any, catches without a statement and state at the top of the module', () => {
    const facts = measureFile(
      'a.ts',
      [
        'let a: any;',
        'export let b = 1;',
        'var c;',
        'const d = 1;',
        'declare let e: string;',
        'try {} catch { /* nothing */ }',
        'try {} catch { a = 1; }',
        'function f() { let g; }',
      ].join('\n'),
    );
    expect([facts.anys, facts.catches, facts.emptyCatches, facts.topLevelLets]).toEqual([1, 2, 1, 3]);
  });

  it('knows exports without a sentence; overloads are one name, what is only passed on is none', () => {
    const facts = measureFile(
      'a.ts',
      [
        '/** Said. */',
        'export const a = 1;',
        'export const b = 1;',
        '// no sentence of the export',
        'export function c(): void {}',
        '/** Said once. */',
        'export function d(x: string): void;',
        'export function d(x: number): void;',
        'export function d(): void {}',
        '/** Said below. */',
        'function e(): void {}',
        'interface F {}',
        'export { e, type F };',
        "export * from './b.ts';",
        "export { g } from './g.ts';",
        "import { h } from './h.ts';",
        'export { h };',
        'export default class {}',
      ].join('\n'),
    );
    expect([facts.exports, facts.bareExports]).toEqual([7, ['b', 'c', 'default', 'F']]);
  });

  it('tells imports of types alone from imports by value', () => {
    const facts = measureFile(
      'a.ts',
      [
        "import type { A } from './a';",
        "import { type B } from './b';",
        "import { type C, d } from './c';",
        "import './e';",
        "export type { F } from './f';",
        "export * from './g';",
      ].join('\n'),
    );
    expect(facts.arrows).toEqual([
      arrow('./a', true),
      arrow('./b', true),
      arrow('./c'),
      arrow('./e'),
      arrow('./f', true),
      arrow('./g'),
    ]);
  });

  it('says which file cannot be parsed', () => {
    expect(() => measureFile('broken.ts', 'let = = 1')).toThrow('Cannot parse "broken.ts": ');
  });
});

describe('the folders of a room', () => {
  const importer = (path: string, ...arrows: ReturnType<typeof arrow>[]) => ({ path: `packages/a/${path}`, arrows });

  it('tells pairs that import each other by value from those where one direction is types alone', () => {
    const { pairs } = roomArrows('packages/a', [
      importer('src/one/a.ts', arrow('../two/b.ts')),
      importer('src/two/deep/b.ts', arrow('../../one/a.ts')),
      importer('src/one/c.ts', arrow('../three/d.ts')),
      importer('src/three/d.ts', arrow('../one/a.ts', true)),
      importer('src/three/e.ts', arrow('../four/f.ts')),
    ]);
    expect(pairs.map(({ folders, byValue }) => `${folders.join(' ')} ${byValue}`)).toEqual([
      'one three false',
      'one two true',
    ]);
  });

  it('finds the fewest imports that have to turn so that all run one way, whatever the names', () => {
    const files = [
      importer('src/a/1.ts', arrow('../b/1.ts')),
      importer('src/b/1.ts', arrow('../c/1.ts')),
      importer('src/b/2.ts', arrow('../c/2.ts')),
      importer('src/c/1.ts', arrow('../a/1.ts')),
      importer('src/c/2.ts', arrow('../a/1.ts')),
    ];
    expect(roomArrows('packages/a', files).backUp).toEqual(['packages/a/src/a/1.ts -> packages/a/src/b/1.ts']);
    expect(roomArrows('packages/a', files.slice(1)).backUp).toEqual([]);
  });

  it('lets the entry name anything, and counts no other room', () => {
    const { pairs, backUp } = roomArrows('packages/a', [
      importer('src/index.ts', arrow('./one/a.ts')),
      importer('src/one/a.ts', arrow('../index.ts'), arrow('../../../b/src/one/a.ts'), arrow('zod')),
    ]);
    expect([pairs, backUp]).toEqual([[], []]);
  });
});

describe('the house', () => {
  const lines = (count: number): string => 'void 0;\n'.repeat(count);

  it('adds up code apart from tests, and says what share each room is', () => {
    const { figures } = measureHouse([
      file('packages/a/src/a.ts', lines(10)),
      file('packages/a/src/b.ts', lines(50)),
      file('packages/b/src/c.ts', lines(20), 'packages/b'),
      file('packages/a/src/a.test.ts', lines(40)),
      file('packages/b/broken.ts', 'let = = 1', 'packages/b'),
    ]);
    expect(figures).toMatchObject({ files: 3, lines: 80, testLines: 40, testToCode: 0.5 });
    expect(figures.fileLines).toEqual({ p50: 20, p95: 50, max: 50 });
    expect(figures.rooms[0]).toEqual({ room: 'packages/a', lines: 60, share: 0.75 });
    expect(figures.unread).toHaveLength(1);
  });

  it('lists the functions over 120 lines, the longest first, and prints every figure', () => {
    const long = (name: string, count: number): string => `function ${name}() {\n${lines(count - 2)}}\n`;
    const { figures } = measureHouse([file('packages/a/src/a.ts', long('a', 121) + long('b', 120) + long('c', 130))]);
    expect(figures.longFunctions.map(({ thing }) => thing.name)).toEqual(['c', 'a']);
    expect(printFigures(figures)).toContain('| function lines p95/max | 130/130 |');
    expect(printFigures(figures)).toContain('  packages/a/src/a.ts:242 c (130)');
    expect(printFigures(figures)).not.toContain('NaN');
  });
});

describe('comments taken at random', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index);

  it('are the same for the same seed, others for another, and never one twice', () => {
    const taken = sample(hundred, 30, 7);
    expect(taken).toEqual(sample(hundred, 30, 7));
    expect(taken).not.toEqual(sample(hundred, 30, 8));
    expect(new Set(taken).size).toBe(30);
  });

  it('are all there are when more are asked for', () => {
    expect(sample(hundred, 200, 1).sort((one, other) => one - other)).toEqual(hundred);
  });
});

describe('npm run measure:house', () => {
  it('measures the folder it is given, other people\u2019s and generated files apart, as JSON too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-measure-'));
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', 'test/house/measure/main.ts', ...args], {
        cwd: root,
        encoding: 'utf8',
      });
    try {
      expect(run(folder)).toMatchObject({ status: 1, stderr: `Cannot measure "${folder}": it holds no code\n` });
      put('package.json', '{}');
      put('packages/a/package.json', '{}');
      put('packages/a/src/a.ts', '/** Why. */\nexport const a = 1;\n');
      for (const other of ['node_modules/b/b.js', 'packages/a/dist/a.js', 'packages/a/src/a.d.ts', '.cache/c.ts']) {
        put(other, 'export const b = 1;\n');
      }
      const { figures, sample: taken } = asJson(run(folder, '--json', '--comments', '5', '--seed', '2').stdout);
      expect(figures).toMatchObject({ files: 1, lines: 2, exports: 1, exportsWithoutSentence: 0, commentShare: 0.5 });
      expect(taken).toEqual([{ place: 'packages/a/src/a.ts:1', text: 'Why.' }]);
      expect(run(folder, '--comments', 'many').stderr).toContain('Cannot read --comments: "many" is no count');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function asJson(text: string): { figures: object; sample: unknown } {
  const { sample: taken, ...figures } = JSON.parse(text) as { sample: unknown };
  return { figures, sample: taken };
}
