import { GitError } from '../objects/git-error.ts';

/** A number in sevens of bits, the lowest first, as it stands in deltas. */
export function encodeSize(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

/** Reads a number of {@link encodeSize} and says where it ends. More than 2^48 is refused: nothing here is so large. */
export function decodeSize(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0;
  let scale = 1;
  for (let at = from; at < bytes.length && at < from + 7; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, end: at + 1 };
    scale *= 0x80;
  }
  throw new GitError('bad-delta', 'Cannot read delta: a size does not end');
}
