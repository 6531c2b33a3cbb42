/**
 * `//# sourceMappingURL=…` as V8 reads it: the last one of the text.
 *
 * Searched from the end: it usually stands there, and most texts have none.
 * Only `isComment` can tell a comment from a string that looks like one.
 */
export function sourceMapUrl(source: string, isComment?: (at: number) => boolean): string | undefined {
  let at = source.lastIndexOf('sourceMappingURL=');
  while (at > 0) {
    const looksRight = /\/[/*][#@][ \t]$/.test(source.slice(Math.max(0, at - 4), at));
    if (looksRight && (isComment === undefined || isComment(at))) {
      const value = /^[^\s'"]*/.exec(source.slice(at + 'sourceMappingURL='.length))?.[0] ?? '';
      return value === '' ? undefined : value;
    }
    at = source.lastIndexOf('sourceMappingURL=', at - 1);
  }
  return undefined;
}
