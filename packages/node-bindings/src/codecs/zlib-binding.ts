import { encodeString } from '../net/encode-string.ts';
import { plainView } from '../net/stream-base.ts';
import type { BindingFactory } from '../realm.ts';
import { CompressionHandle } from './compression-handle.ts';
import { createCrc32 } from './crc32.ts';
import { ZlibCodec } from './zlib-codec.ts';

/** internalBinding('zlib'). Reference: Node src/node_zlib.cc. */
export const createZlibBinding: BindingFactory = (realm) => {
  class Zlib extends CompressionHandle {
    readonly #mode: number;
    #codec: ZlibCodec | null = null;

    constructor(mode: number) {
      super(realm);
      this.#mode = mode;
    }

    /** ZlibStream::Init */
    init(windowBits: number, level: number, memLevel: number, strategy: number, writeState: Uint32Array, callback: () => void, dictionary: Uint8Array | undefined): void {
      this.#codec = new ZlibCodec(realm.requireBuiltin('internal/slipway/library/zlib'), {
        mode: this.#mode, windowBits, level, memLevel, strategy,
        dictionary: ArrayBuffer.isView(dictionary) ? plainView(dictionary).slice() : undefined,
      });
      this.begin(this.#codec, writeState, callback);
    }

    params(level: number, strategy: number): void {
      this.#codec?.params(level, strategy);
    }
  }

  const crc32 = createCrc32();
  return {
    Zlib,
    crc32: (data: string | ArrayBufferView, seed: number) => crc32(typeof data === 'string' ? encodeString(data, 'utf8') : plainView(data), seed),
  };
};
