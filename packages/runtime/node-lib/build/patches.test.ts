import { describe, expect, it } from 'vitest';
import { applyPatches, orphanedPatches, PATCHES, type Patch } from './patches.ts';

const patch: Patch = { id: 'p', file: 'a', find: 'one', replace: 'two', why: 'test' };

describe('applyPatches', () => {
  it('changes only the file that a patch names', () => {
    expect(applyPatches('a', 'one', [patch])).toBe('two');
    expect(applyPatches('b', 'one', [patch])).toBe('one');
  });

  it('fails when a patch no longer matches, or matches too often', () => {
    expect(() => applyPatches('a', 'other', [patch])).toThrow(
      'Cannot apply patch "p" to "a": found 0 times, expected 1',
    );
    expect(() => applyPatches('a', 'one one', [patch])).toThrow('found 2 times, expected 1');
  });

  it('keeps the number of lines', () => {
    expect(() => applyPatches('a', 'one', [{ ...patch, replace: 'two\n' }])).toThrow('it changes the number of lines');
  });

  it('finds patches whose file is gone', () => {
    expect(orphanedPatches(['b'], [patch])).toEqual([patch]);
  });

  it('gives every patch an id of its own and a reason', () => {
    expect(new Set(PATCHES.map((entry) => entry.id)).size).toBe(PATCHES.length);
    for (const entry of PATCHES) expect(entry.why.length).toBeGreaterThan(20);
  });
});
