/**
 * A fast 64-bit hash of a text (two FNV-like lanes over 32-bit multiplications)
 * with its length: no protection against an attacker, none is needed, since who
 * can choose the text can run it as well.
 */
export function textHash(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  const { length } = text;
  let at = 0;
  // Two units a step, so 32 bits are mixed in at once.
  for (; at + 1 < length; at += 2) {
    const pair = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
    a = Math.imul(a ^ pair, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + pair, 0x85ebca6b);
    b ^= b >>> 13;
  }
  if (at < length) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x01000193);
    b = Math.imul(b + text.charCodeAt(at), 0x85ebca6b);
  }
  // Finalizers: short texts that differ in a late unit must differ in every digit.
  a = Math.imul(a ^ (a >>> 16), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x27d4eb2f);
  return `${hex(a)}${hex(b)}${length.toString(36)}`;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
