import type { Foreign, Realm } from '../realm/realm.ts';
import { plain, unshared } from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';
import { domainToAscii, domainToUnicode } from './domain-names.ts';

/**
 * internalBinding('encoding_binding'). Reference: src/encoding_binding.cc. UTF-8, latin1 and the names of domains;
 * the other encodings of TextDecoder go through `icu`.
 */
export function createEncodingBinding(realm: Realm): Foreign {
  const { TextDecoder, TextEncoder } = realm.host.classes;
  const encoder = new TextEncoder();
  // [code units read, bytes written]; lib reads them right after the call, so one pair serves all.
  const results = new Uint32Array(2);
  // One decoder for each pair of flags, made when first asked for.
  const decoders = new Map<number, InstanceType<typeof TextDecoder>>();

  const decoderFor = (ignoreBOM: boolean, fatal: boolean) => {
    const key = (ignoreBOM ? 1 : 0) + (fatal ? 2 : 0);
    let decoder = decoders.get(key);
    if (decoder === undefined) decoders.set(key, (decoder = new TextDecoder('utf-8', { ignoreBOM, fatal })));
    return decoder;
  };

  return {
    encodeIntoResults: results,
    encodeInto(source: string, destination: Uint8Array) {
      const target = plain(destination);
      const scratch = unshared(target);
      const { read, written } = encoder.encodeInto(source, scratch);
      // Shared memory was written to a copy: now into the real one, only what is new.
      if (scratch !== target) target.set(scratch.subarray(0, written));
      results[0] = read;
      results[1] = written;
    },
    encodeUtf8String: (source: string) => encoder.encode(source),
    decodeUTF8(input: unknown, ignoreBOM: unknown, fatal: unknown) {
      if (!ArrayBuffer.isView(input) && !(input instanceof ArrayBuffer) && !(input instanceof SharedArrayBuffer)) {
        throw codedError(
          TypeError,
          'ERR_INVALID_ARG_TYPE',
          'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
        );
      }
      // Nothing is left of what was transferred.
      if (isDetached(input)) return '';
      try {
        return decoderFor(Boolean(ignoreBOM), Boolean(fatal)).decode(unshared(plain(input)));
      } catch {
        // The host's only failure here is invalid data; its text is not Node's.
        throw codedError(
          TypeError,
          'ERR_ENCODING_INVALID_ENCODED_DATA',
          'The encoded data was not valid for encoding utf-8',
        );
      }
    },
    // ada::idna::to_ascii maps names; it is no host parser and takes any ASCII.
    toASCII: (domain: string) =>
      /^[\x00-\x7f]*$/.test(domain) && !/xn--/i.test(domain) ? domain.toLowerCase() : domainToAscii(realm.host, domain),
    toUnicode: (domain: string) => domainToUnicode(domain),
  };
}

function isDetached(input: ArrayBufferView | ArrayBufferLike): boolean {
  const memory = ArrayBuffer.isView(input) ? input.buffer : input;
  return 'detached' in memory && memory.detached;
}
