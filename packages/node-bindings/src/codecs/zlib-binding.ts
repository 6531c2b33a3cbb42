import { codedError } from '../core/coded-error.ts';
import { encodeString } from '../net/encode-string.ts';
import { plainView } from '../net/stream-base.ts';
import type { BindingFactory } from '../realm.ts';
import { CompressionHandle } from './compression-handle.ts';
import { BrotliDecoder as BrotliDecoderCodec, BrotliEncoder as BrotliEncoderCodec, type BrotliLibrary } from './brotli-codec.ts';
import { createCrc32 } from './crc32.ts';
import { compileShippedWasm } from '../net/wasm-module.ts';
import { Zstd, ZstdDecoder, ZstdEncoder } from './zstd-codec.ts';
import { InflateLibrary, WasmInflate } from './wasm-inflate.ts';
import { Mode, ZlibCodec } from './zlib-codec.ts';

/** lib fills its parameter arrays with -1. */
const UNSET = 0xffff_ffff;
/** `zlib.constants`; what only tunes the ratio is not named here, the libraries have no say in it. */
const BrotliParameter = { quality: 1, largeWindow: 6 } as const;
/** By parameter: mode, quality, window, disable literal context modeling (encode.h). */
const BROTLI_RANGES = [[0, 0, 2], [1, 0, 11], [2, 10, 24], [4, 0, 1]] as const;
/** ZSTD_strategy and window of a compressor (zstd.h). */
const ZSTD_RANGES = [[101, 10, 31], [107, 1, 9]] as const;
/** The window that a decompressor may be asked for at most: ZSTD_d_windowLogMax. */
const ZSTD_DECODER_RANGES = [[100, 10, 31]] as const;
const ZstdParameter = { compressionLevel: 100, checksumFlag: 201 } as const;
/** MAX_WBITS */
const LARGEST_WINDOW = 15;
const DEFAULT_BROTLI_QUALITY = 11;
const DEFAULT_ZSTD_LEVEL = 3;

function isSet(parameter: number | undefined): boolean {
  return parameter !== undefined && parameter !== UNSET && parameter !== 0;
}

function refuseDictionary(dictionary: unknown): void {
  if (dictionary !== undefined && dictionary !== null) throw initFailure('dictionaries are not provided');
}

/** What both sides of a stream know beforehand; kept, as lib may be given it again. */
function dictionaryBytes(dictionary: unknown): Uint8Array | undefined {
  return ArrayBuffer.isView(dictionary) ? plainView(dictionary).slice() : undefined;
}

/** Whether `WasmInflate` has it: the largest window, or the one that the stream names, which is never larger. */
function canInflate(mode: number, windowBits: number): boolean {
  if (mode === Mode.inflateRaw) return windowBits === LARGEST_WINDOW;
  return (mode === Mode.inflate || mode === Mode.gunzip) && (windowBits === LARGEST_WINDOW || windowBits === 0);
}

/** ZSTD_CCtx_setParameter, ZSTD_DCtx_setParameter: 0 stands for the default. */
function checkZstdParameters(parameters: Uint32Array, ranges: readonly (readonly [number: number, least: number, most: number])[]): void {
  for (const [number, least, most] of ranges) {
    const value = parameters[number];
    if (value !== undefined && value !== UNSET && value !== 0 && (value < least || value > most)) throw codedError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', 'Setting parameter failed');
  }
}

function initFailure(reason: string): Error {
  return codedError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', `Initialization failed: ${reason}`);
}

