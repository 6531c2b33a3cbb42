/** What tells one version of a file from another: RFC 9110, 8.8. */
export interface Validators {
  /** Strong, with its quotes. */
  etag: string;
  lastModifiedMs: number;
}

/** Entity tags of a list; what stands between them is of no interest. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** A strong tag from a content's hash. */
export const etagOf = (hash: string): string => `"${hash}"`;

/** Whether a GET or HEAD is answered 304: RFC 9110, 13.2.2, steps 3 and 4 (ST-01). */
export function isNotModified(
  asked: { ifNoneMatch: string | undefined; ifModifiedSince: string | undefined },
  { etag, lastModifiedMs }: Validators,
): boolean {
  // The tag decides alone where there is one: times are only as fine as a second.
  if (asked.ifNoneMatch !== undefined) {
    if (asked.ifNoneMatch.trim() === '*') return true;
    // Weak comparison: a proxy that packs the body makes the tag a weak one.
    return (asked.ifNoneMatch.match(TAG) ?? []).some((tag) => tag.replace(/^W\//, '') === etag);
  }
  const since = asked.ifModifiedSince === undefined ? undefined : parseHttpDate(asked.ifModifiedSince);
  return since !== undefined && toSeconds(lastModifiedMs) <= toSeconds(since);
}

/** Whether a part may be sent, or the whole must be (RFC 9110, 13.1.5). Without a condition it may. */
export function isRangeCurrent(ifRange: string | undefined, { etag, lastModifiedMs }: Validators): boolean {
  if (ifRange === undefined) return true;
  const text = ifRange.trim();
  // Strong comparison: a weak tag never matches.
  if (text.endsWith('"')) return text === etag;
  const date = parseHttpDate(text);
  return date !== undefined && toSeconds(date) === toSeconds(lastModifiedMs);
}

/** An HTTP date, in any of its three forms. */
function parseHttpDate(text: string): number | undefined {
  // What is no date by its first letters is none, whatever `Date.parse` makes of it.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const ms = Date.parse(/GMT|UTC/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : ms;
}

const toSeconds = (ms: number): number => Math.floor(ms / 1000);
