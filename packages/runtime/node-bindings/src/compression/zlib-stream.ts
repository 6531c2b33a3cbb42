import { InflateLibrary, Mode, WasmInflate, ZlibCodec } from '@slipway/codecs';
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

/** deflate, gzip and their readers. Reference: ZlibStream and ZlibContext in Node src/node_zlib.cc. */
export class ZlibStream extends CompressionHandle {
  readonly #inflate: () => InflateLibrary;
  readonly #mode: number;
  /** Only this codec can change its parameters on the way; `WasmInflate` reads and has none. */
  #codec: ZlibCodec | null = null;

  constructor(realm: Realm, inflate: () => InflateLibrary, mode: number) {
    super(realm);
    this.#inflate = inflate;
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
      this.begin(new WasmInflate(this.#inflate(), this.#mode), writeState, callback);
      return;
    }
    this.#codec = new ZlibCodec(this.realm.requireBuiltin('internal/slipway/library/zlib'), {
      mode: this.#mode,
      windowBits,
      level,
      memLevel,
      strategy,
      dictionary: known,
    });
    this.begin(this.#codec, writeState, callback);
  }

  /** ZlibStream::Params, for deflating streams; lib flushes before it calls. */
  params(level: number, strategy: number): void {
    this.#codec?.params(level, strategy);
  }
}
