import { joinBytes } from '@slipway/posix';
import type { Codec, CodecError, Step } from './codec.ts';

/** Exports of @bokuweb/zstd-wasm 0.0.27 by the names its emscripten build gave them (dist/web/zstd.js). */
interface ZstdExports {
  readonly f: WebAssembly.Memory;
  g(): void;
  /** ZSTD_isError: results are sizes, the last hundred or so before 2^32 are negated error numbers. */
  h(result: number): number;
  /** ZSTD_compressBound: the room that `size` bytes need at worst, for the allocation before a compression. */
  i(size: number): number;
  /** ZSTD_createCCtx and ZSTD_freeCCtx: only with a context can a dictionary be used. */
  j(): number;
  k(context: number): number;
  /** ZSTD_compress_usingDict(context, to, room, from, size, dictionary, its size, level) */
  l(
    context: number,
    to: number,
    room: number,
    from: number,
    size: number,
    dictionary: number,
    dictionarySize: number,
    level: number,
  ): number;
  /** ZSTD_compress(to, room, from, size, level): bytes written, or an error for `h`. */
  m(to: number, room: number, from: number, size: number, level: number): number;
  /** ZSTD_createDCtx and ZSTD_freeDCtx, as above for decompression. */
  n(): number;
  o(context: number): number;
  /** ZSTD_decompress_usingDict(context, to, room, from, size, dictionary, its size) */
  q(
    context: number,
    to: number,
    room: number,
    from: number,
    size: number,
    dictionary: number,
    dictionarySize: number,
  ): number;
  /** ZSTD_decompress(to, room, from, size): bytes written, or an error for `h`. All frames in `from` are read. */
  r(to: number, room: number, from: number, size: number): number;
  /** malloc and free. What is allocated may grow the memory: views of it are made after, not before. */
  s(size: number): number;
  t(pointer: number): void;
}

const Directive = { proceed: 0, flush: 1, end: 2 } as const;
const DST_SIZE_TOO_SMALL = 70;
const SRC_SIZE_WRONG = 72;
const PREFIX_UNKNOWN = 10;
/** What decoding needs at least; small frames of much repetition need more and get it. */
const FIRST_ROOM = 64 * 1024;
/** 1 GiB: larger frames fail with "too small" rather than exhaust the tab. */
const MOST_ROOM = 1 << 30;

/** ZSTD_getErrorName of what a frame can be wrong in (zstd_errors.h). */
const errorTexts: Readonly<Record<number, readonly [name: string, text: string]>> = {
  1: ['GENERIC', 'Error (generic)'],
  10: ['prefix_unknown', 'Unknown frame descriptor'],
  12: ['version_unsupported', 'Version not supported'],
  14: ['frameParameter_unsupported', 'Unsupported frame parameter'],
  16: ['frameParameter_windowTooLarge', 'Frame requires too much memory for decoding'],
  20: ['corruption_detected', 'Data corruption detected'],
  22: ['checksum_wrong', "Restored data doesn't match checksum"],
  32: ['dictionary_wrong', 'Dictionary mismatch'],
  64: ['memory_allocation', 'Allocation error : not enough memory'],
  72: ['srcSize_wrong', 'Src size is incorrect'],
};

/** zstd's one-shot functions: the build has no streaming ones, so the codecs below gather input themselves. */
export class Zstd {
  readonly #exports: ZstdExports;

