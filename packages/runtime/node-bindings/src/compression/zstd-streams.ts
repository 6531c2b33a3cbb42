import { type Zstd, ZstdDecoder, ZstdEncoder } from '@slipway/codecs';
import { codedError } from '@slipway/node-values';
import type { Realm } from '../realm/realm.ts';
import { CompressionHandle } from './compression-handle.ts';
import { dictionaryBytes, initFailure, isSet, UNSET } from './init-parameters.ts';

/** ZSTD_strategy and window of a compressor (zstd.h). */
const ZSTD_RANGES = [
  [101, 10, 31],
  [107, 1, 9],
] as const;
/** The window that a decompressor may be asked for at most: ZSTD_d_windowLogMax. */
const ZSTD_DECODER_RANGES = [[100, 10, 31]] as const;
/** ZSTD_c_compressionLevel and ZSTD_c_checksumFlag. */
const ZstdParameter = { compressionLevel: 100, checksumFlag: 201 } as const;
const DEFAULT_ZSTD_LEVEL = 3;

/** ZSTD_CCtx_setParameter, ZSTD_DCtx_setParameter: 0 stands for the default. */
function checkZstdParameters(
  parameters: Uint32Array,
  ranges: readonly (readonly [number: number, least: number, most: number])[],
): void {
  for (const [number, least, most] of ranges) {
    const value = parameters[number];
    if (value !== undefined && value !== UNSET && value !== 0 && (value < least || value > most))
      throw codedError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', 'Setting parameter failed');
  }
}

/** ZstdCompressStream::Init: parameters by number, UNSET where not given. */
export class ZstdEncoderStream extends CompressionHandle {
  readonly #library: () => Zstd;

  constructor(realm: Realm, library: () => Zstd) {
    super(realm);
    this.#library = library;
  }

  init(
    parameters: Uint32Array,
    pledgedSize: number | undefined,
    writeState: Uint32Array,
    callback: () => void,
    dictionary: unknown,
  ): void {
    checkZstdParameters(parameters, ZSTD_RANGES);
    if (isSet(parameters[ZstdParameter.checksumFlag])) throw initFailure('checksums are not provided');
    const level = parameters[ZstdParameter.compressionLevel];
    this.begin(
      new ZstdEncoder(this.#library(), {
        level: level === undefined || level === UNSET ? DEFAULT_ZSTD_LEVEL : level | 0,
        pledgedSize,
        dictionary: dictionaryBytes(dictionary),
      }),
      writeState,
      callback,
    );
  }

  params(): void {
    // Nothing of a zstd stream can be changed once it runs.
  }
}

/**
 * ZstdDecompressStream::Init: parameters by number, UNSET where not given;
 * a pledged size means nothing to a reader.
 */
export class ZstdDecoderStream extends CompressionHandle {
  readonly #library: () => Zstd;

  constructor(realm: Realm, library: () => Zstd) {
    super(realm);
    this.#library = library;
  }

  init(
    parameters: Uint32Array,
    _pledgedSize: number | undefined,
    writeState: Uint32Array,
    callback: () => void,
    dictionary: unknown,
  ): void {
    checkZstdParameters(parameters, ZSTD_DECODER_RANGES);
    this.begin(new ZstdDecoder(this.#library(), dictionaryBytes(dictionary)), writeState, callback);
  }

  params(): void {
    // A decoder's parameters are part of its stream.
  }
}
