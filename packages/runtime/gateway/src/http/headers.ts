/** Header fields of HTTP/1.1 (RFC 9110, 5 and RFC 9112, 5), in order and with repeats. */
import type { ByteReader } from './byte-reader.ts';
import { HttpError } from './http-error.ts';

/** As they came: names as spelled, values without blanks around them, latin1 characters. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

// Far above what servers take (Node's own limit is 16 KiB for all), below what hurts.
const MAX_LINE_BYTES = 64 * 1024;
const MAX_HEADERS_BYTES = 256 * 1024;
const MAX_HEADERS = 1000;

// RFC 9110, 5.6.2. What is no token could end the name and begin something else.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether a text may stand as a method, a field name or a protocol. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Reads up to the empty line. Obsolete line folding is refused. */
export async function readHeaders(reader: ByteReader): Promise<HeaderList> {
  const headers: [string, string][] = [];
  let size = 0;
  for (;;) {
    const line = await reader.readLine(MAX_LINE_BYTES);
    if (line === null) throw new HttpError('The connection ended in the middle of the header');
    if (line === '') return headers;
    size += line.length;
    if (size > MAX_HEADERS_BYTES || headers.length >= MAX_HEADERS)
      throw new HttpError(`The header is larger than ${MAX_HEADERS_BYTES} bytes or ${MAX_HEADERS} fields`);
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    // No colon, a blank before it or at the beginning of the
    // line (folding, RFC 9112, 5.2): none of these is a token.
    if (colon <= 0 || !isToken(name))
      throw new HttpError(`A header field has the name ${JSON.stringify(name.slice(0, 60))}`);
    headers.push([name, line.slice(colon + 1).trim()]);
  }
}

/**
 * All values of a field, joined as RFC 9110, 5.3 allows;
 * `undefined` when it is absent. `name` in lower case.
 */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

/** Whether a comma list such as Connection holds `option`. */
export function headerHas(headers: HeaderList, name: string, option: string): boolean {
  return (headerValue(headers, name) ?? '').split(',').some((part) => part.trim().toLowerCase() === option);
}

/** Fields for one hop only; they never pass a gateway. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Without the fields that belong to this connection (RFC
 * 9110, 7.6.1): those known, and those that Connection names.
 */
export function endToEnd(headers: HeaderList): HeaderList {
  const named = new Set((headerValue(headers, 'connection') ?? '').split(',').map((part) => part.trim().toLowerCase()));
  return headers.filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase()));
}

/** The start line and fields as bytes. A value that could start a new line is refused, not repaired. */
export function encodeHead(startLine: string, headers: HeaderList): Uint8Array<ArrayBuffer> {
  let text = `${startLine}\r\n`;
  for (const [name, value] of headers) {
    if (!isToken(name) || /[\r\n\0]/.test(value))
      throw new HttpError(`Header field ${JSON.stringify(name.slice(0, 60))} cannot be written`);
    text += `${name}: ${value}\r\n`;
  }
  text += '\r\n';
  // latin1 where possible, as it was read; a character beyond becomes UTF-8.
  const bytes = Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return bytes.every((byte, at) => byte === text.charCodeAt(at)) ? bytes : new TextEncoder().encode(text);
}
