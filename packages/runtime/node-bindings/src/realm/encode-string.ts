const utf8 = new TextEncoder();
// Taken before lib puts its own `atob` in place.
const decodeBase64 = atob;

/** Bytes of a string in one of the encodings lib hands to stream handles. */
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
      return latin1Bytes(decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/').replace(/[^A-Za-z0-9+/]/g, '')));
    default:
      return utf8.encode(text) as Uint8Array<ArrayBuffer>;
  }
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
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
  const valid = /^(?:[0-9a-f]{2})*/i.exec(text)?.[0] ?? '';
  const bytes = new Uint8Array(valid.length / 2);
  for (let index = 0; index < bytes.length; index++) bytes[index] = Number.parseInt(valid.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}
