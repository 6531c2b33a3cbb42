/**
 * UTF-8 in and out. This room sees no DOM and no Node types; the two codecs
 * below exist in every worker, and this is the only file that says so.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label: string, options: { ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
// A name may begin with U+FEFF; swallowing it would make the file unreachable.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const encodeText = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** `bytes` must not be shared memory: TextDecoder refuses it. */
export const decodeText = (bytes: Uint8Array): string => decoder.decode(bytes);
