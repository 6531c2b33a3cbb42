import { encodeName } from '@slipway/vfs';

// A byte order mark is a character like any other: `cat` must not eat it.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8. Bytes that are none stand in text as in names, U+DC80…U+DCFF; any other lone surrogate becomes U+FFFD. */
export const encode = (text: string): Uint8Array => encodeName(text);

/** Text of bytes that may be anything: UTF-8, or else one character a byte, so that writing it back changes nothing. */
export interface DecodedText {
  readonly text: string;
  readonly encode: (text: string) => Uint8Array;
}

/**
 * For text that is worked on and written back (`sed`, `sort`):
 * with the `encode` that comes with it every byte survives.
 */
export function decode(bytes: Uint8Array): DecodedText {
  try {
    return { text: strict.decode(bytes), encode };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { text: decodeBytes(bytes), encode: encodeBytes };
  }
}

function decodeBytes(bytes: Uint8Array): string {
  let text = '';
  // Spread in slices: an engine limits how many arguments a call may have.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

const encodeBytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** Where a wrong byte is no reason to change the encoding: names, scripts, what a terminal types. */
export const decodeLossy = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
