import { describe, expect, it } from 'vitest';
import { isTestPath } from './measure/read-tree.ts';
import { isCode, isTest, read, sourceFiles } from './sources.ts';

const files = sourceFiles();
const code = files.filter((path) => isCode(path) && !path.startsWith('test/house/'));
const product = code.filter((path) => !isTest(path));

/** Comments out, so that a rule may be spoken about. */
const bare = (path: string): string =>
  read(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');

/** Files that may be longer than 500 lines, and why. */
const LONG_FILES: Readonly<Record<string, string>> = {};

describe('habits of the house', () => {
  it('has no drawer called utils, helpers or misc', () => {
    // One file is named after internalBinding('util').
    const drawers = files.filter(
      (path) =>
        /(^|\/)(utils?|helpers?|misc|common)(\/|\.[a-z]+$)/.test(path) &&
        path !== 'packages/runtime/node-bindings/src/core/util.ts',
    );
    expect(drawers).toEqual([]);
  });

  it('names the length of every typed view in the rooms of shared memory', () => {
    const rooms = /^packages\/runtime\/(vfs|kernel)\/src\//;
    const lengthless = product
      .filter((path) => rooms.test(path))
      .flatMap((path) =>
        [
          ...bare(path).matchAll(
            /new (?:Uint8|Int8|Uint16|Int16|Uint32|Int32|Float64|BigInt64|BigUint64)Array\((?:memory|this\.#?memory|sab|page|control|reply|buffer|this\.#?buffer|shared)\)/g,
          ),
        ].map((match) => `${path}: ${match[0]}`),
      );
    expect(lengthless).toEqual([]);
  });

  it('has no empty catch, no skipped or lonely test', () => {
    const found = code.flatMap((path) => {
      const text = bare(path);
      const rules: [string, RegExp][] = [
        ['empty catch', /catch\s*(\([^)]*\))?\s*\{\s*\}/],
        ['skipped test', /\b(it|test|describe)\.(skip|todo|only)\b/],
        ['ts-ignore', /@ts-(ignore|nocheck)/],
      ];
      return rules.filter(([, pattern]) => pattern.test(text)).map(([rule]) => `${path}: ${rule}`);
    });
    expect(found).toEqual([]);
  });

  it('calls a test `it`', () => {
    const importsTest = /import \{[^}]*\btest\b[^}]*\} from 'vitest'/;
    const found = code.filter((path) => importsTest.test(read(path)));
    expect(found).toEqual([]);
  });

  it('never launches the publish worker\u2019s browser without its own sandbox', () => {
    expect(product.filter((path) => path.startsWith('apps/worker/') && /no-sandbox/.test(bare(path)))).toEqual([]);
  });

  it('names no package registry', () => {
    const registry = new RegExp(
      ['registry', 'npmjs', 'org'].join('\\.') + '|' + ['registry', 'yarnpkg', 'com'].join('\\.'),
    );
    expect([...files, 'package-lock.json'].filter((path) => registry.test(read(path)))).toEqual([]);
  });

  it('keeps lines within 120 columns, texts and SQL too, tests apart', () => {
    const wide = product
      .filter((path) => !isTestPath(path))
      .flatMap((path) =>
        read(path)
          .split('\n')
          .flatMap((line, at) => ([...line].length > 120 ? [`${path}:${at + 1}`] : [])),
      );
    expect(wide).toEqual([]);
  });

  it('keeps files readable: none over 500 lines', () => {
    const long = product.filter((path) => read(path).split('\n').length > 501 && !(path in LONG_FILES));
    expect(long).toEqual([]);
  });
});
