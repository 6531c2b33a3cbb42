/** Node's string encodings over plain bytes; the kernel worker has no Buffer. */
import type { FsEncoding } from '@slipway/wire';

const utf8Encoder = new TextEncoder();

/** Node's `buffer.toString(encoding)`, for a room without Buffer; wrong bytes become U+FFFD and never an error. */
export function decodeText(bytes: Uint8Array<ArrayBuffer>, encoding: FsEncoding): string {
  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    case 'ascii':
      return binaryText(bytes.map((byte) => byte & 0x7f));
    case 'latin1':
    case 'binary':
      return binaryText(bytes);
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'base64':
      return btoa(binaryText(bytes));
    case 'base64url':
      return btoa(binaryText(bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
    default:
      return wideText(bytes);
  }
}

/** Node's `Buffer.from(text, encoding)`: what is no hex or base64 is passed over in silence, as there. */
export function encodeText(text: string, encoding: FsEncoding): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case 'utf8':
    case 'utf-8':
      return utf8Encoder.encode(text);
    case 'ascii':
    case 'latin1':
    case 'binary':
      return Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);
    case 'hex': {
      // As Node: stops at the first pair that is not hexadecimal.
      const valid = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? '';
      return Uint8Array.from({ length: valid.length / 2 }, (_, at) =>
        Number.parseInt(valid.slice(at * 2, at * 2 + 2), 16),
      );
    }
    case 'base64':
    case 'base64url': {
      const plain = text
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replace(/[^A-Za-z0-9+/]/g, '');
      const usable = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
      const decoded = atob(usable);
      return Uint8Array.from({ length: decoded.length }, (_, at) => decoded.charCodeAt(at));
    }
    default: {
      const bytes = new Uint8Array(text.length * 2);
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true);
      return bytes;
    }
  }
}

/** In pieces: a call takes only so many arguments. */
function binaryText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join('');
}

/** Unit by unit: a TextDecoder would replace half a surrogate pair, which Node keeps. */
function wideText(bytes: Uint8Array<ArrayBuffer>): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const units = Uint16Array.from({ length: bytes.length >> 1 }, (_, at) => view.getUint16(at * 2, true));
  const pieces: string[] = [];
  for (let at = 0; at < units.length; at += 8192) pieces.push(String.fromCharCode(...units.subarray(at, at + 8192)));
  return pieces.join('');
}
