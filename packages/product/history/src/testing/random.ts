/** Numbers that look random and are the same for the same seed (mulberry32). */
export function makeRandom(seed: number): { below(limit: number): number; of<T>(list: readonly T[]): T } {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
  return { below, of: (list) => list[below(list.length)]! };
}
