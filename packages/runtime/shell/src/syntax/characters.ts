/** A newline is none: it ends a command (XCU 2.3). */
export const isBlank = (c: string | undefined): boolean => c === ' ' || c === '\t';
/**
 * ASCII's, whatever the locale: XBD 3, Name. `undefined`,
 * the end of the text, is in no class but `isMeta`.
 */
export const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';
/** No digit: `$1a` is the first parameter and an `a`. */
export const isNameStart = (c: string | undefined): boolean => c !== undefined && /^[A-Za-z_]$/.test(c);
/** What goes on a name, and ends `$name` where it is missing. */
export const isNamePart = (c: string | undefined): boolean => c !== undefined && /^[A-Za-z0-9_]$/.test(c);
/** A whole variable name, neither `1` nor `@`. */
export const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
/** `$?` and its kin. */
export const isSpecialParameter = (c: string | undefined): boolean =>
  c !== undefined && c.length === 1 && '@*#?-$!'.includes(c);
/** Ends an unquoted word (XCU 2.3), as does the end of the text. */
export const isMeta = (c: string | undefined): boolean => c === undefined || ' \t\n;&|<>()'.includes(c);
