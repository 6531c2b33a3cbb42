import { expect, it } from 'vitest';
import { missingFeature, missingFeatures } from './features.ts';

it('DI-02 what a browser does not have is named, with what to do', () => {
  class Shared {
    grow(): void {}
  }
  const whole = {
    SharedArrayBuffer: Shared,
    Atomics: { waitAsync: () => undefined },
    WebAssembly: {},
    navigator: { locks: {} },
  };
  expect(missingFeatures(whole)).toEqual([]);
  expect(missingFeatures({ ...whole, SharedArrayBuffer: undefined })).toEqual([
    'SharedArrayBuffer',
    'SharedArrayBuffer.prototype.grow',
  ]);
  expect(missingFeatures({ ...whole, Atomics: {} })).toEqual(['Atomics.waitAsync']);
  expect(missingFeatures({ ...whole, navigator: {} })).toEqual(['Web Locks']);
  expect(missingFeatures({})).toHaveLength(5);
  expect(missingFeature('Atomics.waitAsync')).toMatch(/^Cannot boot: this browser has no Atomics\.waitAsync\. Use /);
});
