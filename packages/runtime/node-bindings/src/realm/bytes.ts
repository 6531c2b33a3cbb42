/**
 * Text to bytes and back in the encodings of Buffer. Reference: StringBytes,
 * src/string_bytes.cc. Encodings by the numbers of `enum encoding` (src/node.h).
 *
 * Buffers arrive here all the time, and Buffer overrides `slice`, `indexOf`,
 * `fill` and more: `plain` gives a view without those before anything is called.
 */
import type { HostGlobals } from './host-globals.ts';
import { codedError } from '@slipway/node-values';

/** `enum encoding`, Node src/node.h. */
export const Encoding = { ascii: 0, utf8: 1, base64: 2, ucs2: 3, latin1: 4, hex: 5, buffer: 6, base64url: 7 } as const;
/** One of `Encoding`; lib hands these numbers out and gets them back unchecked. */
export type EncodingNumber = (typeof Encoding)[keyof typeof Encoding];

/** v8::String::kMaxLength of the pinned Node; Chromium has the same. */
export const STRING_MAX_LENGTH = 0x1fffffe8;

/** Where fromCharCode.apply is fastest and does not overflow the stack. */
const CHUNK = 8192;
/** Below this a loop over ASCII beats a call into TextDecoder. */
const SHORT_TEXT = 24;

/** Names as programs write them most; other spellings are tried in small letters, and 'binary' is latin1. */
const NUMBER_BY_NAME: Readonly<Record<string, EncodingNumber>> = {
  ascii: 0,
  utf8: 1,
  'utf-8': 1,
  base64: 2,
  ucs2: 3,
  'ucs-2': 3,
  utf16le: 3,
  'utf-16le': 3,
  latin1: 4,
  binary: 4,
  hex: 5,
  buffer: 6,
  base64url: 7,
};

/** ParseEncoding: a name or a number; anything else is `fallback`. */
export function parseEncoding(encoding: unknown, fallback: EncodingNumber = Encoding.utf8): EncodingNumber {
  if (typeof encoding === 'number') return encoding as EncodingNumber;
  if (typeof encoding !== 'string') return fallback;
  return NUMBER_BY_NAME[encoding] ?? NUMBER_BY_NAME[encoding.toLowerCase()] ?? fallback;
}

/** The bytes of a view or buffer, without Buffer's overrides. */
export function plain(source: ArrayBufferView | ArrayBufferLike): Uint8Array {
  if (ArrayBuffer.isView(source)) {
    // Only what has no prototype of its own in between is safe to use as it is: Buffer is a subclass.
    if (Object.getPrototypeOf(source) === Uint8Array.prototype) return source as Uint8Array;
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  }
  return new Uint8Array(source);
}

/** The same bytes in memory that host functions accept: they refuse shared memory. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof SharedArrayBuffer ? new Uint8Array(bytes) : (bytes as Uint8Array<ArrayBuffer>);
}

/** Uint8Array's own conversions, which the type library does not know yet. */
interface ModernBytes {
  toHex?: () => string;
  toBase64?: (options?: { alphabet?: string; omitPadding?: boolean }) => string;
}

/** Text to bytes and back, in the encodings of Buffer. Reference: StringBytes, Node src/string_bytes.cc. */
export interface ByteCodec {
  encode(text: string, encoding: EncodingNumber): Uint8Array;
  /** Of `bytes[start, end)`; bounds are within the array. */
  decode(bytes: Uint8Array, start: number, end: number, encoding: EncodingNumber): string;
  /** Writes what fits into `into[offset, offset + length)`, whole characters only; returns the bytes written. */
  write(into: Uint8Array, text: string, offset: number, length: number, encoding: EncodingNumber): number;
}

