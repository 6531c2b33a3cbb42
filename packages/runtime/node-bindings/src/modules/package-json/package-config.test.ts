import { describe, expect, it } from 'vitest';
import type { Vfs } from '@slipway/vfs';
import { InvalidPackageConfig, PackageConfigs, parsePackageConfig } from './package-config.ts';

/** What the pinned Node's own readPackageJSON gives, without the path. */
const AS_NATIVE: readonly (readonly [string, readonly unknown[]])[] = [
  ['{"main":2}', [undefined, undefined, 'none', undefined, undefined]],
  ['{"name":"a","name":"b"}', ['b', undefined, 'none', undefined, undefined]],
  ['{"type":"foo"}', [undefined, undefined, 'none', undefined, undefined]],
  ['{"type":"module"}', [undefined, undefined, 'module', undefined, undefined]],
  ['{"exports":"./x.js"}', [undefined, undefined, 'none', undefined, './x.js']],
  ['{"exports":null,"imports":false}', [undefined, undefined, 'none', undefined, undefined]],
  ['{"exports":["a"]}', [undefined, undefined, 'none', undefined, '["a"]']],
  ['{"imports":{"#a":"b"}}', [undefined, undefined, 'none', '{"#a":"b"}', undefined]],
  ['\uFEFF{"name":"x"}', ['x', undefined, 'none', undefined, undefined]],
];

describe('a package.json', () => {
  it.each(AS_NATIVE)('gives what Node makes of %s', (text, expected) => {
    expect(parsePackageConfig('/p/package.json', text)).toEqual([...expected, '/p/package.json']);
  });

  it.each(['{"name":1}', '{"type":1}', '{"type":null}', '[]', 'null', '""', '{"a":}', '{"name":"a"} x', ''])(
    'is refused as Node refuses it: %s',
    (text) => {
      expect(() => parsePackageConfig('/p/package.json', text)).toThrow(InvalidPackageConfig);
    },
  );
});

describe('the package a file belongs to', () => {
  /** The three questions that are asked, over a table of files. */
  const over = (files: Map<string, string>, generations: { names: number; content: number }): Vfs =>
    ({
      namesGeneration: () => generations.names,
      contentGeneration: () => generations.content,
      lookup: (path: string) => [...files.keys()].indexOf(path) + 1 || -2,
      readFile: (path: string) => new TextEncoder().encode(files.get(path)),
    }) as unknown as Vfs;
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

  it('is the nearest above it, but never one around its node_modules', () => {
    const files = new Map([
      ['/app/package.json', '{"name":"app"}'],
      ['/app/node_modules/a/package.json', '{"name":"a"}'],
    ]);
    const configs = new PackageConfigs(over(files, { names: 1, content: 1 }), decode);
    expect(configs.nearest('/app/src/deep/x.js')?.[0]).toBe('app');
    expect(configs.nearest('/app/node_modules/a/lib/x.js')?.[0]).toBe('a');
    expect(configs.nearest('/app/node_modules/b/lib/x.js')).toBeUndefined();
    expect(configs.nearest('/elsewhere/x.js')).toBeUndefined();
  });

  it('is read again after a file has changed or appeared', () => {
    const files = new Map([['/app/package.json', '{"type":"module"}']]);
    const generations = { names: 1, content: 1 };
    const configs = new PackageConfigs(over(files, generations), decode);
    expect(configs.nearest('/app/src/x.js')?.[2]).toBe('module');
    files.set('/app/package.json', '{"type":"commonjs"}');
    generations.content++;
    expect(configs.nearest('/app/src/x.js')?.[2]).toBe('commonjs');
    files.set('/app/src/package.json', '{"name":"inner"}');
    generations.names++;
    expect(configs.nearest('/app/src/x.js')?.[0]).toBe('inner');
  });
});
