/** HTTP/1.1 over bytes: heads, bodies, framing. */
export { bodyFraming, encodeChunk, readBody } from './body.ts';
export { ByteReader } from './byte-reader.ts';
export { encodeHead, type HeaderList, headerValue, readHeaders } from './headers.ts';
