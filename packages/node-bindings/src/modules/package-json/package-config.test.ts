import { describe, expect, it } from 'vitest';
import { InvalidPackageConfig, parsePackageConfig } from './package-config.ts';

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

  it.each(['{"name":1}', '{"type":1}', '{"type":null}', '[]', 'null', '""', '{"a":}', '{"name":"a"} x', ''])('is refused as Node refuses it: %s', (text) => {
    expect(() => parsePackageConfig('/p/package.json', text)).toThrow(InvalidPackageConfig);
  });
});
