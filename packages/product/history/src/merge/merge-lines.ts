import { diffIndices } from 'node-diff3';

/** `conflict` where both sides changed the same lines: nothing is chosen for anybody. */
export type MergedLines = { outcome: 'merged'; text: string } | { outcome: 'conflict' };

/** Lines of the base that became others; `from === to` where some were put in. */
interface Hunk {
  from: number;
  to: number;
  lines: readonly string[];
}

/** Beyond so many pairs of changed lines the comparison would take seconds: the two texts are kept apart. */
const MOST_PAIRS = 4_000_000;

/**
 * Merges two changes of `base` as diff3 does: what one side changed is taken, what
 * both changed alike is taken once, and where both changed a line in different ways
 * it is a conflict. Neighbouring lines are no conflict.
 */
export function mergeLines(base: string, mine: string, theirs: string): MergedLines {
  if (mine === theirs || base === theirs) return { outcome: 'merged', text: mine };
  if (base === mine) return { outcome: 'merged', text: theirs };
  const lines = linesOf(base);
  const own = hunksOf(lines, linesOf(mine));
  const other = hunksOf(lines, linesOf(theirs));
  if (!own || !other) return { outcome: 'conflict' };
  if (own.some((hunk) => other.some((one) => collide(hunk, one)))) return { outcome: 'conflict' };
  const hunks = [...own, ...other.filter((one) => !own.some((hunk) => same(hunk, one)))];
  // At one place what was put in comes before what was changed.
  hunks.sort((a, b) => a.from - b.from || a.to - b.to);
  const merged: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    merged.push(...lines.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return { outcome: 'merged', text: [...merged, ...lines.slice(at)].join('') };
}

/** The lines with their ends: joined they are the text again. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Undefined where the comparison would take too long. */
function hunksOf(base: readonly string[], changed: readonly string[]): Hunk[] | undefined {
  let start = 0;
  const shorter = Math.min(base.length, changed.length);
  while (start < shorter && base[start] === changed[start]) start++;
  let end = 0;
  while (end < shorter - start && base.at(-1 - end) === changed.at(-1 - end)) end++;
  const left = base.slice(start, base.length - end);
  const right = changed.slice(start, changed.length - end);
  if (left.length * right.length > MOST_PAIRS) return undefined;
  return diffIndices(left, right).map(({ buffer1: [from, length], buffer2Content }) => ({
    from: start + from,
    to: start + from + length,
    lines: buffer2Content,
  }));
}

const same = (a: Hunk, b: Hunk): boolean => a.from === b.from && a.to === b.to && a.lines.join('') === b.lines.join('');

function collide(a: Hunk, b: Hunk): boolean {
  if (same(a, b)) return false;
  // Two that put lines in at one place: which comes first is not for us to say.
  if (a.from === a.to && b.from === b.to) return a.from === b.from;
  return a.from < b.to && b.from < a.to;
}
