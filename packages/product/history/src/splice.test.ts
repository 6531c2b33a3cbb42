import { describe, expect, it } from 'vitest';
import { applySplice, makeSplice } from './splice.ts';
import { makeRandom } from './testing/random.ts';

describe('a splice', () => {
  it('leads from any bytes to any others', () => {
    const random = makeRandom(1);
    const bytes = (): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: random.below(12) }, () => random.below(2));
    for (let turn = 0; turn < 2_000; turn++) {
      const [before, after] = [bytes(), bytes()];
      expect(applySplice(before, makeSplice(before, after))).toEqual(after);
    }
  });

  it('is as long as what changed, and of a shorter file nothing', () => {
    const before = new Uint8Array(10_000).fill(65);
    const after = before.slice();
    after[5_000] = 66;
    expect(makeSplice(before, after)).toEqual({ start: 5_000, end: 4_999, inserted: Uint8Array.of(66) });
    expect(applySplice(before.subarray(0, 100), makeSplice(before, after))).toBeUndefined();
  });
});
