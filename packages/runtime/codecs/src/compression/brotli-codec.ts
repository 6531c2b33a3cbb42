import { joinBytes } from '@slipway/posix';
import type { Codec, CodecError, Step } from './codec.ts';

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
  /** Bytes of the input that were taken; the rest has to be given again. */
  readonly input_offset: number;
  /** Gives back its memory in the module: must be called, there is no collector. */
  free(): void;
}

interface CompressStream {
  /** `undefined` ends the stream and may be needed several times, until the code is 1. */
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
  [-1]: 'ERR__ERROR_FORMAT_EXUBERANT_NIBBLE',
  [-2]: 'ERR__ERROR_FORMAT_RESERVED',
  [-3]: 'ERR__ERROR_FORMAT_EXUBERANT_META_NIBBLE',
  [-4]: 'ERR__ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET',
  [-5]: 'ERR__ERROR_FORMAT_SIMPLE_HUFFMAN_SAME',
  [-6]: 'ERR__ERROR_FORMAT_CL_SPACE',
  [-7]: 'ERR__ERROR_FORMAT_HUFFMAN_SPACE',
  [-8]: 'ERR__ERROR_FORMAT_CONTEXT_MAP_REPEAT',
  [-9]: 'ERR__ERROR_FORMAT_BLOCK_LENGTH_1',
  [-10]: 'ERR__ERROR_FORMAT_BLOCK_LENGTH_2',
  [-11]: 'ERR__ERROR_FORMAT_TRANSFORM',
  [-12]: 'ERR__ERROR_FORMAT_DICTIONARY',
  [-13]: 'ERR__ERROR_FORMAT_WINDOW_BITS',
  [-14]: 'ERR__ERROR_FORMAT_PADDING_1',
  [-15]: 'ERR__ERROR_FORMAT_PADDING_2',
  [-16]: 'ERR__ERROR_FORMAT_DISTANCE',
};

/** So many bytes wait for what comes after them: a flush, or the end. */
const MOST_HELD = 1024 * 1024;
/** Bytes that one call of the library may give; what is more comes with the next one. */
const OUTPUT_SIZE = 64 * 1024;
/** Four nibbles of MLEN hold the length less one, so 2^16 bytes is the most (RFC 7932, 9.2). */
const MOST_IN_META_BLOCK = 65_536;
const NOTHING = new Uint8Array(0);

/**
 * Brotli, compressing. Reference: BrotliEncoderContext in Node src/node_zlib.cc.
 *
 * The library knows the quality and no other parameter; the rest only tunes the
 * ratio. It cannot flush in the middle of a stream, so the first bytes wait:
 *
 *   holding ──end, or more than MOST_HELD──▶ compressing   by the library; a flush is refused from here on
 *      └─────flush───▶ storing                             as uncompressed meta-blocks, up to the end
 *
 * A stored stream is whole and punctual but no smaller than its input.
 */
export class BrotliEncoder implements Codec {
  readonly #library: BrotliLibrary;
  readonly #quality: number;
  #stream: CompressStream;
  #mode: 'holding' | 'compressing' | 'storing' = 'holding';
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #beganStoring = false;
  #output: Uint8Array = NOTHING;
  #finished = false;
  #error: CodecError | undefined;

  constructor(library: BrotliLibrary, quality: number) {
    this.#library = library;
    this.#quality = quality;
    this.#stream = new library.CompressStream(quality);
  }

