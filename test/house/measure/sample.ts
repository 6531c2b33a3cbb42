/**
 * `count` of `things`, each as likely as the others, the same for the same
 * seed: whoever doubts a judgement can read the same comments.
 */
export function sample<Thing>(things: readonly Thing[], count: number, seed: number): Thing[] {
  const left = [...things];
  const next = mulberry32(seed);
  const taken: Thing[] = [];
  while (taken.length < count && left.length > 0) {
    taken.push(...left.splice(Math.floor(next() * left.length), 1));
  }
  return taken;
}

/** Mulberry32, a generator of 32 bits of state: numbers from 0 up to 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