  constructor(module: WebAssembly.Module) {
    const exit = (code: number): never => {
      throw new Error(`zstd ended with code ${code}`);
    };
    const grow = (size: number): number => {
      const memory = this.#exports.f;
      const missing = (size >>> 0) - memory.buffer.byteLength;
      try {
        // A fifth more at least, as emscripten does, or each small request would grow it.
        memory.grow(Math.ceil(Math.max(missing, memory.buffer.byteLength / 5) / 65_536));
        return 1;
      } catch (error) {
        if (error instanceof RangeError) return 0;
        throw error;
      }
    };
    this.#exports = new WebAssembly.Instance(module, {
      // Its imports, as the build minified their names: ending the program, and what a library without files does
      // not need.
      a: { a: exit, b: () => undefined, c: () => exit(-1), d: () => 0, e: grow },
    }).exports as unknown as ZstdExports;
    this.#exports.g();
  }

  /** @param dictionary content that both sides know, or what `zstd --train` makes of it. */
  compress(bytes: Uint8Array, level: number, dictionary?: Uint8Array): Uint8Array | number {
    const { i: bound, j: create, k: release, l: compressUsing, m: compress } = this.#exports;
    const room = bound(bytes.length);
    if (dictionary === undefined)
      return this.#run(bytes, room, (to, size, from) => compress(to, size, from, bytes.length, level));
    return this.#runWith(dictionary, create, release, (context, at) =>
      this.#run(bytes, room, (to, size, from) =>
        compressUsing(context, to, size, from, bytes.length, at, dictionary.length, level),
      ),
    );
  }

  /** All frames one after the other, or a negative error number. */
  decompress(bytes: Uint8Array, dictionary?: Uint8Array): Uint8Array | number {
    const { n: create, o: release, q: decompressUsing, r: decompress } = this.#exports;
    if (dictionary === undefined)
      return this.#withEnoughRoom(bytes, (to, size, from) => decompress(to, size, from, bytes.length));
    return this.#runWith(dictionary, create, release, (context, at) =>
      this.#withEnoughRoom(bytes, (to, size, from) =>
        decompressUsing(context, to, size, from, bytes.length, at, dictionary.length),
      ),
    );
  }

  #withEnoughRoom(bytes: Uint8Array, call: (to: number, room: number, from: number) => number): Uint8Array | number {
    // Frames need not say how much they hold, so it is tried with four times as much until it fits.
    for (let room = Math.max(FIRST_ROOM, bytes.length * 4); ; room *= 4) {
      const result = this.#run(bytes, Math.min(room, MOST_ROOM), call);
      if (result !== -DST_SIZE_TOO_SMALL || room >= MOST_ROOM) return result;
    }
  }

  /** With a context and the dictionary in the module's memory for as long as `action` runs. */
  #runWith<T>(
    dictionary: Uint8Array,
    create: () => number,
    release: (context: number) => number,
    action: (context: number, at: number) => T,
  ): T {
    const [context, at] = [create(), this.#allocate(dictionary.length)];
    try {
      if (context === 0) throw new Error('Cannot run zstd: out of memory');
      new Uint8Array(this.#exports.f.buffer, at, dictionary.length).set(dictionary);
      return action(context, at);
    } finally {
      this.#exports.t(at);
      release(context);
    }
  }

  #allocate(size: number): number {
    const at = this.#exports.s(Math.max(size, 1));
    if (at === 0) throw new Error('Cannot run zstd: out of memory');
    return at;
  }

  #run(bytes: Uint8Array, room: number, call: (to: number, room: number, from: number) => number): Uint8Array | number {
    const { t: free, f: memory } = this.#exports;
    const from = this.#allocate(bytes.length);
    try {
      const to = this.#allocate(room);
      try {
        new Uint8Array(memory.buffer, from, bytes.length).set(bytes);
        const result = call(to, room, from);
        // Errors are the highest numbers of size_t: as int32 they are negative.
        return this.#exports.h(result) !== 0 ? result | 0 : new Uint8Array(memory.buffer, to, result).slice();
      } finally {
        free(to);
      }
    } finally {
      free(from);
    }
  }
}

/** Collects input, works on all of it at once, gives the result out as there is room. */
abstract class WholeCodec implements Codec {
  #input: Uint8Array[] = [];
  #output: Uint8Array = new Uint8Array(0);
  #error: CodecError | undefined;

  /** An error that the first bytes already show; 0 where there is none. */
  protected inspect(_first: Uint8Array): number {
    return 0;
  }

  /** `number` is a positive ZSTD_error_*; the texts are those of zstd's error_private.c. */
  protected describe(number: number): CodecError {
    const [name, text] = errorTexts[number] ?? ['GENERIC', 'Unspecified error code'];
    return { message: text, errno: number, code: `ZSTD_error_${name}` };
  }

  /** What becomes of the input so far; an empty array where it is not time yet. */
  protected abstract convert(input: Uint8Array, directive: number): Uint8Array | number;

