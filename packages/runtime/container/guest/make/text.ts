/** Texts of makefiles: words, patterns with `%`, parts at the top level. */

/** None for a text of blanks. */
export const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** A pattern with one `%`; without it, it matches itself alone. */
export interface StemPattern {
  readonly before: string;
  readonly after: string;
  readonly hasStem: boolean;
}

/** Only the first `%` counts. */
export function stemPattern(text: string): StemPattern {
  const at = text.indexOf('%');
  return at === -1
    ? { before: text, after: '', hasStem: false }
    : { before: text.slice(0, at), after: text.slice(at + 1), hasStem: true };
}

/** What `%` stands for in this word, or undefined where the pattern does not match. */
export function stemOf({ before, after, hasStem }: StemPattern, word: string): string | undefined {
  if (!hasStem) return word === before ? '' : undefined;
  if (word.length < before.length + after.length || !word.startsWith(before) || !word.endsWith(after)) return undefined;
  return word.slice(before.length, word.length - after.length);
}

/** Only the first `%` is filled in, as by GNU make. */
export const withStem = (text: string, stem: string): string => {
  const at = text.indexOf('%');
  return at === -1 ? text : text.slice(0, at) + stem + text.slice(at + 1);
};

/** Where the bracket that opens at `at` closes; the end of the text where it does not. */
export function closingAt(text: string, at: number): number {
  const open = text[at];
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    if (text[index] === open) depth++;
    else if (text[index] === close && --depth === 0) return index;
  }
  return text.length;
}

/** Parts between commas that stand in no bracket; at most so many, the last with all that is left. */
export function splitArguments(text: string, most: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length && parts.length < most - 1; at++) {
    const character = text[at] ?? '';
    if ('({'.includes(character)) depth++;
    else if (')}'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** The first of these characters that stands outside of `$(…)`, or -1. */
export function findOutside(text: string, characters: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '$' && '({'.includes(text[at + 1] ?? ' ')) at = closingAt(text, at + 1);
    else if (characters.includes(text[at] ?? '')) return at;
  }
  return -1;
}

/** Without what comes behind an unescaped `#`; `\#` is one that stays. */
export function withoutComment(line: string): string {
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\' && line[at + 1] === '#') line = line.slice(0, at) + line.slice(at + 1);
    else if (line[at] === '#') return line.slice(0, at);
  }
  return line;
}
