/**
 * Labels of the runtime hosts of third-party embedders: `e`, 120 bits of the embedder's
 * origin, and 8 bits that tell pages of one embedder that live at once from each other.
 * Each of them is a container with previews of its own (DI-05); the numbers are used
 * again, so that a browser's cache of the runtime is too.
 */
const PATTERN = /^e[0-9a-f]{32}$/;
const ORIGIN_BYTES = 15;

/** How many pages of one embedder may have a container at once in one browser. */
export const EMBEDDER_SLOTS = 64;

/** By its shape alone. */
export const isEmbedderLabel = (label: string): boolean => PATTERN.test(label);

/** `digest` is SHA-256 of the embedder's origin. */
export function embedderLabelOf(digest: Uint8Array, slot: number): string {
  if (digest.length < ORIGIN_BYTES || !(Number.isInteger(slot) && slot >= 0 && slot < EMBEDDER_SLOTS))
    throw new Error(`Cannot name an embedder's host: slot is ${slot}, of the digest there are ${digest.length} bytes`);
  const bytes = [...digest.subarray(0, ORIGIN_BYTES), slot];
  return `e${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** By the digest in them: the last two digits are the slot. */
export const sameEmbedder = (one: string, other: string): boolean =>
  isEmbedderLabel(one) && isEmbedderLabel(other) && one.slice(0, -2) === other.slice(0, -2);
