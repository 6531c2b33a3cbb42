import type { Foreign, Realm } from '../realm/realm.ts';
import {
  type ByteCodec,
  createByteCodec,
  Encoding,
  parseEncoding,
  plain,
  STRING_MAX_LENGTH,
  unshared,
  type EncodingNumber,
} from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';
import { compareBytes, findByte, findBytes } from './search-bytes.ts';

/** v8::TypedArray::kMaxLength of the pinned Node. */
const MAX_LENGTH = 2 ** 53 - 1;

type Bytes = ArrayBufferView;

/** internalBinding('buffer'). Reference: src/node_buffer.cc; each member names its C++ function where it differs. */
export function createBufferBinding(realm: Realm): Foreign {
  const codec = createByteCodec(realm.host);
  // `fatal` and no BOM taken away: U+FEFF is valid UTF-8 as well.
  const fatalDecoder = new realm.host.classes.TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  return {
    setBufferPrototype() {
      // Buffers that bindings make are plain Uint8Arrays until lib gives them its prototype; see `asBuffer`.
    },
    atob: (text: string) => decodeForgivingBase64(realm, text),
    btoa(text: string) {
      // lib makes an InvalidCharacterError of -1.
      for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 255) return -1;
      return codec.decode(codec.encode(text, Encoding.latin1), 0, text.length, Encoding.base64);
    },
    byteLengthUtf8,
    /** SlowCopy: bounds were checked by lib; `set` gets overlapping ranges right, as memmove does. */
    copy(source: Bytes, target: Bytes, targetStart: number, sourceStart: number, count: number) {
      plain(target).set(plain(source).subarray(sourceStart, sourceStart + count), targetStart);
      return count;
    },
    compare: (a: Bytes, b: Bytes) => compareBytes(plain(a), plain(b)),
    compareOffset(
      source: Bytes,
      target: Bytes,
      targetStart: number,
      sourceStart: number,
      targetEnd: number,
      sourceEnd: number,
    ) {
      if (sourceStart > source.byteLength)
        throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'The value of "sourceStart" is out of range.');
      if (targetStart > target.byteLength)
        throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'The value of "targetStart" is out of range.');
      return compareBytes(
        plain(source).subarray(sourceStart, sourceEnd),
        plain(target).subarray(targetStart, targetEnd),
      );
    },
    fill: (buffer: Bytes, value: unknown, start: number, end: number, encoding: unknown) => {
      const bytes = plain(buffer);
      // ParseArrayIndex: a negative index throws, one too large is answered by -2.
      if (start < 0 || end < 0) throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'Index out of range');
      // Numbers that lib turns into exceptions: -2 out of range, -1 a value that encodes to nothing.
      if (start > end || end > bytes.length) return -2;
      if (start === end) return undefined;
      if (typeof value !== 'string' && !ArrayBuffer.isView(value)) {
        bytes.fill(Number(value) & 255, start, end);
        return undefined;
      }
      const pattern = typeof value === 'string' ? codec.encode(value, parseEncoding(encoding)) : plain(value);
      if (pattern.length === 0) return -1;
      repeatInto(bytes.subarray(start, end), pattern);
      return undefined;
    },
    // UTF-16 text is only found at even offsets; every other encoding anywhere.
    indexOfBuffer: (haystack: Bytes, needle: Bytes, offset: number, encoding: unknown, forward: boolean) =>
      findBytes(plain(haystack), plain(needle), offset, forward, parseEncoding(encoding) === Encoding.ucs2 ? 2 : 1),
    // lib passes the number as it is; a byte is its low eight bits.
    indexOfNumber: (haystack: Bytes, value: number, offset: number, forward: boolean) =>
      findByte(plain(haystack), value & 255, offset, forward),
    indexOfString(haystack: Bytes, text: string, offset: number, encoding: unknown, forward: boolean) {
      const number = parseEncoding(encoding);
      return findBytes(plain(haystack), codec.encode(text, number), offset, forward, number === Encoding.ucs2 ? 2 : 1);
    },
    copyArrayBuffer(
      target: ArrayBufferLike,
      targetOffset: number,
      source: ArrayBufferLike,
      sourceOffset: number,
      count: number,
    ) {
      new Uint8Array(target).set(new Uint8Array(source, sourceOffset, count), targetOffset);
    },
    // A browser has no memory it would not clear.
    createUnsafeArrayBuffer: (size: number) => new ArrayBuffer(size),
    swap16: (buffer: Bytes) => swap(buffer, 2),
    swap32: (buffer: Bytes) => swap(buffer, 4),
    swap64: (buffer: Bytes) => swap(buffer, 8),
    isUtf8(source: Bytes | ArrayBufferLike) {
      mustBeAttached(source);
      // There is no other question to the engine that takes one pass; exceptions come only for invalid text.
      try {
        fatalDecoder.decode(unshared(plain(source)));
        return true;
      } catch {
        // The decoder's only way to say "no".
        return false;
      }
    },
    isAscii(source: Bytes | ArrayBufferLike) {
      mustBeAttached(source);
      return plain(source).every((byte) => byte < 128);
    },
    kMaxLength: MAX_LENGTH,
    kStringMaxLength: STRING_MAX_LENGTH,
    ...createTextMembers(codec),
    setDetachKey() {
      // The mark that keeps a pool from being transferred is a private slot; messaging asks for that.
    },
  };
}

