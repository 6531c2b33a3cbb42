import { diff } from '@codemirror/merge';

/** A conflict is left to a person: neither side is thrown away. */
export type MergedTexts =
  | { readonly outcome: 'merged'; readonly text: string }
  /** Both sides changed the same lines: somebody has to choose. */
  | { readonly outcome: 'conflict' };

/** Lines of the base that became other lines; `from === to` where some were put in. */
export interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Beyond this a difference is taken as one piece: a person would wait for the exact one. */
const DIFF_LIMITS = { scanLimit: 1_000, timeout: 200 };
/** A line stands for one UTF-16 unit while they are compared; the surrogates begin here. */
const MOST_LINES = 0xd800;

/**
 * Merges two changes of `base`, line by line as diff3 does: what one side changed is
 * taken, what both changed in the same way is taken once, and where both changed a
 * line in different ways it is a conflict. Neighbouring lines are no conflict.
 */
export function mergeTexts(base: string, mine: string, theirs: string): MergedTexts {
  if (mine === theirs || base === theirs) return { outcome: 'merged', text: mine };
  if (base === mine) return { outcome: 'merged', text: theirs };
  const codes = new Map<string, string>();
  const baseLines = linesOf(base);
  const mineHunks = hunksOf(baseLines, linesOf(mine), codes);
  const theirHunks = hunksOf(baseLines, linesOf(theirs), codes);
  if (mineHunks === undefined || theirHunks === undefined) return { outcome: 'conflict' };
  if (mineHunks.some((own) => theirHunks.some((other) => collide(own, other)))) return { outcome: 'conflict' };
  const hunks = [...mineHunks, ...theirHunks.filter((other) => !mineHunks.some((own) => same(own, other)))];
  // At one place what was put in comes before what was changed.
  hunks.sort((a, b) => a.from - b.from || a.to - b.to);
  const merged: string[] = [];
  let at = 0;
  for (const { from, to, lines } of hunks) {
    merged.push(...baseLines.slice(at, from), ...lines);
    at = to;
  }
  return { outcome: 'merged', text: [...merged, ...baseLines.slice(at)].join('') };
}

/** What leads from one text to the other, line by line; `undefined` where there are too many kinds of lines. */
export function hunksBetween(before: string, after: string): readonly Hunk[] | undefined {
  return hunksOf(linesOf(before), linesOf(after), new Map());
}

/** The lines with their ends: joined they are the text again. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Undefined where the texts have more kinds of lines than there are codes. */
function hunksOf(base: readonly string[], changed: readonly string[], codes: Map<string, string>): Hunk[] | undefined {
  const encode = (lines: readonly string[]): string =>
    lines
      .map((line) => {
        const known = codes.get(line) ?? String.fromCharCode(codes.size);
        codes.set(line, known);
        return known;
      })
      .join('');
  const [before, after] = [encode(base), encode(changed)];
  if (codes.size >= MOST_LINES) return undefined;
  return diff(before, after, DIFF_LIMITS).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA,
    to: toA,
    lines: changed.slice(fromB, toB),
  }));
}

const same = (a: Hunk, b: Hunk): boolean => a.from === b.from && a.to === b.to && a.lines.join('') === b.lines.join('');

function collide(a: Hunk, b: Hunk): boolean {
  if (same(a, b)) return false;
  // Two that put lines in at one place: which comes first is not for us to say.
  if (a.from === a.to && b.from === b.to) return a.from === b.from;
  return a.from < b.to && b.from < a.to;
}
