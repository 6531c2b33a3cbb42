import type { SearchMatch, SearchQuery } from '../search-messages.ts';

/** More than a pattern that somebody typed has. */
const MOST_PATTERN_CHARACTERS = 10_000;
/** What is shown of a line: so much before the match, and so much of it and behind it. */
const BEFORE = 40;
const BEHIND = 160;
/** No letter, digit or underscore of any script: JavaScript's own `\b` knows ASCII alone. */
const WORD = String.raw`[\p{L}\p{M}\p{N}_]`;

/** `found` has the groups, which a replacement may name. */
export interface Hit {
  readonly index: number;
  readonly text: string;
  readonly found: RegExpExecArray;
}

/** Finds what was looked for in a text. Throws a `SyntaxError` where the pattern is none. */
export function makeMatcher(query: SearchQuery): (text: string) => Generator<Hit> {
  if (query.text.length > MOST_PATTERN_CHARACTERS)
    throw new SyntaxError(`Cannot search: the pattern has more than ${MOST_PATTERN_CHARACTERS} characters`);
  const pattern = patternOf(query);
  return function* (text) {
    pattern.lastIndex = 0;
    for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
      // Between two characters is nothing that could be shown or replaced.
      if (found[0] === '') pattern.lastIndex += text.codePointAt(found.index)! > 0xffff ? 2 : 1;
      else yield { index: found.index, text: found[0], found };
    }
  };
}

/** With `u`, so that `.` and classes count characters; without it only for patterns that `u` refuses. */
function patternOf({ text, regex, matchCase, wholeWord }: SearchQuery): RegExp {
  const source = regex ? text : text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, (each) => `\\${each}`);
  const whole = wholeWord ? `(?<!${WORD})(?:${source})(?!${WORD})` : source;
  const flags = matchCase ? 'gmu' : 'gimu';
  try {
    return new RegExp(whole, flags);
  } catch (error) {
    // What needs no such care with `\-` and the like is taken as well.
    if (!regex || wholeWord || !(error instanceof SyntaxError)) throw error;
    return new RegExp(whole, flags.replace('u', ''));
  }
}

/** Where the hits are, by line and column, each with a piece of its line. The hits come in their order. */
export function placeHits(text: string, hits: Iterable<Hit>, most: number): { matches: SearchMatch[]; more: boolean } {
  const matches: SearchMatch[] = [];
  let line = 1;
  let lineStart = 0;
  for (const hit of hits) {
    if (matches.length === most) return { matches, more: true };
    for (let end = text.indexOf('\n', lineStart); end !== -1 && end < hit.index; end = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = end + 1;
    }
    const start = Math.max(lineStart, hit.index - BEFORE);
    const lineEnd = text.indexOf('\n', hit.index);
    const end = Math.min(lineEnd === -1 ? text.length : lineEnd, hit.index + BEHIND);
    const indent = start === lineStart ? /^\s*/.exec(text.slice(start, hit.index))![0].length : 0;
    const from = hit.index - start - indent;
    matches.push({
      line,
      column: hit.index - lineStart + 1,
      length: hit.text.length,
      preview: text.slice(start + indent, end).replace(/\r$/, ''),
      from,
      to: Math.min(hit.index + hit.text.length, end) - start - indent,
    });
  }
  return { matches, more: false };
}

/**
 * What takes the place of a hit: with a regular expression, `$1`, `$&`, `$<name>` and `\n` mean what they do
 * elsewhere.
 */
export function replacementOf(replacement: string, { found }: Hit, regex: boolean): string {
  if (!regex) return replacement;
  return replacement.replaceAll(
    /\$(?:(\$)|(&)|(\d{1,2})|<([^>]*)>)|\\([nrt\\])/g,
    (whole, dollar?: string, all?: string, digits?: string, name?: string, escape?: string) => {
      if (dollar !== undefined) return '$';
      if (all !== undefined) return found[0];
      if (escape !== undefined) return { n: '\n', r: '\r', t: '\t', '\\': '\\' }[escape] ?? whole;
      if (name !== undefined) return found.groups?.[name] ?? '';
      return groupOf(found, digits ?? '') ?? whole;
    },
  );
}

/** `$12` is the twelfth group where there is one, else the first and a `2`. */
function groupOf(found: RegExpExecArray, digits: string): string | undefined {
  const both = Number(digits);
  if (both > 0 && both < found.length) return found[both] ?? '';
  const first = Number(digits[0]);
  return first > 0 && first < found.length ? (found[first] ?? '') + digits.slice(1) : undefined;
}
