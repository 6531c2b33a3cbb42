const utf8 = new TextEncoder();
// Taken before lib puts its own `atob` in place.
const decodeBase64 = atob;

/**
 * Bytes of a string in one of the encodings lib hands to stream handles, by name; unknown names are utf8. Here and
 * not in `bytes.ts`, since a stream handle needs no codec of a realm.
 * Writes are rare next to Buffer calls: no fast paths.
 */
export function encodeString(text: string, encoding: string): Uint8Array<ArrayBuffer> {
  switch (encoding) {
    case 'latin1':
    case 'binary':
    case 'ascii':
      return latin1Bytes(text);
    case 'utf16le':
    case 'utf-16le':
    case 'ucs2':
    case 'ucs-2':
      return utf16Bytes(text);
    case 'hex':
      return hexBytes(text);
    case 'base64':
    case 'base64url':
      return latin1Bytes(decodeBase64(base64Digits(text)));
    default:
      return utf8.encode(text) as Uint8Array<ArrayBuffer>;
  }
}

/**
 * What atob takes and Node reads: it translates the URL alphabet, skips what is no digit, ends at the first `=`, and
 * leaves a last digit out that makes no byte.
 */
function base64Digits(text: string): string {
  const end = text.indexOf('=');
  const digits = (end === -1 ? text : text.slice(0, end))
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  return digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
}

function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

function utf16Bytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    bytes[index * 2] = unit;
    bytes[index * 2 + 1] = unit >> 8;
  }
  return bytes;
}

function hexBytes(text: string): Uint8Array<ArrayBuffer> {
  // As far as there are whole pairs: Buffer.from('abc', 'hex') has one byte.
  const valid = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? '';
  const bytes = new Uint8Array(valid.length / 2);
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(valid.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}
