/** How bytes became others: all between two ends that stayed was replaced. */
export interface Splice {
  /** Bytes at the beginning that stayed. */
  start: number;
  /** Bytes at the end that stayed. */
  end: number;
  inserted: Uint8Array<ArrayBuffer>;
}

/** The one piece in which two versions of a file differ. An edit at a time is hardly ever more than one. */
export function makeSplice(before: Uint8Array, after: Uint8Array<ArrayBuffer>): Splice {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { start, end, inserted: after.subarray(start, after.length - end) };
}

/** The version after, or undefined where the one before is too short to be what the splice was made of. */
export function applySplice(before: Uint8Array, { start, end, inserted }: Splice): Uint8Array<ArrayBuffer> | undefined {
  if (start + end > before.length) return undefined;
  const after = new Uint8Array(start + inserted.length + end);
  after.set(before.subarray(0, start));
  after.set(inserted, start);
  after.set(before.subarray(before.length - end), start + inserted.length);
  return after;
}