/** `Buffer.prototype.asciiSlice`, `utf8Write` and their like. */
function createTextMembers(codec: ByteCodec): Foreign {
  /** StringSlice<encoding>: bounds may be missing or too large, and throw only when negative. */
  const slice =
    (encoding: EncodingNumber) =>
    (buffer: Bytes, start?: number, end?: number): string => {
      // `buffer` is `this` of the prototype's method, which lib binds to be called so; it may be any Uint8Array.
      const bytes = plain(buffer);
      const from = bound(start, 0, bytes.length);
      const to = bound(end, bytes.length, bytes.length);
      return to <= from ? '' : codec.decode(bytes, from, to, encoding);
    };

  /** StringWrite<encoding> and SlowWriteString: bytes written, whole characters only. */
  const write =
    (encoding: EncodingNumber) =>
    (buffer: Bytes, text: string, offset?: number, length?: number): number => {
      // lib leaves this check to C++ (THROW_AND_RETURN_IF_NOT_STRING).
      if (typeof text !== 'string') throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', 'argument must be a string');
      const bytes = plain(buffer);
      const at = offset === undefined ? 0 : offset;
      if (at > bytes.length)
        throw codedError(RangeError, 'ERR_BUFFER_OUT_OF_BOUNDS', '"offset" is outside of buffer bounds');
      const room = bytes.length - at;
      return codec.write(bytes, text, at, length === undefined ? room : Math.min(length, room), encoding);
    };

  return {
    asciiSlice: slice(Encoding.ascii),
    base64Slice: slice(Encoding.base64),
    base64urlSlice: slice(Encoding.base64url),
    latin1Slice: slice(Encoding.latin1),
    hexSlice: slice(Encoding.hex),
    ucs2Slice: slice(Encoding.ucs2),
    utf8Slice: slice(Encoding.utf8),
    base64Write: write(Encoding.base64),
    base64urlWrite: write(Encoding.base64url),
    hexWrite: write(Encoding.hex),
    ucs2Write: write(Encoding.ucs2),
    // ASCII is written as latin1: the high bit is only dropped when reading.
    asciiWriteStatic: write(Encoding.latin1),
    latin1WriteStatic: write(Encoding.latin1),
    utf8WriteStatic: write(Encoding.utf8),
  };
}

/** ParseArrayIndex, then clamped as SLICE_START_END does. */
function bound(value: number | undefined, fallback: number, length: number): number {
  if (value === undefined) return fallback;
  const index = Math.trunc(Number(value)) || 0;
  if (index < 0) throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'Index out of range');
  return Math.min(index, length);
}

function byteLengthUtf8(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    // Two more bytes for a unit above U+07FF; a lone surrogate becomes U+FFFD, three bytes as well.
    count += unit < 0x800 ? 1 : 2;
    if ((unit & 0xfc00) !== 0xd800) continue;
    // A pair is four bytes: two units were counted, two more are added once.
    if ((text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) at++;
  }
  return count;
}

function repeatInto(target: Uint8Array, pattern: Uint8Array): void {
  target.set(pattern.subarray(0, target.length));
  // Doubling what is there: O(log n) calls.
  for (let filled = pattern.length; filled < target.length; filled *= 2) {
    target.copyWithin(filled, 0, Math.min(filled, target.length - filled));
  }
}

function swap(buffer: Bytes, size: number): Bytes {
  const bytes = plain(buffer);
  // In place; a rest that is no whole unit stays. lib has refused such lengths before.
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return buffer;
}

function mustBeAttached(source: Bytes | ArrayBufferLike): void {
  const memory = ArrayBuffer.isView(source) ? source.buffer : source;
  if ('detached' in memory && memory.detached) {
    throw codedError(Error, 'ERR_INVALID_STATE', 'Invalid state: Cannot validate on a detached buffer');
  }
}

/** -1: a single character is left over; -2: not of the alphabet. WHATWG forgiving-base64 decode. */
function decodeForgivingBase64(realm: Realm, text: string): string | number {
  try {
    return realm.host.atob(text);
  } catch {
    // The host does not tell the two failures apart, lib does.
    const stripped = text.replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, '');
    return /^[A-Za-z0-9+/]*$/.test(stripped) && stripped.length % 4 === 1 ? -1 : -2;
  }
}