/** internalBinding('zlib'). Reference: Node src/node_zlib.cc. */
export const createZlibBinding: BindingFactory = (realm) => {
  let inflate: InflateLibrary | undefined;
  const inflateLibrary = (): InflateLibrary => (inflate ??= new InflateLibrary(compileShippedWasm(realm, 'inflate')));

  class Zlib extends CompressionHandle {
    readonly #mode: number;
    #codec: ZlibCodec | null = null;

    constructor(mode: number) {
      super(realm);
      this.#mode = mode;
    }

    /** ZlibStream::Init */
    init(windowBits: number, level: number, memLevel: number, strategy: number, writeState: Uint32Array, callback: () => void, dictionary: Uint8Array | undefined): void {
      const known = dictionaryBytes(dictionary);
      if (known === undefined && canInflate(this.#mode, windowBits)) {
        this.begin(new WasmInflate(inflateLibrary(), this.#mode), writeState, callback);
        return;
      }
      this.#codec = new ZlibCodec(realm.requireBuiltin('internal/slipway/library/zlib'), { mode: this.#mode, windowBits, level, memLevel, strategy, dictionary: known });
      this.begin(this.#codec, writeState, callback);
    }

    params(level: number, strategy: number): void {
      this.#codec?.params(level, strategy);
    }
  }

  let brotli: BrotliLibrary | undefined;
  const brotliLibrary = (): BrotliLibrary => {
    if (brotli !== undefined) return brotli;
    const library: BrotliLibrary = realm.requireBuiltin('internal/slipway/library/brotli');
    library.initSync(compileShippedWasm(realm, 'brotli'));
    return (brotli = library);
  };
  let zstd: Zstd | undefined;
  const zstdLibrary = (): Zstd => (zstd ??= new Zstd(compileShippedWasm(realm, 'zstd')));

  /** BrotliCompressionStream::Init: parameters by number, UNSET where not given. */
  class BrotliEncoder extends CompressionHandle {
    constructor() {
      super(realm);
    }

    init(parameters: Uint32Array, writeState: Uint32Array, callback: () => void, dictionary: unknown): void {
      refuseDictionary(dictionary);
      for (const [number, least, most] of BROTLI_RANGES) {
        const value = parameters[number];
        if (value !== undefined && value !== UNSET && (value < least || value > most)) throw codedError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', 'Initialization failed');
      }
      if (isSet(parameters[BrotliParameter.largeWindow])) throw initFailure('large windows are not provided');
      const quality = parameters[BrotliParameter.quality];
      this.begin(new BrotliEncoderCodec(brotliLibrary(), quality === undefined || quality === UNSET ? DEFAULT_BROTLI_QUALITY : quality), writeState, callback);
    }

    params(): void {
      // Nothing of a brotli stream can be changed once it runs.
    }
  }

  class BrotliDecoder extends CompressionHandle {
    constructor() {
      super(realm);
    }

    init(_parameters: Uint32Array, writeState: Uint32Array, callback: () => void, dictionary: unknown): void {
      refuseDictionary(dictionary);
      this.begin(new BrotliDecoderCodec(brotliLibrary()), writeState, callback);
    }

    params(): void {
      // As above.
    }
  }

  class ZstdCompress extends CompressionHandle {
    constructor() {
      super(realm);
    }

    init(parameters: Uint32Array, pledgedSize: number | undefined, writeState: Uint32Array, callback: () => void, dictionary: unknown): void {
      checkZstdParameters(parameters, ZSTD_RANGES);
      if (isSet(parameters[ZstdParameter.checksumFlag])) throw initFailure('checksums are not provided');
      const level = parameters[ZstdParameter.compressionLevel];
      this.begin(new ZstdEncoder(zstdLibrary(), {
        level: level === undefined || level === UNSET ? DEFAULT_ZSTD_LEVEL : level | 0,
        pledgedSize,
        dictionary: dictionaryBytes(dictionary),
      }), writeState, callback);
    }

    params(): void {
      // As above.
    }
  }

  class ZstdDecompress extends CompressionHandle {
    constructor() {
      super(realm);
    }

    init(parameters: Uint32Array, _pledgedSize: number | undefined, writeState: Uint32Array, callback: () => void, dictionary: unknown): void {
      checkZstdParameters(parameters, ZSTD_DECODER_RANGES);
      this.begin(new ZstdDecoder(zstdLibrary(), dictionaryBytes(dictionary)), writeState, callback);
    }

    params(): void {
      // As above.
    }
  }

  const crc32 = createCrc32();
  return {
    Zlib,
    BrotliEncoder,
    BrotliDecoder,
    ZstdCompress,
    ZstdDecompress,
    crc32: (data: string | ArrayBufferView, seed: number) => crc32(typeof data === 'string' ? encodeString(data, 'utf8') : plainView(data), seed),
  };
};
