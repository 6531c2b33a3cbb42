/** What is wrong with a stream, as lib's `onerror` is told. */
export interface CodecError {
  /** The text of the exception; `code` is its `code`, `errno` the library's number. */
  readonly message: string;
  readonly errno: number;
  readonly code: string;
}

/** What is still there of the input and of the room for output after a step. */
export interface Step {
  readonly availIn: number;
  readonly availOut: number;
}

/** One (de)compressor; node::CompressionStream's `CompressionContext`. */
export interface Codec {
  /**
   * Works on `input` and writes to `output` until one of them is at its end. `flush` is a value of the format's own
   * constants (Z_FINISH, BROTLI_OPERATION_*, ZSTD_e_*).
   */
  step(flush: number, input: Uint8Array, output: Uint8Array): Step;
  /** What is wrong after the last step, if anything. */
  error(): CodecError | undefined;
  /** Back to the beginning of a stream with the same parameters; what went wrong in that. */
  reset(): CodecError | undefined;
  /** Frees what the codec holds outside of JavaScript; it is not used any more. */
  end(): void;
}
