import type { ZStream } from 'pako';
import type { Codec, CodecError, Step } from './codec.ts';
import { describeFailure, Mode, Result, Z_FINISH, zlibFailure, type ZlibOptions } from './zlib-format.ts';

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** The part of pako that is zlib itself; a builtin of the lazy set (`internal/slipway/library/zlib`). */
export type ZlibLibrary = Pick<
  typeof import('pako'),
  'ZStream' | 'zlibInflate' | 'zlibInflateInit2' | 'zlibInflateReset' | 'zlibInflateSetDictionary'
>;

/**
 * inflate over pako's port of zlib's z_stream, for what `WasmInflate` has not: dictionaries, smaller windows, `unzip`.
 * Reference: ZlibContext in Node src/node_zlib.cc.
 */
export class ZlibInflate implements Codec {
  readonly #library: ZlibLibrary;
  readonly #options: ZlibOptions;
  /** `null` before the first step and after `end`. */
  #stream: ZStream | null = null;
  #mode: number;
  /** For `unzip`, which learns by the first two bytes what it reads. */
  #magicBytesSeen = 0;
  #flush = 0;
  #result: number = Result.ok;

  constructor(library: ZlibLibrary, options: ZlibOptions) {
    this.#library = library;
    this.#options = options;
    this.#mode = options.mode;
  }

  step(flush: number, input: Uint8Array, output: Uint8Array): Step {
    const stream = this.#ready();
    this.#flush = flush;
    // z_stream works on these memories directly: nothing is copied.
    stream.input = input as Uint8Array<ArrayBuffer>;
    stream.next_in = 0;
    stream.avail_in = input.length;
    stream.output = output as Uint8Array<ArrayBuffer>;
    stream.next_out = 0;
    stream.avail_out = output.length;
    // After an error every further step gives the same error.
    if (this.#result === Result.ok || this.#result === Result.bufError || this.#result === Result.streamEnd)
      this.#run(stream);
    return { availIn: stream.avail_in, availOut: stream.avail_out };
  }

  /**
   * `undefined` where the step went well. Z_BUF_ERROR is one only where input was cut short: it also means "no more
   * input yet" (ZlibContext::GetErrorInfo).
   */
  error(): CodecError | undefined {
    return zlibFailure(this.#result, {
      cutShort: this.#stream !== null && this.#stream.avail_out !== 0 && this.#flush === Z_FINISH,
      hasDictionary: this.#options.dictionary !== undefined,
      message: this.#stream?.msg,
    });
  }

  /** As new, with the same parameters; the dictionary has to be set again (ZlibContext::ResetStream). */
  reset(): CodecError | undefined {
    if (this.#stream === null) return undefined;
    this.#result = this.#library.zlibInflateReset(this.#stream);
    if (this.#result !== Result.ok) return this.#failure('Failed to reset stream', this.#result);
    return this.#setDictionary(this.#stream);
  }

  end(): void {
    this.#stream = null;
  }

  #run(stream: ZStream): void {
    if (this.#mode === Mode.unzip) this.#detectFormat(stream);
    this.#result = this.#library.zlibInflate(stream, this.#flush as 0);
    const { dictionary } = this.#options;
    if (this.#mode !== Mode.inflateRaw && this.#result === Result.needDict && dictionary !== undefined) {
      // inflate asks for it in the middle of the header (RFC 1950, FDICT).
      const accepted = this.#library.zlibInflateSetDictionary(stream, dictionary);
      if (accepted === Result.ok) this.#result = this.#library.zlibInflate(stream, this.#flush as 0);
      // Told apart from bad input: the dictionary is the wrong one.
      else if (accepted === Result.dataError) this.#result = Result.needDict;
    }
    // Another member of the same archive. Zeros are padding.
    while (
      stream.avail_in > 0 &&
      this.#mode === Mode.gunzip &&
      this.#result === Result.streamEnd &&
      stream.input?.[stream.next_in] !== 0
    ) {
      // The header of the member behind is read like the first.
      this.#library.zlibInflateReset(stream);
      this.#result = this.#library.zlibInflate(stream, this.#flush as 0);
    }
  }

  /** By the magic bytes, which may come one at a time. */
  #detectFormat(stream: ZStream): void {
    for (let at = stream.next_in; this.#magicBytesSeen < 2 && at < stream.next_in + stream.avail_in; at++) {
      if (stream.input?.[at] !== GZIP_MAGIC[this.#magicBytesSeen]) {
        this.#mode = Mode.inflate;
        return;
      }
      this.#magicBytesSeen++;
    }
    if (this.#magicBytesSeen === 2) this.#mode = Mode.gunzip;
  }

  /** Made with the first use, as in ZlibContext::InitZlib. */
  #ready(): ZStream {
    if (this.#stream !== null) return this.#stream;
    const stream = new this.#library.ZStream();
    const { mode, windowBits } = this.#options;
    // zlib's way of naming the format: +16 gzip, +32 either, negative raw.
    const bits =
      { [Mode.gunzip]: windowBits + 16, [Mode.unzip]: windowBits + 32, [Mode.inflateRaw]: -windowBits }[mode] ??
      windowBits;
    this.#result = this.#library.zlibInflateInit2(stream, bits);
    this.#stream = stream;
    if (this.#result === Result.ok) this.#setDictionary(stream);
    return stream;
  }

  #setDictionary(stream: ZStream): CodecError | undefined {
    const { dictionary, mode } = this.#options;
    if (dictionary === undefined) return undefined;
    // The others get it when they ask, see `#run`.
    if (mode === Mode.inflateRaw) this.#result = this.#library.zlibInflateSetDictionary(stream, dictionary);
    return this.#result === Result.ok ? undefined : this.#failure('Failed to set dictionary', this.#result);
  }

  #failure(message: string, errno: number): CodecError {
    return describeFailure(message, errno, this.#stream?.msg);
  }
}
