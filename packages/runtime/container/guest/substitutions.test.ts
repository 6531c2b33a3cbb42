import { expect, it } from 'vitest';
import { substitutionFor } from './substitutions.ts';

it("TC-03 Next finds its compiler's WebAssembly build in the folder where it looks for it, whatever its version", () => {
  for (const version of ['14.2.33', '16.4.6', '17.0.0-canary.3'])
    expect(substitutionFor('next', version)).toMatchObject({ how: 'into', folder: 'wasm/@next/swc-wasm-nodejs' });
  expect(substitutionFor('next', '16.4.6')?.substitute('16.4.6')).toBe('@next/swc-wasm-nodejs@16.4.6');
  expect(substitutionFor('next', '13.5.11')).toBeUndefined();
});

it('TC-03 takes what a manifest says, which may be anything', () => {
  for (const [name, version] of [
    [undefined, '1.0.0'],
    ['next', 7],
    ['next', ''],
    ['__proto__', '1.0.0'],
    [{}, []],
  ])
    expect(substitutionFor(name, version)).toBeUndefined();
});
