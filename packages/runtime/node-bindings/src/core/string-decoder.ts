import type { Foreign, Realm } from '../realm/realm.ts';
import { createByteCodec, Encoding, plain, type ByteCodec, type EncodingNumber } from '../realm/bytes.ts';

/** Positions in the state, behind the bytes of the character themselves (StringDecoder::Fields). */
const MISSING_BYTES = 4;
const BUFFERED_BYTES = 5;
const ENCODING_FIELD = 6;
const NUM_FIELDS = 7;

/**
 * internalBinding('string_decoder'). Mirrors StringDecoder::DecodeData and
 * FlushData of src/string_decoder.cc; the steps are named in the margin.
 *
 * The state lives in lib's buffer: up to four bytes of an incomplete character,
 * then how many are missing, how many are buffered, and the encoding.
 */
export function createStringDecoderBinding(realm: Realm): Foreign {
  const codec = createByteCodec(realm.host);
  return {
    encodings: ['ascii', 'utf8', 'base64', 'utf16le', 'latin1', 'hex', 'buffer', 'base64url'],
    kIncompleteCharactersStart: 0,
    kIncompleteCharactersEnd: 4,
    kMissingBytes: MISSING_BYTES,
    kBufferedBytes: BUFFERED_BYTES,
    kEncodingField: ENCODING_FIELD,
    kNumFields: NUM_FIELDS,
    kSize: NUM_FIELDS,
    decode: (state: ArrayBufferView, input: ArrayBufferView) => decode(codec, plain(state), plain(input)),
    flush: (state: ArrayBufferView) => flush(codec, plain(state)),
  };
}

function decode(codec: ByteCodec, state: Uint8Array, input: Uint8Array): string {
  const encoding = state[ENCODING_FIELD] as EncodingNumber;
  const text = (bytes: Uint8Array, end: number) => codec.decode(bytes, 0, end, encoding);
  // Encodings without characters of several bytes go straight through.
  if (
    encoding !== Encoding.utf8 &&
    encoding !== Encoding.ucs2 &&
    encoding !== Encoding.base64 &&
    encoding !== Encoding.base64url
  ) {
    return text(input, input.length);
  }
  let data = input;
  let prepend = '';
  if (state[MISSING_BYTES]! > 0) {
    // 1. UTF-8: a byte that should continue the character but does not ends it here.
    if (encoding === Encoding.utf8) {
      const stop = data.subarray(0, state[MISSING_BYTES]).findIndex((byte) => (byte & 0xc0) !== 0x80);
      if (stop >= 0) {
        data = take(state, data, stop);
        state[MISSING_BYTES] = 0;
      }
    }
    // 2. The rest of the character.
    const found = Math.min(data.length, state[MISSING_BYTES]!);
    data = take(state, data, found);
    state[MISSING_BYTES]! -= found;
    // 3. Complete: decode it; a UTF-16 high surrogate waits for its partner.
    if (state[MISSING_BYTES] === 0) {
      const count = state[BUFFERED_BYTES]!;
      // A copy: the state is overwritten below, and latin1's decoder keeps no views.
      prepend = text(state.slice(0, count), count);
      state[BUFFERED_BYTES] = 0;
      if (encoding === Encoding.ucs2 && data.length === 0) prepend = holdSurrogate(state, prepend);
    }
  }
  // 4. All of this chunk went into the unfinished character.
  if (data.length === 0) return prepend;
  // 5. Cut off what is unfinished at the end.
  cutTail(state, data, encoding);
  const end = data.length - state[BUFFERED_BYTES]!;
  state.set(data.subarray(end), 0);
  return prepend + text(data, end);
}

/** Moves `count` bytes behind the buffered ones. */
function take(state: Uint8Array, data: Uint8Array, count: number): Uint8Array {
  state.set(data.subarray(0, count), state[BUFFERED_BYTES]!);
  state[BUFFERED_BYTES]! += count;
  return data.subarray(count);
}

function holdSurrogate(state: Uint8Array, text: string): string {
  const unit = text.charCodeAt(text.length - 1);
  if ((unit & 0xfc00) !== 0xd800) return text;
  state[MISSING_BYTES] = 2;
  state[BUFFERED_BYTES] = 2;
  state[0] = unit;
  state[1] = unit >> 8;
  return text.slice(0, -1);
}

function cutTail(state: Uint8Array, data: Uint8Array, encoding: EncodingNumber): void {
  const last = data[data.length - 1]!;
  if (encoding === Encoding.utf8) {
    if ((last & 0x80) !== 0) cutUtf8Tail(state, data);
  } else if (encoding === Encoding.ucs2) {
    // An odd byte waits for its other half; a high surrogate (0xd8 to 0xdb in its second byte) for its partner.
    const wanted = data.length % 2 === 1 ? 1 : (last & 0xfc) === 0xd8 ? 2 : 0;
    state[MISSING_BYTES] = wanted;
    state[BUFFERED_BYTES] = wanted;
  } else {
    // Base64 writes three bytes as four characters: only then is there no padding in the middle.
    const kept = data.length % 3;
    state[BUFFERED_BYTES] = kept;
    if (kept > 0) state[MISSING_BYTES] = 3 - kept;
  }
}

function cutUtf8Tail(state: Uint8Array, data: Uint8Array): void {
  // Backwards to the first byte of the last character, counting what would be buffered.
  for (let at = data.length - 1; ; at--) {
    state[BUFFERED_BYTES]!++;
    const byte = data[at]!;
    if ((byte & 0xc0) === 0x80) {
      // Four trailing bytes, or no start at all: invalid, and the decoder's business.
      if (state[BUFFERED_BYTES]! >= 4 || at === 0) {
        state[BUFFERED_BYTES] = 0;
        return;
      }
      continue;
    }
    // Length of the sequence by its first byte; 0 for a byte that begins none.
    const size = (byte & 0xe0) === 0xc0 ? 2 : (byte & 0xf0) === 0xe0 ? 3 : (byte & 0xf8) === 0xf0 ? 4 : 0;
    // The character is whole: nothing to keep.
    if (state[BUFFERED_BYTES]! >= size) state[BUFFERED_BYTES] = 0;
    else state[MISSING_BYTES] = size - state[BUFFERED_BYTES]!;
    return;
  }
}

/** `decoder.end()`: what is left is decoded as it is, so an unfinished character becomes U+FFFD. */
function flush(codec: ByteCodec, state: Uint8Array): string {
  const encoding = state[ENCODING_FIELD] as EncodingNumber;
  // A single byte of UTF-16 is no unit and has no replacement: it is dropped.
  const count = encoding === Encoding.ucs2 ? state[BUFFERED_BYTES]! & ~1 : state[BUFFERED_BYTES]!;
  state[MISSING_BYTES] = 0;
  state[BUFFERED_BYTES] = 0;
  return count === 0 ? '' : codec.decode(state.slice(0, count), 0, count, encoding);
}
