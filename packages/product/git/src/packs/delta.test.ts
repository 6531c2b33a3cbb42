import { describe, expect, it } from 'vitest';
import { applyDelta, encodeDelta, GitError, readDeltaSizes } from '../index.ts';
import { makeRandom } from '../testing/random.ts';

const LIMIT = 1 << 20;
const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof GitError) return error.code;
    throw error;
  }
  return undefined;
};

describe('a delta', () => {
  it('HI-02 makes any target of any base', () => {
    const random = makeRandom(1);
    for (let round = 0; round < 500; round++) {
      const base = Uint8Array.from({ length: random(3000) }, () => random(round % 2 === 0 ? 4 : 256));
      const pieces: Uint8Array[] = [];
      for (let piece = random(6); piece > 0; piece--) {
        const from = random(base.length + 1);
        pieces.push(
          base.subarray(from, from + random(1500)),
          Uint8Array.from({ length: random(300) }, () => random(256)),
        );
      }
      const target = Buffer.concat(pieces);
      const delta = encodeDelta(base, target);
      expect(readDeltaSizes(delta)).toMatchObject({ base: base.length, result: target.length });
      expect(Buffer.compare(applyDelta(base, delta, LIMIT), target)).toBe(0);
    }
  });

  it('says an id that changed in a wide tree in few bytes', () => {
    const random = makeRandom(2);
    const base = Buffer.concat(
      Array.from({ length: 10_000 }, (_, index) =>
        Buffer.concat([
          Buffer.from(`100644 file-${String(index).padStart(5, '0')}.ts\0`),
          Uint8Array.from({ length: 20 }, () => random(256)),
        ]),
      ),
    );
    const target = Buffer.from(base);
    target.fill(7, 200_000, 200_020);
    expect(encodeDelta(base, target).length).toBeLessThan(80);
    expect(encodeDelta(base, base).length).toBeLessThan(20);
  });

  it('copies sixteen megabytes and more', () => {
    const base = Buffer.alloc(40 * 1024 * 1024, 'abcdefghijklmnopqrstuvwxyz012345');
    const delta = encodeDelta(base, Buffer.concat([Buffer.from('x'), base]));
    expect(delta.length).toBeLessThan(60);
    expect(applyDelta(base, delta, base.length + 1).length).toBe(base.length + 1);
  });

  const base = Buffer.from('0123456789');
  it.each<[string, number[], string]>([
    ['nothing', [], 'bad-delta'],
    ['a size without end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], 'bad-delta'],
    ['a base of another size', [9, 1, 0x90, 1], 'bad-delta'],
    ['a result over the limit', [10, 0xff, 0xff, 0xff, 0x7f], 'too-large'],
    ['a copy past the base', [10, 5, 0x91, 8, 5], 'bad-delta'],
    ['a copy past the result', [10, 3, 0x90, 5], 'bad-delta'],
    ['a copy of 64 KiB that is not there', [10, 5, 0x80], 'bad-delta'],
    ['a copy that is cut off', [10, 5, 0x91, 8], 'bad-delta'],
    ['an insert past its end', [10, 5, 5, 1, 2], 'bad-delta'],
    ['an insert past the result', [10, 1, 2, 1, 2], 'bad-delta'],
    ['the reserved instruction', [10, 1, 0, 1], 'bad-delta'],
    ['a short result', [10, 5, 0x90, 4], 'bad-delta'],
  ])('HI-11 is refused with %s', (_, bytes, code) => {
    expect(codeOf(() => applyDelta(base, Uint8Array.from(bytes), LIMIT))).toBe(code);
  });
});
