import { type BrotliLibrary, createCrc32, DeflateLibrary, InflateLibrary, Zstd } from '@slipway/codecs';
import { plainView } from '../handles/stream-base.ts';
import { encodeString } from '../realm/encode-string.ts';
import type { BindingFactory, Realm } from '../realm/realm.ts';
import { compileShippedWasm } from '../realm/wasm-module.ts';
import { BrotliDecoderStream, BrotliEncoderStream } from './brotli-streams.ts';
import { ZlibStream } from './zlib-stream.ts';
import { ZstdDecoderStream, ZstdEncoderStream } from './zstd-streams.ts';

/** internalBinding('zlib'). Reference: Node src/node_zlib.cc, Initialize. */
export const createZlibBinding: BindingFactory = (realm) => {
  // Each module exists once in a realm and serves all its streams.
  const libraries = {
    inflate: once(() => new InflateLibrary(compileShippedWasm(realm, 'inflate'))),
    deflate: once(() => new DeflateLibrary(compileShippedWasm(realm, 'deflate'))),
  };
  const brotli = once(() => startBrotli(realm));
  const zstd = once(() => new Zstd(compileShippedWasm(realm, 'zstd')));

  class Zlib extends ZlibStream {
    constructor(mode: number) {
      super(realm, libraries, mode);
    }
  }
  class BrotliEncoder extends BrotliEncoderStream {
    constructor() {
      super(realm, brotli);
    }
  }
  class BrotliDecoder extends BrotliDecoderStream {
    constructor() {
      super(realm, brotli);
    }
  }
  class ZstdCompress extends ZstdEncoderStream {
    constructor() {
      super(realm, zstd);
    }
  }
  class ZstdDecompress extends ZstdDecoderStream {
    constructor() {
      super(realm, zstd);
    }
  }

  const crc32 = createCrc32();
  return {
    Zlib,
    BrotliEncoder,
    BrotliDecoder,
    ZstdCompress,
    ZstdDecompress,
    crc32: (data: string | ArrayBufferView, seed: number) =>
      crc32(typeof data === 'string' ? encodeString(data, 'utf8') : plainView(data), seed),
  };
};

/** A codec's library is compiled with the first stream that needs it. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function startBrotli(realm: Realm): BrotliLibrary {
  const library: BrotliLibrary = realm.requireBuiltin('internal/slipway/library/brotli');
  library.initSync(compileShippedWasm(realm, 'brotli'));
  return library;
}
