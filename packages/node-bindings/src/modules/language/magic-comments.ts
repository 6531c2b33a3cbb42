/**
 * `//# sourceMappingURL=…` as V8 reads it: the last one of the text.
 *
 * Searched from the end: it usually stands there, and most texts have none.
 */
export function sourceMapUrl(source: string): string | undefined {
  let at = source.lastIndexOf('sourceMappingURL=');
  while (at > 0) {
    const isComment = /\/[/*][#@][ \t]$/.test(source.slice(Math.max(0, at - 4), at));
    if (isComment) {
      const value = /^[^\s'"]*/.exec(source.slice(at + 'sourceMappingURL='.length))?.[0] ?? '';
      return value === '' ? undefined : value;
    }
    at = source.lastIndexOf('sourceMappingURL=', at - 1);
  }
  return undefined;
}
