/** C's letters, as quote.c has them; every other byte is octal. */
const ESCAPES: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  0x22: '\\"',
  0x5c: '\\\\',
};

/** quote.c: a name in quotes, with octal bytes, where it has what a terminal might not show. */
export function quotePath(path: string, quoteHigh: boolean): string {
  const bytes = Buffer.from(path);
  const isPlain = (byte: number): boolean =>
    byte >= 0x20 && byte !== 0x22 && byte !== 0x5c && byte !== 0x7f && (byte < 0x80 || !quoteHigh);
  if (bytes.every(isPlain)) return path;
  const parts: Buffer[] = [];
  for (const byte of bytes) {
    if (isPlain(byte)) parts.push(Buffer.from([byte]));
    else parts.push(Buffer.from(ESCAPES[byte] ?? `\\${byte.toString(8).padStart(3, '0')}`));
  }
  return `"${Buffer.concat(parts).toString()}"`;
}
