/** Finding bytes in bytes. Reference: IndexOfOffset and IndexOf*, src/node_buffer.cc. */

/**
 * Where a search starts, or -1 when nothing can be found. A negative `offset` counts from the end; one beyond the
 * end finds an empty needle there, and backwards begins at the last byte. Reference: IndexOfOffset.
 */
export function searchStart(length: number, offset: number, needleLength: number, forward: boolean): number {
  if (offset < 0) {
    if (offset + length >= 0) return length + offset;
    return forward || needleLength === 0 ? 0 : -1;
  }
  if (offset + needleLength <= length) return offset;
  if (needleLength === 0) return length;
  return forward ? -1 : length - 1;
}

/** `unit` is 2 where both are UTF-16: matches begin at even positions only. */
export function findBytes(
  haystack: Uint8Array,
  needle: Uint8Array,
  offset: number,
  forward: boolean,
  unit: 1 | 2,
): number {
  const start = searchStart(haystack.length, offset, needle.length, forward);
  // An empty needle is found where the search starts (String.prototype.indexOf has the same rule).
  if (needle.length === 0) return start;
  if (start < 0 || haystack.length < unit || needle.length < unit || needle.length > haystack.length) return -1;
  if (forward)
    // Down to a whole unit, as C++ divides the offset by two.
    return start + needle.length > haystack.length ? -1 : findForward(haystack, needle, start - (start % unit), unit);
  return findBackward(haystack, needle, start - (start % unit), unit);
}

/** Where a byte stands, from `offset` on or backwards; -1 where it does not. */
export function findByte(haystack: Uint8Array, value: number, offset: number, forward: boolean): number {
  const start = searchStart(haystack.length, offset, 1, forward);
  if (start < 0 || haystack.length === 0) return -1;
  return forward ? haystack.indexOf(value, start) : haystack.lastIndexOf(value, start);
}

function findForward(haystack: Uint8Array, needle: Uint8Array, start: number, unit: number): number {
  const first = needle[0]!;
  const last = haystack.length - needle.length;
  // The engine's search for the first byte, then a comparison: needles are short and mostly rare.
  for (let at = haystack.indexOf(first, start); at >= 0 && at <= last; at = haystack.indexOf(first, at + 1)) {
    if (at % unit === 0 && matchesAt(haystack, needle, at)) return at;
  }
  return -1;
}

function findBackward(haystack: Uint8Array, needle: Uint8Array, start: number, unit: number): number {
  for (let at = Math.min(start, haystack.length - needle.length); at >= 0; at -= 1) {
    if (at % unit === 0 && matchesAt(haystack, needle, at)) return at;
  }
  return -1;
}

function matchesAt(haystack: Uint8Array, needle: Uint8Array, at: number): boolean {
  for (let index = 0; index < needle.length; index++) {
    if (haystack[at + index] !== needle[index]) return false;
  }
  return true;
}

/** memcmp, then the lengths; -1, 0 or 1. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index++) {
    const difference = a[index]! - b[index]!;
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}