  step(directive: number, input: Uint8Array, output: Uint8Array): Step {
    // A copy: zlib.js writes the next chunk into the same memory.
    if (input.length > 0) this.#input.push(input.slice());
    if (this.#input.length === 1 && this.#output.length === 0) {
      const wrong = this.inspect(this.#input[0]!);
      if (wrong !== 0) this.#error = this.describe(wrong);
    }
    // Nothing is done before a flush or the end: the library works on whole inputs.
    if (this.#error === undefined && this.#output.length === 0 && directive !== Directive.proceed) {
      const all = joinBytes(this.#input);
      this.#input = [];
      const converted = this.convert(all, directive);
      if (typeof converted === 'number') this.#error = this.describe(-converted);
      else this.#output = converted;
    }
    const given = this.#output.subarray(0, output.length);
    output.set(given);
    this.#output = this.#output.subarray(given.length);
    return { availIn: 0, availOut: output.length - given.length };
  }

  error(): CodecError | undefined {
    return this.#error;
  }

  reset(): CodecError | undefined {
    this.#input = [];
    this.#output = new Uint8Array(0);
    this.#error = undefined;
    return undefined;
  }

  end(): void {
    this.#input = [];
  }
}

/** What `ZstdEncoder` is asked for beside its input. */
export interface ZstdEncoderOptions {
  readonly level: number;
  /** What the whole input must amount to, in bytes. */
  readonly pledgedSize?: number | undefined;
  readonly dictionary?: Uint8Array | undefined;
}

/**
 * Zstandard, compressing. The library has no streaming encoder: a flush ends a
 * frame and the next input begins another, which every decoder reads on.
 *
 * Flushed input that does not shrink stands in raw blocks of a frame that stays
 * open, as the streaming encoder of zstd.h would write it.
 */
export class ZstdEncoder extends WholeCodec {
  readonly #zstd: Zstd;
  readonly #options: ZstdEncoderOptions;
  #total = 0;
  #wroteFrame = false;
  #frameOpen = false;

  constructor(zstd: Zstd, options: ZstdEncoderOptions) {
    super();
    this.#zstd = zstd;
    this.#options = options;
  }

  override reset(): CodecError | undefined {
    this.#total = 0;
    this.#wroteFrame = false;
    this.#frameOpen = false;
    return super.reset();
  }

  protected override convert(input: Uint8Array, directive: number): Uint8Array | number {
    const { level, pledgedSize, dictionary } = this.#options;
    this.#total += input.length;
    if (directive === Directive.end && pledgedSize !== undefined && pledgedSize !== this.#total) return -SRC_SIZE_WRONG;
    if (input.length === 0 && directive === Directive.flush) return input;
    // Compressing nothing gives a frame of its own, but a stream that has a frame already needs none.
    if (input.length === 0 && this.#wroteFrame) return this.#closeFrame();
    this.#wroteFrame = true;
    const compressed = this.#zstd.compress(input, level, dictionary);
    if (typeof compressed === 'number') return compressed;
    if (directive === Directive.flush && compressed.length > input.length) {
      const header = this.#frameOpen ? NOTHING : OPEN_FRAME;
      this.#frameOpen = true;
      return joinBytes([header, rawBlocks(input)]);
    }
    return this.#frameOpen ? joinBytes([this.#closeFrame(), compressed]) : compressed;
  }

  #closeFrame(): Uint8Array {
    if (!this.#frameOpen) return NOTHING;
    this.#frameOpen = false;
    return LAST_EMPTY_BLOCK;
  }
}

const NOTHING = new Uint8Array(0);
/** RFC 8878, 3.1.1: magic number, a descriptor without content size or checksum, a window of 2 MB. */
const OPEN_FRAME = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);
/** RFC 8878, 3.1.1.2: a raw block of no bytes, the last one. */
const LAST_EMPTY_BLOCK = Uint8Array.of(1, 0, 0);
/** RFC 8878, 3.1.1.2.4: no block is bigger, whatever the window. */
const MOST_IN_BLOCK = 128 * 1024;

/** The bytes as they are, in blocks none of which is the frame's last. */
function rawBlocks(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += MOST_IN_BLOCK) {
    const block = bytes.subarray(at, at + MOST_IN_BLOCK);
    const header = block.length << 3;
    parts.push(Uint8Array.of(header & 0xff, (header >>> 8) & 0xff, header >>> 16), block);
  }
  return joinBytes(parts);
}

/** Zstandard, decompressing: nothing comes out before the end of the input. */
export class ZstdDecoder extends WholeCodec {
  readonly #zstd: Zstd;
  readonly #dictionary: Uint8Array | undefined;
  #read = false;

  constructor(zstd: Zstd, dictionary?: Uint8Array) {
    super();
    this.#zstd = zstd;
    this.#dictionary = dictionary;
  }

  override reset(): CodecError | undefined {
    this.#read = false;
    return super.reset();
  }

  protected override convert(input: Uint8Array, directive: number): Uint8Array | number {
    if (input.length === 0) return directive === Directive.end && !this.#read ? -SRC_SIZE_WRONG : input;
    this.#read = true;
    const wrong = this.inspect(input);
    return wrong === 0 ? this.#zstd.decompress(input, this.#dictionary) : -wrong;
  }

  /** Frames begin with a magic number, or with that of a skippable frame. */
  protected override inspect(first: Uint8Array): number {
    if (this.#read && first.length < 4) return 0;
    const begins =
      first.length < 4 ||
      new DataView(first.buffer, first.byteOffset).getUint32(0, true) === 0xfd2fb528 ||
      (first[0]! & 0xf0) === 0x50;
    return begins ? 0 : PREFIX_UNKNOWN;
  }

  /** To lib an input that ends too early is the same as for gzip. */
  protected override describe(number: number): CodecError {
    return number === SRC_SIZE_WRONG
      ? { message: 'unexpected end of file', errno: -5, code: 'Z_BUF_ERROR' }
      : super.describe(number);
  }
}