/** Takes the browser's coders before lib puts its own in their place. */
export function createByteCodec(host: HostGlobals): ByteCodec {
  const encoder = new host.classes.TextEncoder();
  // Buffer keeps U+FEFF at the beginning; a decoder by default swallows it.
  const decoder = new host.classes.TextDecoder('utf-8', { ignoreBOM: true });

  const decodeUtf8 = (bytes: Uint8Array, start: number, end: number): string => {
    if (end - start < SHORT_TEXT) {
      let text = '';
      let at = start;
      for (; at < end; at++) {
        const byte = bytes[at]!;
        if (byte > 127) break;
        text += String.fromCharCode(byte);
      }
      if (at === end) return text;
    }
    return decoder.decode(unshared(bytes.subarray(start, end)));
  };

  const writeUtf8 = (into: Uint8Array, text: string, offset: number, length: number): number => {
    if (text.length < SHORT_TEXT && text.length <= length) {
      let at = 0;
      // What is not ASCII starts over below: rewriting fewer than SHORT_TEXT bytes costs nothing.
      for (; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (unit > 127) break;
        into[offset + at] = unit;
      }
      if (at === text.length) return at;
    }
    const target = into.subarray(offset, offset + length);
    // encodeInto refuses shared memory: by way of a copy.
    if (!(target.buffer instanceof SharedArrayBuffer)) return encoder.encodeInto(text, target).written;
    const scratch = new Uint8Array(length);
    const { written } = encoder.encodeInto(text, scratch);
    target.set(scratch.subarray(0, written));
    // Never part of a character: encodeInto stops before one that does not fit.
    return written;
  };

  return {
    encode(text, encoding) {
      switch (encoding) {
        case Encoding.ascii:
        case Encoding.latin1:
          return latin1Bytes(text);
        case Encoding.ucs2:
          return ucs2Bytes(text);
        case Encoding.base64:
        case Encoding.base64url:
          return base64Bytes(text);
        case Encoding.hex:
          return hexBytes(text);
        // utf8, and 'buffer', which StringBytes reads as utf8 as well. Lone surrogates become U+FFFD.
        default:
          return encoder.encode(text);
      }
    },
    decode(bytes, start, end, encoding) {
      switch (encoding) {
        // Only decoding masks bit 7; encoding 'ascii' is encoding 'latin1' (Buffer's documented oddity).
        case Encoding.ascii:
          return asciiText(bytes, start, end);
        case Encoding.latin1:
          return mustFit(end - start) ?? latin1Text(bytes, start, end);
        case Encoding.ucs2:
          return mustFit((end - start) >> 1) ?? ucs2Text(bytes, start, end);
        case Encoding.base64:
          return mustFit(Math.ceil((end - start) / 3) * 4) ?? base64Text(bytes.subarray(start, end), false);
        case Encoding.base64url:
          return mustFit(Math.ceil(((end - start) * 4) / 3)) ?? base64Text(bytes.subarray(start, end), true);
        case Encoding.hex:
          return mustFit((end - start) * 2) ?? hexText(bytes.subarray(start, end));
        default:
          // UTF-8 has no fewer bytes than UTF-16 units: short enough in bytes is short enough.
          return (
            mustFit(end - start > STRING_MAX_LENGTH ? utf16Length(bytes.subarray(start, end)) : 0) ??
            decodeUtf8(bytes, start, end)
          );
      }
    },
    write(into, text, offset, length, encoding) {
      switch (encoding) {
        case Encoding.utf8:
        case Encoding.buffer:
          return writeUtf8(into, text, offset, length);
        case Encoding.ascii:
        case Encoding.latin1:
          return writeLatin1(into, text, offset, length);
        case Encoding.ucs2:
          return writeUcs2(into, text, offset, length);
        default: {
          // Hexadecimal and base64 may be cut anywhere: a byte is a whole unit there.
          const bytes = encoding === Encoding.hex ? hexBytes(text) : base64Bytes(text);
          const count = Math.min(length, bytes.length);
          into.set(bytes.subarray(0, count), offset);
          return count;
        }
      }
    },
  };
}

