/** How well a text fits what was typed, and which of its characters were meant. */
export interface FuzzyMatch {
  /** Higher is better; only compared with others of the same query. */
  readonly score: number;
  /** Indexes into the text, ascending. */
  readonly at: readonly number[];
}

/** A longer query is cut: nobody means so much. */
const MOST_QUERY = 64;
const START = 8;
const NEXT = 6;
const CASE = 1;
const FIRST = 4;

/**
 * Whether the characters of `query` stand in `text` in this order, whatever is between
 * them; blanks do not count. Words' beginnings and neighbours are better than
 * scattered letters, and of two texts that fit alike the shorter is. Undefined where it does not fit.
 *
 * From the end of the text: what is meant is most often the name of a file, not its folders.
 */
export function fuzzyMatch(query: string, text: string): FuzzyMatch | undefined {
  const wanted = query.replaceAll(/\s+/g, '').slice(0, MOST_QUERY);
  if (wanted === '') return { score: 0, at: [] };
  const best = [scan(wanted, text, text.lastIndexOf('/') + 1), scan(wanted, text, 0)].filter(
    (match) => match !== undefined,
  );
  return best.sort((a, b) => b.score - a.score)[0];
}

/** Takes the first fitting character each time, but prefers the beginning of a word that follows. */
function scan(wanted: string, text: string, from: number): FuzzyMatch | undefined {
  const lower = text.toLowerCase();
  const at: number[] = [];
  let score = from > 0 ? START : 0;
  let next = from;
  for (const letter of wanted) {
    const small = letter.toLowerCase();
    let found = lower.indexOf(small, next);
    if (found === -1) return undefined;
    if (found !== next || at.length === 0) {
      const word = wordStart(text, lower, small, found);
      // Later in the text the rest may not fit any more: then the first one it is.
      if (word !== undefined && fits(wanted.slice(at.length + 1), lower, word + 1)) found = word;
    }
    if (isWordStart(text, found)) score += START;
    if (found === 0) score += FIRST;
    if (found === next && at.length > 0) score += NEXT;
    // A capital was meant as one; a small letter may be any.
    if (letter !== small && text[found] === letter) score += CASE;
    at.push(found);
    next = found + 1;
  }
  return { score: score - text.length / 100, at };
}

/** Whether all the letters still to come are behind `from`, in their order. */
function fits(rest: string, lower: string, from: number): boolean {
  let next = from;
  for (const letter of rest) {
    const found = lower.indexOf(letter.toLowerCase(), next);
    if (found === -1) return false;
    next = found + 1;
  }
  return true;
}

function wordStart(text: string, lower: string, letter: string, from: number): number | undefined {
  for (let at = from; at !== -1; at = lower.indexOf(letter, at + 1)) if (isWordStart(text, at)) return at;
  return undefined;
}

/** At the beginning, after anything that is no letter or digit, or a capital after a small one. */
function isWordStart(text: string, at: number): boolean {
  const before = text[at - 1];
  return (
    before === undefined || !/[\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(text[at] ?? ''))
  );
}
