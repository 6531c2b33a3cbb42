/** Where git itself looks for a NUL to tell that a file is no text. */
const LOOKED_AT_BYTES = 8_000;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file, or undefined where it is none that lines could be merged of. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, LOOKED_AT_BYTES).includes(0)) return undefined;
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
