/** Message bodies of HTTP/1.1: RFC 9112, 6 and 7. */
import type { ByteReader } from './byte-reader.ts';
import { headerValue, readHeaders, type HeaderList } from './headers.ts';
import { HttpError } from './http-error.ts';

/** How long a body is (RFC 9112, 6.3). `bytes` is above 0; `until-close` exists in responses only. */
export type Framing =
  | { readonly type: 'none' }
  | { readonly type: 'length'; readonly bytes: number }
  | { readonly type: 'chunked' }
  | { readonly type: 'until-close' };

// Bytes of one piece: what is read of a body at a time, however long it is.
const MAX_PIECE = 64 * 1024;

/**
 * How long the body is, for requests (`request`) and responses. Contradictions
 * are refused: they are how requests are smuggled.
 */
export function bodyFraming(headers: HeaderList, kind: 'request' | 'response'): Framing {
  const encoding = headerValue(headers, 'transfer-encoding');
  const lengths = headers.filter(([name]) => name.toLowerCase() === 'content-length').map(([, value]) => value);
  // RFC 9112, 6.3, items 3 to 5: Transfer-Encoding goes before Content-Length.
  if (encoding !== undefined) {
    const codings = encoding
      .toLowerCase()
      .split(',')
      .map((coding) => coding.trim());
    // gzip as a transfer coding is in the standard and in no
    // server; what is not understood must not be guessed at.
    if (codings.length !== 1 || codings[0] !== 'chunked')
      throw new HttpError(`Transfer-Encoding ${JSON.stringify(encoding.slice(0, 60))} is not supported`);
    // A server that sends both is merely careless; of a request
    // the two could be read differently by the program.
    if (lengths.length > 0 && kind === 'request')
      throw new HttpError('Both Transfer-Encoding and Content-Length are given');
    return { type: 'chunked' };
  }
  const [length] = lengths;
  if (length !== undefined) {
    // Fifteen digits are below 2^53. The same length twice is allowed, two lengths are not.
    if (!/^\d{1,15}$/.test(length) || lengths.some((other) => other !== length))
      throw new HttpError(`Content-Length ${JSON.stringify(lengths.join(', ').slice(0, 60))} is not a number`);
    return Number(length) === 0 ? { type: 'none' } : { type: 'length', bytes: Number(length) };
  }
  // RFC 9112, 6.3: a request without a length has no
  // body, a response goes on until the connection ends.
  return kind === 'request' ? { type: 'none' } : { type: 'until-close' };
}

/** The body's bytes without their framing. Leaves the reader at the start of the next message. */
export async function* readBody(reader: ByteReader, framing: Framing): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  switch (framing.type) {
    case 'none':
      return;
    case 'length':
      yield* readLength(reader, framing.bytes);
      return;
    case 'until-close':
      for (let bytes = await reader.readSome(MAX_PIECE); bytes !== null; bytes = await reader.readSome(MAX_PIECE))
        yield bytes;
      return;
    case 'chunked':
      for (;;) {
        const line = await reader.readLine(4096);
        // RFC 9112, 7.1: extensions of a chunk mean nothing here.
        const size = line === null ? undefined : /^([0-9a-fA-F]{1,13})[ \t]*(?:;.*)?$/.exec(line)?.[1];
        if (size === undefined) throw new HttpError('A chunk has no size');
        const length = Number.parseInt(size, 16);
        if (length === 0) break;
        yield* readLength(reader, length);
        // Both bytes: with a bare LF the size would be open to two readings, which is how requests are smuggled.
        const [cr, lf] = await reader.readExactly(2);
        if (cr !== 0x0d || lf !== 0x0a) throw new HttpError('A chunk is not as long as its size');
      }
      // Trailers: read and dropped, nobody here has a place for them.
      await readHeaders(reader);
  }
}

async function* readLength(reader: ByteReader, length: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for (let left = length; left > 0;) {
    const bytes = await reader.readSome(Math.min(left, MAX_PIECE));
    if (bytes === null) throw new HttpError(`The connection ended ${left} bytes before the end of the body`);
    left -= bytes.length;
    yield bytes;
  }
}

const encoder = new TextEncoder();
const lastChunk = encoder.encode('0\r\n\r\n');

/** One chunk of the chunked coding; no bytes make the last one. */
export function encodeChunk(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (bytes.length === 0) return lastChunk;
  const size = encoder.encode(`${bytes.length.toString(16)}\r\n`);
  const chunk = new Uint8Array(size.length + bytes.length + 2);
  chunk.set(size, 0);
  chunk.set(bytes, size.length);
  chunk[chunk.length - 2] = 0x0d;
  chunk[chunk.length - 1] = 0x0a;
  return chunk;
}
