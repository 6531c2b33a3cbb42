import type { ZStream } from 'pako';
import type { Codec, CodecError, Step } from './codec.ts';

/** `zlib.constants`: modes, flush values and results used here (zlib.h, node_zlib.cc). */
export const Mode = { deflate: 1, inflate: 2, gzip: 3, gunzip: 4, deflateRaw: 5, inflateRaw: 6, unzip: 7 } as const;
const Z_FINISH = 4;
const Z_DEFLATED = 8;
/** Return codes of zlib.h; lib shows the negative ones to programs as `errno`. */
export const Result = {
  ok: 0,
  streamEnd: 1,
  needDict: 2,
  streamError: -2,
  dataError: -3,
  memError: -4,
  bufError: -5,
} as const;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** `code` of lib's errors. */
const resultNames: Readonly<Record<number, string>> = {
  0: 'Z_OK',
  1: 'Z_STREAM_END',
  2: 'Z_NEED_DICT',
  [-1]: 'Z_ERRNO',
  [-2]: 'Z_STREAM_ERROR',
  [-3]: 'Z_DATA_ERROR',
  [-4]: 'Z_MEM_ERROR',
  [-5]: 'Z_BUF_ERROR',
  [-6]: 'Z_VERSION_ERROR',
};

/** good_length, max_lazy, nice_length, max_chain by level: zlib's configuration_table (deflate.c). */
const LEVELS: readonly (readonly [good: number, lazy: number, nice: number, chain: number])[] = [
  [0, 0, 0, 0],
  [4, 4, 8, 4],
  [4, 5, 16, 8],
  [4, 6, 32, 32],
  [4, 4, 16, 16],
  [8, 16, 32, 32],
  [8, 16, 128, 128],
  [8, 32, 128, 256],
  [32, 128, 258, 1024],
  [32, 258, 258, 4096],
];
const DEFAULT_LEVEL = 6;

/**
 * Arguments of deflateInit2 and inflateInit2, and the dictionary. `windowBits` is 8 to 15 without zlib's offsets
 * for the format, which follow from `mode`; `level` -1 is zlib's default.
 */
export interface ZlibOptions {
  readonly mode: number;
  readonly windowBits: number;
  readonly level: number;
  readonly memLevel: number;
  readonly strategy: number;
  readonly dictionary: Uint8Array | undefined;
}

/** The part of pako that is zlib itself; a builtin of the lazy set (`internal/slipway/library/zlib`). */
export type ZlibLibrary = Pick<
  typeof import('pako'),
  | 'ZStream'
  | 'zlibDeflate'
  | 'zlibDeflateInit2'
  | 'zlibDeflateReset'
  | 'zlibDeflateSetDictionary'
  | 'zlibInflate'
  | 'zlibInflateInit2'
  | 'zlibInflateReset'
  | 'zlibInflateSetDictionary'
>;

/** What `deflateParams` changes of a running deflate. */
interface DeflateState {
  level: number;
  strategy: number;
  good_match: number;
  max_lazy_match: number;
  nice_match: number;
  max_chain_length: number;
}

/** deflate and inflate over pako's port of zlib's z_stream. Reference: ZlibContext in Node src/node_zlib.cc. */
export class ZlibCodec implements Codec {
  readonly #library: ZlibLibrary;
  readonly #options: ZlibOptions;
  /** `null` before the first step and after `end`. */
  #stream: ZStream | null = null;
  #mode: number;
  #level: number;
  #strategy: number;
  /** For `unzip`, which learns by the first two bytes what it reads. */
  #magicBytesSeen = 0;
  #flush = 0;
  #result: number = Result.ok;

