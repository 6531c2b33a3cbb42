/**
 * UTF-8 in and out. This room sees no DOM and no Node types; the two codecs
 * below exist in every worker, and this is the only file that says so.
 *
 * A name is bytes, a string is not: bytes that are no UTF-8 stand in strings as
 * lone surrogates, byte 0x80…0xff as U+DC80…U+DCFF (Python's "surrogateescape",
 * PEP 383), and become those bytes again. So every name there can be is
 * reachable by the string that lists it.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options: { ignoreBOM: boolean; fatal?: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
// A name may begin with U+FEFF; swallowing it would make the file unreachable.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a name or path. */
export const encodeText = (text: string): Uint8Array<ArrayBuffer> =>
  text.isWellFormed() ? encoder.encode(text) : encodeEscaped(text);

/** The string of a name's bytes. `bytes` must not be shared memory: TextDecoder refuses it. */
export function decodeText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  // Either some byte was no UTF-8, or somebody really has this character in a name.
  return text.includes('\ufffd') ? decodeEscaped(bytes) : text;
}

function encodeEscaped(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code & 0xff);
    // Other lone surrogates stand for no byte: the encoder makes them U+FFFD.
    else bytes.push(...encoder.encode(character));
  }
  return new Uint8Array(bytes);
}

function decodeEscaped(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    text += length === 0 ? String.fromCharCode(0xdc00 | bytes[at]!) : decoder.decode(bytes.subarray(at, at + length));
    at += Math.max(1, length);
  }
  return text;
}

/** Bytes of the well-formed sequence that begins at `at`, 0 when none does. Table 3-7 of the Unicode standard. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  const second = bytes[at + 1]!;
  // No overlong forms, no surrogates, nothing above U+10FFFF.
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let next = at + 2; next < at + length; next++) if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  return length;
}
