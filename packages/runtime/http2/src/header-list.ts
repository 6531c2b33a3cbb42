import type { HeaderField } from './hpack/hpack-encoder.ts';

/** NGHTTP2_NV_FLAG_NO_INDEX: lib's `sensitiveHeaders`, which no proxy may put into a table (RFC 7541, 7.1.3). */
const NO_INDEX = 1;

/**
 * lib hands headers over as one text of `name\0value\0flag` and their count
 * (NgHeaders in src/node_http_common-inl.h). A text with a NUL of its own becomes
 * one field no peer accepts.
 */
export function parseHeaderList([text, count]: readonly [string, number]): HeaderField[] {
  const fields: HeaderField[] = [];
  for (let at = 0; at < text.length;) {
    // More fields than lib counted: some text holds a NUL, and everything after it is read wrongly.
    if (fields.length >= count) return [{ name: '\0', value: '\0', sensitive: false }];
    const nameEnd = endOf(text, at);
    const valueEnd = endOf(text, nameEnd + 1);
    fields.push({
      name: text.slice(at, nameEnd),
      value: text.slice(nameEnd + 1, valueEnd),
      sensitive: (text.charCodeAt(valueEnd + 1) & NO_INDEX) !== 0,
    });
    at = valueEnd + 2;
  }
  return fields;
}

function endOf(text: string, from: number): number {
  const end = text.indexOf('\0', from);
  return end < 0 ? text.length : end;
}