  constructor(library: ZlibLibrary, options: ZlibOptions) {
    this.#library = library;
    this.#options = options;
    this.#mode = options.mode;
    this.#level = options.level;
    this.#strategy = options.strategy;
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
    this.#result = this.#isDeflate
      ? this.#library.zlibDeflateReset(this.#stream)
      : this.#library.zlibInflateReset(this.#stream);
    if (this.#result !== Result.ok) return this.#failure('Failed to reset stream', this.#result);
    return this.#setDictionary(this.#stream);
  }

  /** ZlibContext::SetParams: lib has flushed before. */
  params(level: number, strategy: number): void {
    this.#level = level;
    this.#strategy = strategy;
    if (this.#stream === null || !this.#isDeflate) return;
    const state = this.#stream.state as unknown as DeflateState;
    const number = level === -1 ? DEFAULT_LEVEL : level;
    const [good, lazy, nice, chain] = LEVELS[number] ?? LEVELS[DEFAULT_LEVEL]!;
    // deflateParams of zlib, which pako leaves out; only valid because lib has flushed what was pending.
    Object.assign(state, {
      level: number,
      strategy,
      good_match: good,
      max_lazy_match: lazy,
      nice_match: nice,
      max_chain_length: chain,
    });
  }

  end(): void {
    this.#stream = null;
  }

  get #isDeflate(): boolean {
    return (
      this.#options.mode === Mode.deflate || this.#options.mode === Mode.gzip || this.#options.mode === Mode.deflateRaw
    );
  }

  #run(stream: ZStream): void {
    if (this.#isDeflate) {
      this.#result = this.#library.zlibDeflate(stream, this.#flush as 0);
      return;
    }
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
    const { mode, windowBits, memLevel } = this.#options;
    // zlib's way of naming the format: +16 gzip, +32 either, negative raw.
    const bits =
      {
        [Mode.gzip]: windowBits + 16,
        [Mode.gunzip]: windowBits + 16,
        [Mode.unzip]: windowBits + 32,
        [Mode.deflateRaw]: -windowBits,
        [Mode.inflateRaw]: -windowBits,
      }[mode] ?? windowBits;
    this.#result = this.#isDeflate
      ? this.#library.zlibDeflateInit2(stream, this.#level, Z_DEFLATED, bits, memLevel, this.#strategy as 0)
      : this.#library.zlibInflateInit2(stream, bits);
    this.#stream = stream;
    if (this.#result === Result.ok) this.#setDictionary(stream);
    return stream;
  }

  #setDictionary(stream: ZStream): CodecError | undefined {
    const { dictionary, mode } = this.#options;
    if (dictionary === undefined) return undefined;
    // gzip has no place for a dictionary's checksum; inflate gets it when it asks, see `#run`.
    if (mode === Mode.deflate || mode === Mode.deflateRaw)
      this.#result = this.#library.zlibDeflateSetDictionary(stream, dictionary);
    else if (mode === Mode.inflateRaw) this.#result = this.#library.zlibInflateSetDictionary(stream, dictionary);
    return this.#result === Result.ok ? undefined : this.#failure('Failed to set dictionary', this.#result);
  }

  #failure(message: string, errno: number): CodecError {
    return describe(message, errno, this.#stream?.msg);
  }
}

/** ZlibContext::GetErrorInfo: what is wrong after a step that had this result. */
export function zlibFailure(
  result: number,
  about: { cutShort: boolean; hasDictionary: boolean; message: string | undefined },
): CodecError | undefined {
  switch (result) {
    case Result.ok:
    case Result.bufError:
      return about.cutShort ? describe('unexpected end of file', Result.bufError, about.message) : undefined;
    case Result.streamEnd:
      return undefined;
    case Result.needDict:
      return describe(about.hasDictionary ? 'Bad dictionary' : 'Missing dictionary', result, about.message);
    default:
      return describe('Zlib error', result, about.message);
  }
}

/** zlib's own words where it has some; pako leaves '' where there are none. */
function describe(message: string, errno: number, own: string | undefined): CodecError {
  return { message: own ? own : message, errno, code: resultNames[errno] ?? 'Z_ERRNO' };
}
