import { joinBytes } from '../net/encode-string.ts';
import type { Codec, CodecError, Step } from './compression-handle.ts';

/** Exports of @bokuweb/zstd-wasm 0.0.27 by the names its emscripten build gave them (dist/web/zstd.js). */
interface ZstdExports {
  readonly f: WebAssembly.Memory;
  g(): void;
  /** ZSTD_isError */
  h(result: number): number;
  /** ZSTD_compressBound */
  i(size: number): number;
  /** ZSTD_compress(to, room, from, size, level) */
  m(to: number, room: number, from: number, size: number, level: number): number;
  /** ZSTD_decompress(to, room, from, size) */
  r(to: number, room: number, from: number, size: number): number;
  s(size: number): number;
  t(pointer: number): void;
}

const Directive = { proceed: 0, flush: 1, end: 2 } as const;
const DST_SIZE_TOO_SMALL = 70;
const SRC_SIZE_WRONG = 72;
const PREFIX_UNKNOWN = 10;
/** What decoding needs at least; small frames of much repetition need more and get it. */
const FIRST_ROOM = 64 * 1024;
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

/** The one-shot functions of zstd. */
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
        memory.grow(Math.ceil(Math.max(missing, memory.buffer.byteLength / 5) / 65_536));
        return 1;
      } catch (error) {
        if (error instanceof RangeError) return 0;
        throw error;
      }
    };
    this.#exports = new WebAssembly.Instance(module, { a: { a: exit, b: () => undefined, c: () => exit(-1), d: () => 0, e: grow } }).exports as unknown as ZstdExports;
    this.#exports.g();
  }

  compress(bytes: Uint8Array, level: number): Uint8Array | number {
    return this.#run(bytes, this.#exports.i(bytes.length), (to, room, from) => this.#exports.m(to, room, from, bytes.length, level));
  }

  /** All frames one after the other, or a negative error number. */
  decompress(bytes: Uint8Array): Uint8Array | number {
    for (let room = Math.max(FIRST_ROOM, bytes.length * 4); ; room *= 4) {
      const result = this.#run(bytes, Math.min(room, MOST_ROOM), (to, size, from) => this.#exports.r(to, size, from, bytes.length));
      if (result !== -DST_SIZE_TOO_SMALL || room >= MOST_ROOM) return result;
    }
  }

  #run(bytes: Uint8Array, room: number, call: (to: number, room: number, from: number) => number): Uint8Array | number {
    const { s: malloc, t: free, f: memory } = this.#exports;
    const [from, to] = [malloc(Math.max(bytes.length, 1)), malloc(Math.max(room, 1))];
    if (from === 0 || to === 0) throw new Error('Cannot run zstd: out of memory');
    try {
      new Uint8Array(memory.buffer, from, bytes.length).set(bytes);
      const result = call(to, room, from);
      return this.#exports.h(result) !== 0 ? result | 0 : new Uint8Array(memory.buffer, to, result).slice();
    } finally {
      free(from);
      free(to);
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

  /** @param number a positive ZSTD_error_*. */
  protected describe(number: number): CodecError {
    const [name, text] = errorTexts[number] ?? ['GENERIC', 'Unspecified error code'];
    return { message: text, errno: number, code: `ZSTD_error_${name}` };
  }

  /** What becomes of the input so far; an empty array where it is not time yet. */
  protected abstract convert(input: Uint8Array, directive: number): Uint8Array | number;

  step(directive: number, input: Uint8Array, output: Uint8Array): Step {
    // The caller's memory may be used again.
    if (input.length > 0) this.#input.push(input.slice());
    if (this.#input.length === 1 && this.#output.length === 0) {
      const wrong = this.inspect(this.#input[0]!);
      if (wrong !== 0) this.#error = this.describe(wrong);
    }
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

/**
 * Zstandard, compressing. The library has no streaming encoder: a flush ends a
 * frame and the next input begins another, which every decoder reads on.
 */
export class ZstdEncoder extends WholeCodec {
  readonly #zstd: Zstd;
  readonly #level: number;
  readonly #pledgedSize: number | undefined;
  #total = 0;
  #wroteFrame = false;

  constructor(zstd: Zstd, level: number, pledgedSize: number | undefined) {
    super();
    this.#zstd = zstd;
    this.#level = level;
    this.#pledgedSize = pledgedSize;
  }

  protected override convert(input: Uint8Array, directive: number): Uint8Array | number {
    this.#total += input.length;
    if (directive === Directive.end && this.#pledgedSize !== undefined && this.#pledgedSize !== this.#total) return -SRC_SIZE_WRONG;
    // Even nothing is a frame, but only once.
    if (input.length === 0 && (this.#wroteFrame || directive === Directive.flush)) return input;
    this.#wroteFrame = true;
    return this.#zstd.compress(input, this.#level);
  }
}

/** Zstandard, decompressing: nothing comes out before the end of the input. */
export class ZstdDecoder extends WholeCodec {
  readonly #zstd: Zstd;
  #read = false;

  constructor(zstd: Zstd) {
    super();
    this.#zstd = zstd;
  }

  protected override convert(input: Uint8Array, directive: number): Uint8Array | number {
    if (input.length === 0) return directive === Directive.end && !this.#read ? -SRC_SIZE_WRONG : input;
    this.#read = true;
    const wrong = this.inspect(input);
    return wrong === 0 ? this.#zstd.decompress(input) : -wrong;
  }

  /** Frames begin with a magic number, or with that of a skippable frame. */
  protected override inspect(first: Uint8Array): number {
    if (this.#read && first.length < 4) return 0;
    const begins = first.length < 4 || new DataView(first.buffer, first.byteOffset).getUint32(0, true) === 0xfd2fb528 || (first[0]! & 0xf0) === 0x50;
    return begins ? 0 : PREFIX_UNKNOWN;
  }

  /** To lib an input that ends too early is the same as for gzip. */
  protected override describe(number: number): CodecError {
    return number === SRC_SIZE_WRONG ? { message: 'unexpected end of file', errno: -5, code: 'Z_BUF_ERROR' } : super.describe(number);
  }
}
