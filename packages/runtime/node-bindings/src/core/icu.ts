import type { Foreign, Realm } from '../realm/realm.ts';
import { createByteCodec, Encoding, plain, unshared, type EncodingNumber } from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';
import { ColumnWidths } from './column-width.ts';

/** ConverterObject's flags. FLUSH is given with the last chunk only; the other two with getConverter. */
const FLUSH = 1;
const FATAL = 2;
const IGNORE_BOM = 4;

/** UErrorCode U_ILLEGAL_ARGUMENT_ERROR: what `transcode` answers for an encoding it does not know. */
const ILLEGAL_ARGUMENT = 1;
const ERROR_NAMES: Readonly<Record<number, string>> = {
  0: 'U_ZERO_ERROR',
  [ILLEGAL_ARGUMENT]: 'U_ILLEGAL_ARGUMENT_ERROR',
};

const ZERO_WIDTH_JOINER = 0x200d;
const EMOJI_OF_SEQUENCE = /^[\p{Emoji_Presentation}\p{Emoji_Modifier}]$/u;

const TRANSCODABLE: Readonly<Record<string, EncodingNumber>> = {
  ascii: Encoding.ascii,
  latin1: Encoding.latin1,
  binary: Encoding.latin1,
  ucs2: Encoding.ucs2,
  utf16le: Encoding.ucs2,
  utf8: Encoding.utf8,
};
/** Greatest code unit the target encoding has; others hold everything. */
const HIGHEST_UNIT: Readonly<Partial<Record<EncodingNumber, number>>> = {
  [Encoding.ascii]: 0x7f,
  [Encoding.latin1]: 0xff,
};

/** A box: lib recognises the object and hands it back, state of the stream included. */
interface Converter {
  readonly decoder: TextDecoder;
}

/**
 * internalBinding('icu'). Reference: src/node_i18n.cc. The browser's own decoders stand for ICU's converters, and a
 * table of this room for the widths, which no browser tells.
 */
export function createIcuBinding(realm: Realm): Foreign {
  const { TextDecoder } = realm.host.classes;
  const codec = createByteCodec(realm.host);
  // The table is read only for whoever asks for widths.
  let widths: ColumnWidths | undefined;

  return {
    icuErrName: (code: number) => ERROR_NAMES[code] ?? `U_ERROR_${code}`,
    /**
     * GetStringWidth: columns of a terminal. The East Asian "ambiguous" characters are narrow here, as lib never
     * asks otherwise.
     */
    getStringWidth(text: string, _ambiguousAsFullWidth = false, expand?: unknown) {
      // Only `false` itself draws a sequence as one.
      const expandEmojiSequence = expand !== false;
      widths ??= new ColumnWidths();
      let width = 0;
      let previous = 0;
      for (const char of text) {
        const codePoint = char.codePointAt(0)!;
        // A joined emoji is drawn over the one before it.
        const joined = !expandEmojiSequence && previous === ZERO_WIDTH_JOINER && EMOJI_OF_SEQUENCE.test(char);
        if (!joined) width += widths.of(codePoint);
        previous = codePoint;
      }
      return width;
    },
    /** Bytes, or an ICU error number. */
    transcode(source: Uint8Array, from: string, to: string) {
      const input = TRANSCODABLE[from];
      const output = TRANSCODABLE[to];
      if (input === undefined || output === undefined) return ILLEGAL_ARGUMENT;
      const bytes = plain(source);
      const text = codec.decode(bytes, 0, bytes.length, input);
      const highest = HIGHEST_UNIT[output];
      const encodable = highest === undefined ? text : replaceAbove(text, highest);
      return toBuffer(realm, codec.encode(encodable, output));
    },
    getConverter(name: string, flags: number): Converter | undefined {
      try {
        return {
          decoder: new TextDecoder(name, { fatal: (flags & FATAL) !== 0, ignoreBOM: (flags & IGNORE_BOM) !== 0 }),
        };
      } catch {
        // The host's way to say that it does not know the encoding.
        return undefined;
      }
    },
    decode(converter: Converter, input: ArrayBufferView | ArrayBufferLike, flags: number, encoding: string) {
      try {
        // `stream` keeps an incomplete character for the next chunk; the last call flushes and resets.
        return converter.decoder.decode(unshared(plain(input)), { stream: (flags & FLUSH) === 0 });
      } catch {
        // The host's only failure here is invalid data; its text is not Node's.
        throw codedError(
          TypeError,
          'ERR_ENCODING_INVALID_ENCODED_DATA',
          `The encoded data was not valid for encoding ${encoding}`,
        );
      }
    },
    hasConverter(name: string) {
      try {
        return new TextDecoder(name).encoding !== '';
      } catch {
        // The host's way to say that it does not know the encoding.
        return false;
      }
    },
  };
}

/** What the target cannot hold becomes `?`, one for each character. */
function replaceAbove(text: string, highest: number): string {
  return Array.from(text, (char) => (char.codePointAt(0)! > highest ? '?' : char)).join('');
}

/** Buffer::New: the same bytes with Buffer's prototype. */
function toBuffer(realm: Realm, bytes: Uint8Array): Uint8Array {
  const { Buffer } = realm.requireBuiltin('buffer') as { Buffer: { prototype: object } };
  // In place: Buffer.from would copy.
  return Object.setPrototypeOf(bytes, Buffer.prototype) as Uint8Array;
}