  /**
   * Takes all of the input at once and gives out as much as there is room for;
   * what is left waits for the next step.
   */
  step(operation: number, input: Uint8Array, output: Uint8Array): Step {
    const parts = [this.#output];
    // After the end lib comes back only for what is left of the output.
    if (!this.#finished) this.#take(operation, input, parts);
    const all = parts.length === 1 ? this.#output : joinBytes(parts);
    const given = all.subarray(0, output.length);
    output.set(given);
    this.#output = all.subarray(given.length);
    return { availIn: 0, availOut: output.length - given.length };
  }

  error(): CodecError | undefined {
    return this.#error;
  }

  reset(): CodecError | undefined {
    this.#stream.free();
    this.#stream = new this.#library.CompressStream(this.#quality);
    this.#mode = 'holding';
    this.#held = [];
    this.#heldBytes = 0;
    this.#beganStoring = false;
    this.#output = NOTHING;
    this.#finished = false;
    this.#error = undefined;
    return undefined;
  }

  end(): void {
    this.#stream.free();
  }

  #take(operation: number, input: Uint8Array, parts: Uint8Array[]): void {
    const ends = operation === Operation.finish;
    const flushes = operation === Operation.flush;
    if (operation === Operation.metadata || (flushes && this.#mode === 'compressing')) {
      this.#error = {
        message: 'Cannot flush a brotli stream before its end: the encoder has no flush',
        errno: -1,
        code: 'ERR_BROTLI_COMPRESSION_FAILED',
      };
      return;
    }
    // Nothing to flush: the library may still have the whole stream.
    if (flushes && this.#mode === 'holding' && this.#heldBytes + input.length > 0) this.#mode = 'storing';
    if (this.#mode === 'holding' && (ends || this.#heldBytes + input.length > MOST_HELD)) {
      this.#mode = 'compressing';
      for (const chunk of this.#release()) this.#compress(chunk, parts);
    }
    if (this.#mode === 'compressing') {
      if (input.length > 0) this.#compress(input, parts);
      if (ends) this.#compress(undefined, parts);
    } else {
      this.#hold(input);
      if (this.#mode === 'storing' && (ends || flushes || this.#heldBytes > MOST_HELD))
        this.#store(joinBytes(this.#release()), ends, parts);
    }
    this.#finished = ends;
  }

  #hold(input: Uint8Array): void {
    // A copy: zlib.js writes the next chunk into the same memory.
    if (input.length > 0) this.#held.push(input.slice());
    this.#heldBytes += input.length;
  }

  #release(): Uint8Array[] {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    return held;
  }

  /** @param chunk `undefined` ends the stream. */
  #compress(chunk: Uint8Array | undefined, parts: Uint8Array[]): void {
    // The library gives 64 KiB at most a call and says whether it has more.
    for (let taken = 0; ;) {
      const result = this.#stream.compress(chunk?.subarray(taken), OUTPUT_SIZE);
      const { buf, code, input_offset } = result;
      result.free();
      parts.push(buf);
      if (chunk === undefined) {
        if (code === ResultCode.success) return;
      } else {
        taken += input_offset;
        if (taken >= chunk.length && code !== ResultCode.needsOutput) return;
      }
    }
  }

  /** RFC 7932, 9.1 and 9.2: ISLAST 0, MNIBBLES 4, MLEN - 1, ISUNCOMPRESSED 1, then whole bytes. */
  #store(bytes: Uint8Array, ends: boolean, parts: Uint8Array[]): void {
    for (let at = 0; at < bytes.length; at += MOST_IN_META_BLOCK) {
      const block = bytes.subarray(at, at + MOST_IN_META_BLOCK);
      // ISLAST (1 bit, 0), MNIBBLES (2 bits, 0 = four nibbles), MLEN - 1 (16 bits), ISUNCOMPRESSED (bit 19).
      const bits = ((block.length - 1) << 3) | (1 << 19);
      // The stream begins with WBITS: 1011 is a window of 22 bits, which is lib's default.
      const header = this.#beganStoring ? bits : (bits << 4) | 0b1011;
      this.#beganStoring = true;
      // Three bytes in either case: 20 or 24 bits, so the block begins on a byte.
      parts.push(Uint8Array.of(header & 0xff, (header >>> 8) & 0xff, (header >>> 16) & 0xff), block);
    }
    // A last meta-block of nothing: the bits ISLAST and ISLASTEMPTY (RFC 7932, 9.2).
    if (ends) parts.push(Uint8Array.of(0b11));
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
      for (
        let first = true;
        !this.#finished && written < output.length && (first || taken < input.length);
        first = false
      ) {
        const result = this.#stream.decompress(input.subarray(taken), output.length - written);
        output.set(result.buf, written);
        written += result.buf.length;
        taken += result.input_offset;
        const { code } = result;
        result.free();
        // What follows the end is not brotli's: lib finds it in availIn.
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
