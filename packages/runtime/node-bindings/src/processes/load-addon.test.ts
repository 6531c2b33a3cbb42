import { expect, it } from 'vitest';
import { withoutNote } from './load-addon.ts';

it('TC-04 what is loaded in the place of an addon has no note of the loader that loaded it', () => {
  const parse = () => 1;
  // As the entry of a package for WebAssembly stamps what it gives.
  const exports = { parse, __napiBindingTarget: 'wasm32-wasi' };
  expect(withoutNote(exports)).toBe(exports);
  expect(exports).toEqual({ parse });
  // Nothing to take away is no failure, nor is an object that cannot be changed.
  const fixed = Object.freeze({ __napiBindingTarget: 'wasm32-wasi' });
  expect([withoutNote(parse), withoutNote(undefined), withoutNote(fixed)]).toEqual([parse, undefined, fixed]);
});
