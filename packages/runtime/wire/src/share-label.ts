/**
 * Labels of the runtime hosts where visitors of a share run it: `s`, and 124 bits of the hash of the share's token.
 * Every share has an origin of its own, so that what one's author wrote meets neither another share nor a project.
 */
const PATTERN = /^s[0-9a-f]{31}$/;
const HASH = /^[0-9a-f]{64}$/;

/** By its shape alone. */
export const isShareLabel = (label: string): boolean => PATTERN.test(label);

/** `tokenHash` is SHA-256 in hexadecimal. */
export function shareLabelOf(tokenHash: string): string {
  if (!HASH.test(tokenHash)) throw new Error(`Cannot name a share's host: "${tokenHash}" is no hash`);
  return `s${tokenHash.slice(0, 31)}`;
}