/**
 * Undefined when a string of `length` may exist; throws otherwise. It is thrown before anything is made: the
 * engine's own RangeError would come after gigabytes were copied.
 */
function mustFit(length: number): undefined {
  if (length > STRING_MAX_LENGTH) {
    throw codedError(
      Error,
      'ERR_STRING_TOO_LONG',
      `Cannot create a string longer than 0x${STRING_MAX_LENGTH.toString(16)} characters`,
    );
  }
  return undefined;
}

/** UTF-16 units of valid UTF-8; asked only for texts that may be too long. */
function utf16Length(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) {
    // Continuation bytes count nothing; four-byte sequences are two UTF-16 units (a surrogate pair).
    if ((byte & 0xc0) !== 0x80) count += byte >= 0xf0 ? 2 : 1;
  }
  return count;
}

function writeLatin1(into: Uint8Array, text: string, offset: number, length: number): number {
  const count = Math.min(text.length, length);
  for (let at = 0; at < count; at++) into[offset + at] = text.charCodeAt(at);
  return count;
}

function writeUcs2(into: Uint8Array, text: string, offset: number, length: number): number {
  // Half a unit is never written: an odd last byte of the range stays as it was.
  const count = Math.min(text.length, length >> 1);
  for (let at = 0, to = offset; at < count; at++, to += 2) {
    const unit = text.charCodeAt(at);
    into[to] = unit;
    into[to + 1] = unit >> 8;
  }
  return count * 2;
}

function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  writeLatin1(bytes, text, 0, text.length);
  return bytes;
}

function ucs2Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  writeUcs2(bytes, text, 0, bytes.length);
  return bytes;
}

function asciiText(bytes: Uint8Array, start: number, end: number): string {
  mustFit(end - start);
  // `slice` of a plain view copies: the bytes of the program must not lose their top bits.
  const masked = bytes.slice(start, end);
  for (let at = 0; at < masked.length; at++) masked[at]! &= 127;
  return latin1Text(masked, 0, masked.length);
}

function latin1Text(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += CHUNK) {
    // TextDecoder's 'latin1' is windows-1252, which reads 0x80 to 0x9f differently.
    text += String.fromCharCode.apply(null, bytes.subarray(at, Math.min(end, at + CHUNK)) as unknown as number[]);
  }
  return text;
}

function ucs2Text(bytes: Uint8Array, start: number, end: number): string {
  const count = (end - start) >> 1;
  if (count <= 0) return '';
  // A view needs an even offset and unshared memory does no harm: copy.
  // Host order is little-endian on everything that runs a browser, as 'utf16le' wants it.
  const units = new Uint16Array(bytes.slice(start, start + count * 2).buffer, 0, count);
  let text = '';
  for (let at = 0; at < count; at += CHUNK) {
    text += String.fromCharCode.apply(null, units.subarray(at, Math.min(count, at + CHUNK)) as unknown as number[]);
  }
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NOT_BASE64 = 255;
/** Both alphabets at once, as Node reads them. */
const BASE64_VALUES = valuesOf([BASE64, BASE64_URL], NOT_BASE64);
const NOT_HEX = 255;
const HEX_VALUES = valuesOf(['0123456789abcdef', '0123456789ABCDEF'], NOT_HEX);

function valuesOf(alphabets: readonly string[], none: number): Uint8Array {
  const values = new Uint8Array(256).fill(none);
  for (const alphabet of alphabets) {
    for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;
  }
  return values;
}

function base64Text(bytes: Uint8Array, url: boolean): string {
  const { toBase64 } = bytes as unknown as ModernBytes;
  if (toBase64 !== undefined)
    // Called by way of the prototype method just read: `bytes` is plain here, so this is the engine's.
    return toBase64.call(bytes, url ? { alphabet: 'base64url', omitPadding: true } : undefined);
  const alphabet = url ? BASE64_URL : BASE64;
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += alphabet[group >> 18]! + alphabet[(group >> 12) & 63]!;
    text += left > 1 ? alphabet[(group >> 6) & 63]! : url ? '' : '=';
    text += left > 2 ? alphabet[group & 63]! : url ? '' : '=';
  }
  return text;
}

