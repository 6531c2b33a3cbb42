/** What of a file is sent. `end` is the byte behind the last one. */
export type AskedRange = { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'unsatisfiable' };

/**
 * A Range header over `size` bytes: RFC 9110, 14.2 (ST-02). What is no range of bytes is
 * as if it were not there, and so are several ranges: a server may answer them with the whole.
 */
export function parseRange(header: string | undefined, size: number): AskedRange {
  const match = /^bytes=[\t ]*(\d*)-(\d*)[\t ]*$/i.exec(header?.trim() ?? '');
  if (match === null) return { kind: 'whole' };
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return { kind: 'whole' };
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'part', start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
