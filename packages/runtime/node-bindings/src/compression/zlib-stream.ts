import { type DeflateLibrary, type InflateLibrary, Mode, WasmDeflate, WasmInflate, ZlibInflate } from '@slipway/codecs';
import type { Realm } from '../realm/realm.ts';
import { CompressionHandle } from './compression-handle.ts';
import { dictionaryBytes } from './init-parameters.ts';

/** MAX_WBITS: a window of 2^15 bytes. */
const LARGEST_WINDOW = 15;

/** Whether `WasmInflate` has it: the largest window, or the one that the stream names, which is never larger. */
function canInflate(mode: number, windowBits: number): boolean {
  if (mode === Mode.inflateRaw) return windowBits === LARGEST_WINDOW;
  return (mode === Mode.inflate || mode === Mode.gunzip) && (windowBits === LARGEST_WINDOW || windowBits === 0);
}

function isDeflate(mode: number): boolean {
  return mode === Mode.deflate || mode === Mode.gzip || mode === Mode.deflateRaw;
}

/** The modules of a realm, each started with the first stream that needs it. */
export interface ZlibLibraries {
  readonly inflate: () => InflateLibrary;
  readonly deflate: () => DeflateLibrary;
}

/** deflate, gzip and their readers. Reference: ZlibStream and ZlibContext in Node src/node_zlib.cc. */
export class ZlibStream extends CompressionHandle {
  readonly #libraries: ZlibLibraries;
  readonly #mode: number;
  /** Only what deflates can change its parameters on the way. */
  #deflate: WasmDeflate | null = null;

  constructor(realm: Realm, libraries: ZlibLibraries, mode: number) {
    super(realm);
    this.#libraries = libraries;
    this.#mode = mode;
  }

  /** ZlibStream::Init: lib has checked all ranges. Chooses the codec, which is then the stream's for good. */
  init(
    windowBits: number,
    level: number,
    memLevel: number,
    strategy: number,
    writeState: Uint32Array,
    callback: () => void,
    dictionary: Uint8Array | undefined,
  ): void {
    const known = dictionaryBytes(dictionary);
    if (known === undefined && canInflate(this.#mode, windowBits)) {
      // The fast way, for what almost every program does: reading whole zlib or gzip streams.
      this.begin(new WasmInflate(this.#libraries.inflate(), this.#mode), writeState, callback);
      return;
    }
    const options = { mode: this.#mode, windowBits, level, memLevel, strategy, dictionary: known };
    if (isDeflate(this.#mode)) {
      this.#deflate = new WasmDeflate(this.#libraries.deflate(), options);
      this.begin(this.#deflate, writeState, callback);
      return;
    }
    const library = this.realm.requireBuiltin('internal/slipway/library/zlib');
    this.begin(new ZlibInflate(library, options), writeState, callback);
  }

  /** ZlibStream::Params, for deflating streams; lib flushes before it calls. */
  params(level: number, strategy: number): void {
    this.#deflate?.params(level, strategy);
  }
}
