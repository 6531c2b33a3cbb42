/**
 * Patterns of the shell, matched by walking their tokens. Not by a RegExp made of them: `*a*a*a*b`
 * against a long name takes a backtracking engine as long as it likes, and a script hands us both.
 */
import type { Piece } from './segments.ts';

// One token matches one code point, but for the star. That
// is why a pattern can be read backwards, see `trim`.
type PatternToken =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly matches: (char: string) => boolean };

/** XCU 2.13, pattern matching notation, compiled. Never exponential: states are positions in the pattern. */
export interface Pattern {
  readonly tokens: readonly PatternToken[];
  /** Matches only itself. */
  readonly isLiteral: boolean;
}

interface FlaggedChar {
  readonly c: string;
  readonly quoted: boolean;
}

// XBD 9.3.5, with Unicode's categories where a locale would decide.
const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}\p{N}]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[^\p{Cc}]/u,
  graph: /[^\p{Cc}\s]/u,
  cntrl: /\p{Cc}/u,
  xdigit: /[0-9A-Fa-f]/,
};

/**
 * Compiles the pieces of a word: what is quoted matches only itself, and so does a
 * `[` that opens no set. Never fails, since a pattern that means nothing is text.
 */
export function compilePattern(pieces: readonly Piece[]): Pattern {
  const chars = unescape(pieces);
  const tokens: PatternToken[] = [];
  for (let i = 0; i < chars.length; i++) {
    const current = chars[i];
    if (current === undefined) break;
    const { c, quoted } = current;
    if (quoted) tokens.push({ kind: 'char', char: c });
    else if (c === '*') {
      // `**` is `*`; one less to try.
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (c === '?') tokens.push({ kind: 'any' });
    else if (c === '[') {
      const set = parseSet(chars, i);
      if (set === undefined) tokens.push({ kind: 'char', char: c });
      else {
        tokens.push(set.token);
        i = set.end;
      }
    } else tokens.push({ kind: 'char', char: c });
  }
  return { tokens, isLiteral: tokens.every((token) => token.kind === 'char') };
}

/**
 * A pattern that comes as text, from a variable or a
 * command's argument, where a backslash is the only quoting.
 */
export const compileText = (text: string): Pattern => compilePattern([{ text, quoted: false }]);

/** Code points with their quoting; an unquoted backslash quotes what follows it. */
function unescape(pieces: readonly Piece[]): FlaggedChar[] {
  const chars: FlaggedChar[] = [];
  let escaped = false;
  for (const piece of pieces) {
    for (const c of piece.text) {
      if (!piece.quoted && !escaped && c === '\\') {
        escaped = true;
        continue;
      }
      chars.push({ c, quoted: piece.quoted || escaped });
      escaped = false;
    }
  }
  // XCU 2.13.1 leaves a backslash at the very end open; here it is itself.
  if (escaped) chars.push({ c: '\\', quoted: true });
  return chars;
}

/** XCU 2.13.1 and XBD 9.3.5. Undefined where the bracket is only a character. */
function parseSet(chars: readonly FlaggedChar[], start: number): { token: PatternToken; end: number } | undefined {
  let i = start + 1;
  const at = (index: number): FlaggedChar | undefined => chars[index];
  const isPlain = (index: number, c: string): boolean => at(index)?.c === c && at(index)?.quoted === false;
  // POSIX has `!`; `^` is unspecified there and what
  // everybody's regular expressions have taught them.
  const negated = isPlain(i, '!') || isPlain(i, '^');
  if (negated) i++;
  const tests: ((char: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    const item = at(i);
    // A slash cannot be matched by a set, so one that is not closed before it is no set.
    if (item === undefined || item.c === '/') return undefined;
    // First in a set, `]` is a member: `[]a]`.
    if (isPlain(i, ']') && !first) break;
    if (isPlain(i, '[') && isPlain(i + 1, ':')) {
      let name = '';
      let j = i + 2;
      while (at(j) !== undefined && at(j)?.c !== ':') name += at(j++)?.c ?? '';
      const expression = CLASSES[name];
      if (at(j)?.c === ':' && isPlain(j + 1, ']') && expression !== undefined) {
        tests.push((char) => expression.test(char));
        i = j + 2;
        continue;
      }
    }
    // A range goes by code points, not by a locale's order; `[a-]` holds a minus.
    const high = at(i + 2);
    if (isPlain(i + 1, '-') && high !== undefined && !isPlain(i + 2, ']')) {
      const from = item.c.codePointAt(0) ?? 0;
      const to = high.c.codePointAt(0) ?? 0;
      tests.push((char) => {
        const code = char.codePointAt(0) ?? 0;
        return code >= from && code <= to;
      });
      i += 3;
      continue;
    }
    const literal = item.c;
    tests.push((char) => char === literal);
    i++;
  }
  return { token: { kind: 'set', negated, matches: (char) => tests.some((test) => test(char)) }, end: i };
}

/** `star` is not asked here: the matcher has it try every length. */
const matchesOne = (token: PatternToken, char: string): boolean => {
  switch (token.kind) {
    case 'char':
      return token.char === char;
    case 'any':
      return true;
    case 'set':
      return token.matches(char) !== token.negated;
    case 'star':
      return false;
  }
};

/** Whether the whole of `text` matches, in length of text times length of pattern at worst. */
export function matches(pattern: Pattern, text: string): boolean {
  const chars = [...text];
  const { tokens } = pattern;
  // One place to go back to is enough: a later star makes an earlier one's choice irrelevant.
  let t = 0;
  let c = 0;
  let starToken = -1;
  let starChar = 0;
  while (c < chars.length) {
    const token = tokens[t];
    const char = chars[c] ?? '';
    if (token?.kind === 'star') {
      starToken = t++;
      starChar = c;
    } else if (token !== undefined && matchesOne(token, char)) {
      t++;
      c++;
    } else if (starToken !== -1) {
      t = starToken + 1;
      c = ++starChar;
    } else return false;
  }
  while (tokens[t]?.kind === 'star') t++;
  return t === tokens.length;
}

/** For every length of a prefix of `chars`, whether the pattern matches it. */
function matchingPrefixes(tokens: readonly PatternToken[], chars: readonly string[]): boolean[] {
  let states = new Set<number>();
  const add = (set: Set<number>, t: number): void => {
    set.add(t);
    if (tokens[t]?.kind === 'star') add(set, t + 1);
  };
  add(states, 0);
  const result = [states.has(tokens.length)];
  for (const char of chars) {
    const next = new Set<number>();
    for (const t of states) {
      const token = tokens[t];
      if (token === undefined) continue;
      if (token.kind === 'star') add(next, t);
      else if (matchesOne(token, char)) add(next, t + 1);
    }
    states = next;
    result.push(states.has(tokens.length));
  }
  return result;
}

/**
 * `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`: `text` without the part that matches. A suffix is
 * a prefix read backwards, pattern and text both. What matches not at all takes nothing away.
 */
export function trim(text: string, pattern: Pattern, side: 'prefix' | 'suffix', which: 'shortest' | 'longest'): string {
  const chars = [...text];
  const reversed = side === 'suffix';
  const hits = matchingPrefixes(
    reversed ? pattern.tokens.toReversed() : pattern.tokens,
    reversed ? chars.toReversed() : chars,
  );
  const length = which === 'shortest' ? hits.indexOf(true) : hits.lastIndexOf(true);
  if (length <= 0) return text;
  return (reversed ? chars.slice(0, chars.length - length) : chars.slice(length)).join('');
}
