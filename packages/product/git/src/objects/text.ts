import { GitError } from './git-error.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Names and messages are bytes to git. Here they are strings, in which a byte that is no UTF-8 stands as
 * U+DC80…U+DCFF, as in the file system of containers: reading and writing gives the same bytes again.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return decodeBroken(bytes);
  }
}

/** The bytes of a string of {@link decodeText}. Half a character that is no such byte is refused. */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(Buffer.of(code - 0xdc00));
    else if (code >= 0xd800 && code <= 0xdfff)
      throw new GitError('bad-text', `Cannot write ${JSON.stringify(text)}: it has half a character`);
    else parts.push(Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** Length of the UTF-8 sequence that a byte begins, 0 where it begins none. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Character by character: what no character can be made of keeps each of its bytes apart. */
function decodeBroken(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    const character = length === 0 ? undefined : decodeOne(bytes.subarray(at, at + length), length);
    if (character === undefined) text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    else text += character;
    at += character === undefined ? 1 : length;
  }
  return text;
}

/**
 * Undefined for what is cut off, too long for its value or half of a pair: `TextDecoder` tells all that the
 * bits do not.
 */
function decodeOne(sequence: Uint8Array, length: number): string | undefined {
  if (sequence.length < length) return undefined;
  for (let index = 1; index < length; index++) if (((sequence[index] ?? 0) & 0xc0) !== 0x80) return undefined;
  try {
    return strict.decode(sequence);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
