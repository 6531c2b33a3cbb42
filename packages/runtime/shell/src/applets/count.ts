// GNU: without a B powers of 1024, with one of 1000, but for `b`, which is a block.
const FACTORS: Readonly<Record<string, number>> = {
  b: 512,
  k: 1024,
  K: 1024,
  KB: 1000,
  kB: 1000,
  M: 1 << 20,
  MB: 1e6,
  G: 1 << 30,
  GB: 1e9,
};

/**
 * A number with a unit, as head and tail take it; `undefined`
 * when it is none. `-0` keeps its sign: `head -c -0` is all.
 */
export function parseCount(text: string): number | undefined {
  const match = /^([-+]?)(\d+)([a-zA-Z]*)$/.exec(text);
  if (match === null) return undefined;
  const factor = match[3] === '' ? 1 : FACTORS[match[3] ?? ''];
  if (factor === undefined) return undefined;
  const value = Number(match[2]) * factor;
  return match[1] === '-' ? -value : value;
}
