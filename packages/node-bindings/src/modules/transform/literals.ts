/** Where numbers and regular expressions end. */
import { Bail } from './bail.ts';
import { isForeignNewline, isIdentifierPart } from './characters.ts';

export function endOfNumber(source: string, from: number): number {
  let at = from;
  const isRadix = source.charCodeAt(at) === 48 && /[xXoObB]/.test(source[at + 1] ?? '');
  if (isRadix) return skipWordCharacters(source, at + 2);
  at = skipDigits(source, at);
  if (source.charCodeAt(at) === 46) at = skipDigits(source, at + 1);
  const code = source.charCodeAt(at);
  if (code === 101 || code === 69) {
    const sign = source.charCodeAt(at + 1);
    at = skipDigits(source, at + (sign === 43 || sign === 45 ? 2 : 1));
  }
  if (source.charCodeAt(at) === 110) at++;
  // What is glued to a number is an error, or something this function does not know.
  if (isIdentifierPart[source.charCodeAt(at)] === 1) throw new Bail('number');
  return at;
}

function skipDigits(source: string, from: number): number {
  let at = from;
  for (let code = source.charCodeAt(at); (code >= 48 && code <= 57) || code === 95; code = source.charCodeAt(at)) at++;
  return at;
}

function skipWordCharacters(source: string, from: number): number {
  let at = from;
  while (isIdentifierPart[source.charCodeAt(at)] === 1) at++;
  return at;
}

/** `from` is the opening slash. */
export function endOfRegExp(source: string, from: number): number {
  let inClass = false;
  let at = from + 1;
  for (;;) {
    const code = source.charCodeAt(at);
    if (code === 92) at++;
    else if (code === 91) inClass = true;
    else if (code === 93) inClass = false;
    else if (code === 47 && !inClass) break;
    else if (code === 10 || code === 13 || code !== code || isForeignNewline(code)) throw new Bail(`regular expression at ${from}`);
    at++;
  }
  return skipWordCharacters(source, at + 1);
}
