/**
 * Brace expansion, which POSIX does not have. It comes before every other expansion and looks
 * at the words as they were written: `{$a,$b}` gives two words, `{1..$n}` none but itself.
 */
import type { Word, WordPart } from '../syntax/ast.ts';

// Words that one word may become. What would be more stays
// as it was written: twenty characters can ask for millions.
const MAX_VARIANTS = 10_000;

/** `{a,b}` and `{1..3}` of bash; only where the braces and commas are unquoted. */
export function expandBraces(word: Word): Word[] {
  if (!word.some((part) => part.kind === 'text' && part.text.includes('{'))) return [word];
  // One element a character, so that quoting survives the cutting.
  const elements: WordPart[] = word.flatMap((part): WordPart[] =>
    part.kind === 'text' ? [...part.text].map((text) => ({ kind: 'text', text })) : [part],
  );
  return expand(elements, 0).slice(0, MAX_VARIANTS).map(join);
}

/**
 * The first brace that means something is taken apart; what it contains and what follows expand by
 * themselves. Above the limit the word stays as it is.
 */
function expand(elements: readonly WordPart[], depth: number): WordPart[][] {
  // Braces inside each other, and one beside the other: both recurse.
  if (depth > 50) return [[...elements]];
  for (let open = 0; open < elements.length; open++) {
    if (charAt(elements, open) !== '{') continue;
    const close = matchingBrace(elements, open);
    // A brace that has no partner, or neither comma nor
    // range inside, is only a character: `{}`, `{a`.
    if (close === -1) continue;
    const options = alternatives(elements.slice(open + 1, close));
    if (options === undefined) continue;
    const before = elements.slice(0, open);
    const after = expand(elements.slice(close + 1), depth + 1);
    const middle = options.flatMap((option) => expand(option, depth + 1));
    // Checked before the product is made, which is where the memory would go.
    if (middle.length * after.length > MAX_VARIANTS) return [[...elements]];
    return middle.flatMap((option) => after.map((rest) => [...before, ...option, ...rest]));
  }
  return [[...elements]];
}

function charAt(elements: readonly WordPart[], index: number): string | undefined {
  const element = elements[index];
  return element?.kind === 'text' ? element.text : undefined;
}

/** Its index, or -1. Quoted braces do not count: `charAt` gives none for them. */
function matchingBrace(elements: readonly WordPart[], open: number): number {
  let depth = 0;
  for (let i = open; i < elements.length; i++) {
    const c = charAt(elements, i);
    if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return i;
  }
  return -1;
}

/** Undefined where there is neither comma nor range. */
function alternatives(inner: readonly WordPart[]): WordPart[][] | undefined {
  const options: WordPart[][] = [[]];
  let depth = 0;
  inner.forEach((element, index) => {
    const c = charAt(inner, index);
    if (c === '{') depth++;
    else if (c === '}') depth--;
    if (c === ',' && depth === 0) options.push([]);
    else options.at(-1)?.push(element);
  });
  if (options.length > 1) return options;
  // A part that is not plain text becomes a character that no range can hold.
  const text = inner.map((element) => (element.kind === 'text' ? element.text : '\0')).join('');
  const range = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(text);
  if (range !== null) {
    const from = Number(range[1]);
    // bash takes a step of 0 as 1 and ignores its sign: the bounds say which way it goes.
    const to = Number(range[2]);
    const step = Math.max(1, Math.abs(Number(range[3] ?? 1)));
    const count = Math.floor(Math.abs(to - from) / step) + 1;
    if (count > MAX_VARIANTS) return undefined;
    // `{01..10}`: a bound with a leading zero pads all to the width of the wider bound.
    const width = [range[1], range[2]].some((bound) => /^-?0\d/.test(bound ?? ''))
      ? Math.max(range[1]?.length ?? 0, range[2]?.length ?? 0)
      : 0;
    return Array.from({ length: count }, (_, i): WordPart[] => {
      const value = from + (to >= from ? i : -i) * step;
      return [
        {
          kind: 'text',
          text: (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, '0'),
        },
      ];
    });
  }
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(text);
  if (letters?.[1] === undefined || letters[2] === undefined) return undefined;
  const from = letters[1].charCodeAt(0);
  const to = letters[2].charCodeAt(0);
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, i): WordPart[] => [
    { kind: 'text', text: String.fromCharCode(to >= from ? from + i : from - i) },
  ]);
}

/** Puts neighbouring characters together again, so that tilde and patterns are seen whole. */
function join(elements: readonly WordPart[]): Word {
  const word: WordPart[] = [];
  for (const element of elements) {
    const last = word.at(-1);
    if (element.kind === 'text' && last?.kind === 'text')
      word[word.length - 1] = { kind: 'text', text: last.text + element.text };
    else word.push(element);
  }
  return word;
}
