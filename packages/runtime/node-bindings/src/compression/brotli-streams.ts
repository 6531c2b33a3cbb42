import { BrotliDecoder, BrotliEncoder, type BrotliLibrary } from '@slipway/codecs';
import { codedError } from '@slipway/node-values';
import type { Realm } from '../realm/realm.ts';
import { CompressionHandle } from './compression-handle.ts';
import { initFailure, isSet, UNSET } from './init-parameters.ts';

/** `zlib.constants`; what only tunes the ratio is not named here, the libraries have no say in it. */
const BrotliParameter = { quality: 1, largeWindow: 6 } as const;
/** By parameter: mode, quality, window, disable literal context modeling (encode.h). */
const BROTLI_RANGES = [
  [0, 0, 2],
  [1, 0, 11],
  [2, 10, 24],
  [4, 0, 1],
] as const;
const DEFAULT_BROTLI_QUALITY = 11;

function refuseDictionary(dictionary: unknown): void {
  if (dictionary !== undefined && dictionary !== null) throw initFailure('dictionaries are not provided');
}

/** BrotliCompressionStream::Init: parameters by number, UNSET where not given. */
export class BrotliEncoderStream extends CompressionHandle {
  readonly #library: () => BrotliLibrary;

  constructor(realm: Realm, library: () => BrotliLibrary) {
    super(realm);
    this.#library = library;
  }

  init(parameters: Uint32Array, writeState: Uint32Array, callback: () => void, dictionary: unknown): void {
    refuseDictionary(dictionary);
    for (const [number, least, most] of BROTLI_RANGES) {
      const value = parameters[number];
      // BrotliEncoderSetParameter says false out of range; Node throws for any of them.
      if (value !== undefined && value !== UNSET && (value < least || value > most))
        throw codedError(Error, 'ERR_ZLIB_INITIALIZATION_FAILED', 'Initialization failed');
    }
    if (isSet(parameters[BrotliParameter.largeWindow])) throw initFailure('large windows are not provided');
    const quality = parameters[BrotliParameter.quality];
    this.begin(
      new BrotliEncoder(this.#library(), quality === undefined || quality === UNSET ? DEFAULT_BROTLI_QUALITY : quality),
      writeState,
      callback,
    );
  }

  params(): void {
    // Nothing of a brotli stream can be changed once it runs.
  }
}

/** BrotliDecompressionStream::Init; throws for a dictionary, else nothing can go wrong before the first bytes. */
export class BrotliDecoderStream extends CompressionHandle {
  readonly #library: () => BrotliLibrary;

  constructor(realm: Realm, library: () => BrotliLibrary) {
    super(realm);
    this.#library = library;
  }

  /** BROTLI_DECODER_PARAM_*: the library takes none of them. */
  init(_parameters: Uint32Array, writeState: Uint32Array, callback: () => void, dictionary: unknown): void {
    refuseDictionary(dictionary);
    this.begin(new BrotliDecoder(this.#library()), writeState, callback);
  }

  params(): void {
    // A decoder's parameters are part of its stream.
  }
}