/**
 * Base64DecodedSize: what Node reserves, and so the most it decodes. It counts two `=` at most. Text with other
 * characters in it decodes to fewer bytes than this, never to more.
 */
function base64DecodedSize(text: string): number {
  let size = text.length;
  if (size > 0 && text.charCodeAt(size - 1) === EQUALS) size--;
  if (size > 0 && text.charCodeAt(size - 1) === EQUALS) size--;
  const rest = size % 4;
  return Math.floor(size / 4) * 3 + (rest === 0 ? 0 : rest === 3 ? 2 : 1);
}

const EQUALS = 61;

/** Uint8Array's own parsers: strict, and five to fifty times as fast. */
interface ModernBytesConstructor {
  fromHex?: (text: string) => Uint8Array;
  fromBase64?: (text: string, options: { alphabet: string; lastChunkHandling: 'loose' }) => Uint8Array;
}
const ModernUint8Array = Uint8Array as unknown as ModernBytesConstructor;

/** Shorter texts are parsed before a call into the engine would pay. */
const LONG_TEXT = 64;

/** `undefined` where the engine has no parser, or the text is not what its strict parser takes. */
function parseStrictly(text: string, parse: () => Uint8Array | undefined): Uint8Array | undefined {
  if (text.length < LONG_TEXT) return undefined;
  // An exception here is dear (15 µs with a stack), so only long texts take the risk of one.
  try {
    return parse();
  } catch {
    // Not strictly valid: Node takes more, the loops below know what.
    return undefined;
  }
}

function base64Bytes(text: string): Uint8Array {
  // A text may mix both alphabets, which no strict parser takes: that falls to the loop.
  const alphabet = text.includes('-') || text.includes('_') ? 'base64url' : 'base64';
  return (
    // 'loose': padding may be missing, as Node allows.
    parseStrictly(text, () => ModernUint8Array.fromBase64?.(text, { alphabet, lastChunkHandling: 'loose' })) ??
    lenientBase64Bytes(text)
  );
}

/** Lenient: what belongs to neither alphabet is skipped, `=` ends the text. */
function lenientBase64Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(base64DecodedSize(text));
  let written = 0;
  let bits = 0;
  let collected = 0;
  for (let at = 0; at < text.length && written < bytes.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === EQUALS) break;
    const value = unit < 256 ? BASE64_VALUES[unit]! : NOT_BASE64;
    if (value === NOT_BASE64) continue;
    // Grows beyond 32 bits by dropping its top ones: at most the lowest 13 are ever read.
    collected = (collected << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = collected >> bits;
    }
  }
  return bytes.subarray(0, written);
}

function hexBytes(text: string): Uint8Array {
  return parseStrictly(text, () => ModernUint8Array.fromHex?.(text)) ?? lenientHexBytes(text);
}

/** Stops at the first pair that is not hexadecimal. */
function lenientHexBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  for (let at = 0; at < bytes.length; at++) {
    // nbytes::HexDecode looks at the low byte of a character only.
    const high = HEX_VALUES[text.charCodeAt(at * 2) & 0xff]!;
    const low = HEX_VALUES[text.charCodeAt(at * 2 + 1) & 0xff]!;
    if (high === NOT_HEX || low === NOT_HEX) return bytes.subarray(0, at);
    bytes[at] = (high << 4) | low;
  }
  return bytes;
}

/** A look-up for each byte instead of a number's own conversion. */
const HEX_TEXT = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexText(bytes: Uint8Array): string {
  const { toHex } = bytes as unknown as ModernBytes;
  if (toHex !== undefined) return toHex.call(bytes);
  let text = '';
  for (const byte of bytes) text += HEX_TEXT[byte]!;
  return text;
}
