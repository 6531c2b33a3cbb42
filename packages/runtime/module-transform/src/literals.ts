/** Where numbers and regular expressions end. */
import { Bail } from './bail.ts';
import { isForeignNewline, isIdentifierPart } from './characters.ts';
import { Code } from './codes.ts';

/** `from` is its first digit, or the dot before it. */
export function endOfNumber(source: string, from: number): number {
  let at = from;
  const isRadix = source.charCodeAt(at) === Code.digit0 && /[xXoObB]/.test(source[at + 1] ?? '');
  if (isRadix) return skipWordCharacters(source, at + 2);
  // Also 017 and 08 of sloppy code, as digits are all that is asked for.
  at = skipDigits(source, at);
  if (source.charCodeAt(at) === Code.dot) at = skipDigits(source, at + 1);
  const code = source.charCodeAt(at);
  if (code === Code.lowerE || code === Code.upperE) {
    const sign = source.charCodeAt(at + 1);
    at = skipDigits(source, at + (sign === Code.plus || sign === Code.minus ? 2 : 1));
  }
  if (source.charCodeAt(at) === Code.lowerN) at++;
  // What is glued to a number is an error, or something this function does not know.
  if (isIdentifierPart[source.charCodeAt(at)] === 1) throw new Bail('number');
  return at;
}

function skipDigits(source: string, from: number): number {
  let at = from;
  for (
    let code = source.charCodeAt(at);
    (code >= Code.digit0 && code <= Code.digit9) || code === Code.underscore;
    code = source.charCodeAt(at)
  )
    at++;
  return at;
}

function skipWordCharacters(source: string, from: number): number {
  let at = from;
  while (isIdentifierPart[source.charCodeAt(at)] === 1) at++;
  return at;
}

/** `from` is the opening slash. */
export function endOfRegExp(source: string, from: number): number {
  // In a class (`[/]`) a slash is a character.
  let inClass = false;
  let at = from + 1;
  for (;;) {
    const code = source.charCodeAt(at);
    if (code === Code.backslash) at++;
    else if (code === Code.squareOpen) inClass = true;
    else if (code === Code.squareClose) inClass = false;
    else if (code === Code.slash && !inClass) break;
    else if (code === Code.lineFeed || code === Code.carriageReturn || code !== code || isForeignNewline(code))
      throw new Bail(`regular expression at ${from}`);
    at++;
  }
  // The flags, known or not: the engine checks them.
  return skipWordCharacters(source, at + 1);
}
