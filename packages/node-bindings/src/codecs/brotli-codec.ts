import type { Codec, CodecError, Step } from './compression-handle.ts';

/** `internal/slipway/library/brotli`: brotli-wasm, made synchronous by the build. */
export interface BrotliLibrary {
  initSync(module: WebAssembly.Module): unknown;
  readonly CompressStream: new (quality?: number) => CompressStream;
  readonly DecompressStream: new () => DecompressStream;
}

interface StreamResult {
  readonly buf: Uint8Array;
  /** 1 = finished, 2 = wants input, 3 = wants room for output. */
  readonly code: number;
  readonly input_offset: number;
  free(): void;
}

interface CompressStream {
  /** `undefined` ends the stream. */
  compress(input: Uint8Array | undefined, outputSize: number): StreamResult;
  free(): void;
}

interface DecompressStream {
  decompress(input: Uint8Array, outputSize: number): StreamResult;
  free(): void;
}

const ResultCode = { success: 1, needsInput: 2, needsOutput: 3 } as const;
const Operation = { process: 0, flush: 1, finish: 2, metadata: 3 } as const;

/** BROTLI_DECODER_ERROR_*, numbers as in `zlib.constants`; node_zlib.cc puts "ERR_" in front of the name. */
const decoderErrors: Readonly<Record<number, string>> = {
  [-1]: 'ERR__ERROR_FORMAT_EXUBERANT_NIBBLE', [-2]: 'ERR__ERROR_FORMAT_RESERVED', [-3]: 'ERR__ERROR_FORMAT_EXUBERANT_META_NIBBLE',
  [-4]: 'ERR__ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET', [-5]: 'ERR__ERROR_FORMAT_SIMPLE_HUFFMAN_SAME', [-6]: 'ERR__ERROR_FORMAT_CL_SPACE',
  [-7]: 'ERR__ERROR_FORMAT_HUFFMAN_SPACE', [-8]: 'ERR__ERROR_FORMAT_CONTEXT_MAP_REPEAT', [-9]: 'ERR__ERROR_FORMAT_BLOCK_LENGTH_1',
  [-10]: 'ERR__ERROR_FORMAT_BLOCK_LENGTH_2', [-11]: 'ERR__ERROR_FORMAT_TRANSFORM', [-12]: 'ERR__ERROR_FORMAT_DICTIONARY',
  [-13]: 'ERR__ERROR_FORMAT_WINDOW_BITS', [-14]: 'ERR__ERROR_FORMAT_PADDING_1', [-15]: 'ERR__ERROR_FORMAT_PADDING_2', [-16]: 'ERR__ERROR_FORMAT_DISTANCE',
};

/**
 * Brotli, compressing. Reference: BrotliEncoderContext in Node src/node_zlib.cc.
 *
 * The library knows the quality and no other parameter; the rest only tunes the
 * ratio. It cannot flush in the middle of a stream, which is refused.
 */
export class BrotliEncoder implements Codec {
  readonly #library: BrotliLibrary;
  readonly #quality: number;
  #stream: CompressStream;
  #finished = false;
  #error: CodecError | undefined;

  constructor(library: BrotliLibrary, quality: number) {
    this.#library = library;
    this.#quality = quality;
    this.#stream = new library.CompressStream(quality);
  }

  step(operation: number, input: Uint8Array, output: Uint8Array): Step {
    if (operation === Operation.flush || operation === Operation.metadata) {
      this.#error = { message: 'Cannot flush a brotli stream before its end: the encoder has no flush', errno: -1, code: 'ERR_BROTLI_COMPRESSION_FAILED' };
      return { availIn: input.length, availOut: output.length };
    }
    let taken = 0;
    let written = 0;
    const run = (chunk: Uint8Array | undefined): number => {
      const result = this.#stream.compress(chunk, output.length - written);
      output.set(result.buf, written);
      written += result.buf.length;
      taken += chunk === undefined ? 0 : result.input_offset;
      const { code } = result;
      result.free();
      return code;
    };
    while (taken < input.length && written < output.length) {
      if (run(input.subarray(taken)) === ResultCode.needsInput && taken >= input.length) break;
    }
    if (operation === Operation.finish && taken >= input.length && !this.#finished && written < output.length) {
      this.#finished = run(undefined) === ResultCode.success;
    }
    return { availIn: input.length - taken, availOut: output.length - written };
  }

  error(): CodecError | undefined {
    return this.#error;
  }

  reset(): CodecError | undefined {
    this.#stream.free();
    this.#stream = new this.#library.CompressStream(this.#quality);
    this.#finished = false;
    this.#error = undefined;
    return undefined;
  }

  end(): void {
    this.#stream.free();
  }
}

/** Brotli, decompressing. Reference: BrotliDecoderContext in Node src/node_zlib.cc. */
export class BrotliDecoder implements Codec {
  readonly #library: BrotliLibrary;
  #stream: DecompressStream;
  #finished = false;
  #operation = 0;
  #availOut = 0;
  #error: CodecError | undefined;

  constructor(library: BrotliLibrary) {
    this.#library = library;
    this.#stream = new library.DecompressStream();
  }

  step(operation: number, input: Uint8Array, output: Uint8Array): Step {
    let taken = 0;
    let written = 0;
    this.#operation = operation;
    try {
      // A call without input still gives what the window holds.
      for (let first = true; !this.#finished && written < output.length && (first || taken < input.length); first = false) {
        const result = this.#stream.decompress(input.subarray(taken), output.length - written);
        output.set(result.buf, written);
        written += result.buf.length;
        taken += result.input_offset;
        const { code } = result;
        result.free();
        if (code === ResultCode.success) this.#finished = true;
        if (code === ResultCode.needsInput) break;
      }
    } catch (thrown) {
      this.#error = decoderError(thrown);
    }
    this.#availOut = output.length - written;
    return { availIn: input.length - taken, availOut: this.#availOut };
  }

  error(): CodecError | undefined {
    if (this.#error !== undefined) return this.#error;
    // Match zlib's behaviour, as node_zlib.cc says: an end before the end is an error.
    const cutShort = this.#operation === Operation.finish && !this.#finished && this.#availOut !== 0;
    return cutShort ? { message: 'unexpected end of file', errno: -5, code: 'Z_BUF_ERROR' } : undefined;
  }

  reset(): CodecError | undefined {
    this.#stream.free();
    this.#stream = new this.#library.DecompressStream();
    this.#finished = false;
    this.#error = undefined;
    return undefined;
  }

  end(): void {
    this.#stream.free();
  }
}

/** The library throws the decoder's own error number, as a number or in words. */
function decoderError(thrown: unknown): CodecError {
  const number = Number(/-\d+/.exec(String(thrown))?.[0] ?? -2);
  return { message: 'Decompression failed', errno: number, code: decoderErrors[number] ?? `ERR__ERROR_${number}` };
}
