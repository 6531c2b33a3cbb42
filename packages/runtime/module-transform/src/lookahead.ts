/** Small readers over a text: blanks, names and strings, without keeping state. */
import { Bail } from './bail.ts';
import { isForeignNewline, isForeignSpace, isIdentifierPart } from './characters.ts';
import { Code } from './codes.ts';

/** The next position that holds neither blank nor comment. */
export function skipBlanks(source: string, from: number): number {
  let at = from;
  for (;;) {
    const code = source.charCodeAt(at);
    if (code === Code.space || (code >= Code.tab && code <= Code.carriageReturn)) {
      at++;
    } else if (code === Code.slash) {
      const next = source.charCodeAt(at + 1);
      if (next === Code.slash) {
        at = endOfLine(source, at);
      } else if (next === Code.asterisk) {
        const end = source.indexOf('*/', at + 2);
        if (end < 0) throw new Bail('open comment');
        at = end + 2;
      } else {
        return at;
      }
    } else if (code >= Code.asciiEnd && (isForeignSpace(code) || isForeignNewline(code))) {
      at++;
    } else {
      return at;
    }
  }
}

/** Position of the line end at or behind `from`, or the text's length. */
export function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  const line = end < 0 ? source.length : end;
  // Rare terminators end a comment too; most texts have none, and the slice is short.
  const text = source.slice(from, line);
  const rare = /[\r\u2028\u2029]/.exec(text);
  return rare === null ? line : from + rare.index;
}

/** A line terminator of ECMA-262, 12.3 in between. */
export function hasNewline(source: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = source.charCodeAt(at);
    if (
      code === Code.lineFeed ||
      code === Code.carriageReturn ||
      code === Code.lineSeparator ||
      code === Code.paragraphSeparator
    )
      return true;
  }
  return false;
}

/** May stand in an identifier; above ASCII all that is neither blank nor line end. */
export function isNamePart(code: number): boolean {
  return code < Code.asciiEnd
    ? isIdentifierPart[code] === 1
    : code >= Code.asciiEnd && !isForeignSpace(code) && !isForeignNewline(code);
}

/** An identifier or reserved word begins there. */
export function startsName(source: string, at: number): boolean {
  const code = source.charCodeAt(at);
  return isNamePart(code) && !(code >= Code.digit0 && code <= Code.digit9);
}

/** `from` lies behind its first character. */
export function endOfName(source: string, from: number): number {
  let at = from;
  while (isNamePart(source.charCodeAt(at))) at++;
  if (source.charCodeAt(at) === Code.backslash) throw new Bail('escape in a name');
  return at;
}

/** True when exactly this word stands there. */
export function isWord(source: string, at: number, word: string): boolean {
  return (
    source.startsWith(word, at) &&
    !isNamePart(source.charCodeAt(at + word.length)) &&
    source.charCodeAt(at + word.length) !== Code.backslash
  );
}

/** `from` is the opening quote. */
export function endOfString(source: string, from: number): number {
  const quote = source.charCodeAt(from);
  let at = from + 1;
  for (;;) {
    const code = source.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === Code.backslash) at++;
    // U+2028 and U+2029 may stand in a string since ES2019.
    else if (code === Code.lineFeed || code === Code.carriageReturn || code !== code) throw new Bail('open string');
    at++;
  }
}

/** The value of a string literal; those with escapes are left to the parser. */
export function stringValue(source: string, from: number, end: number): string {
  const text = source.slice(from + 1, end - 1);
  if (text.includes('\\')) throw new Bail('escape in a string');
  return text;
}
