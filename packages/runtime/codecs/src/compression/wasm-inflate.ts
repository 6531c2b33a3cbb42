import type { Codec, CodecError, Step } from './codec.ts';
import { Mode, Result, Z_FINISH, zlibFailure } from './zlib-format.ts';

/** Exports of zip.js's WebAssembly module (dist/zip-module.wasm): Chromium's zlib, as in Node. */
interface InflateExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(size: number): number;
  inflate_new(): number;
  inflate_init(context: number): number;
  inflate_init_raw(context: number): number;
  inflate_init_gzip(context: number): number;
  /**
   * zlib's result in the upper eight bits, the bytes produced in the others. It copies all of the input at each call.
   */
  inflate_process(
    context: number,
    input: number,
    inputLength: number,
    output: number,
    outputLength: number,
    flush: number,
  ): number;
  inflate_last_consumed(context: number): number;
  inflate_end(context: number): number;
}

const Z_SYNC_FLUSH = 2;
const Z_BLOCK = 5;
/** Bytes that one call takes and gives at most: the two buffers lie in the module's memory, shared by all streams. */
const INPUT_ROOM = 32 * 1024;
const OUTPUT_ROOM = 128 * 1024;
/** A context begins with its z_stream, whose seventh word points to the message (zlib.h). */
const MESSAGE_OFFSET = 24;

/** Where a codec's state is in the module's memory; 0 = nowhere. */
interface Place {
  context: number;
}

/** The module of one process: its memory holds the state of every stream that inflates. */
export class InflateLibrary {
  readonly #exports: InflateExports;
  readonly #input: number;
  readonly #output: number;
  /** Streams that a program drops without closing them. */
  readonly #dropped = new FinalizationRegistry((place: Place) => {
    this.close(place);
  });

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module).exports as unknown as InflateExports;
    this.#exports._initialize();
    this.#input = this.#exports.malloc(INPUT_ROOM);
    this.#output = this.#exports.malloc(OUTPUT_ROOM);
    if (this.#input === 0 || this.#output === 0) throw new Error('Cannot inflate: out of memory');
  }

  /** @returns the place of the owner's state; nothing is there until `open`. */
  register(owner: object): Place {
    const place = { context: 0 };
    this.#dropped.register(owner, place);
    return place;
  }

  /**
   * Takes memory in the module, which only `close` gives back. Returns zlib's result,
   * Z_MEM_ERROR where there is none.
   */
  open(place: Place, mode: number): number {
    const { inflate_new, inflate_init, inflate_init_raw, inflate_init_gzip } = this.#exports;
    place.context = inflate_new();
    if (place.context === 0) return Result.memError;
    if (mode === Mode.gunzip) return inflate_init_gzip(place.context);
    return mode === Mode.inflateRaw ? inflate_init_raw(place.context) : inflate_init(place.context);
  }

  close(place: Place): void {
    if (place.context !== 0) this.#exports.inflate_end(place.context);
    place.context = 0;
  }

  /** One call of `inflate`, with as much of both sides as the module's memory has room for. */
  inflate(
    { context }: Place,
    flush: number,
    input: Uint8Array,
    output: Uint8Array,
  ): { result: number; taken: number; written: number } {
    const { memory, inflate_process, inflate_last_consumed } = this.#exports;
    const from = input.subarray(0, INPUT_ROOM);
    const room = Math.min(output.length, OUTPUT_ROOM);
    new Uint8Array(memory.buffer, this.#input, INPUT_ROOM).set(from);
    const answer = inflate_process(context, this.#input, from.length, this.#output, room, flush);
    const written = answer & 0xff_ffff;
    // The one error that is not shifted: no room for the copy of the input.
    if (written > room) return { result: Result.memError, taken: 0, written: 0 };
    output.set(new Uint8Array(memory.buffer, this.#output, written));
    return { result: answer >> 24, taken: inflate_last_consumed(context), written };
  }

  /** zlib's own words about the last error, if it has any. */
  message({ context }: Place): string {
    const { memory } = this.#exports;
    const start = new DataView(memory.buffer).getUint32(context + MESSAGE_OFFSET, true);
    if (start === 0) return '';
    const bytes = new Uint8Array(memory.buffer, start);
    return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
  }
}

/**
 * inflate by WebAssembly. What comes out is defined by the format, so it need not
 * be the library that deflates. No dictionaries, windows of 32 KB, no detection
 * of the format: `ZlibInflate` has those. Reference: ZlibContext in Node src/node_zlib.cc.
 */
export class WasmInflate implements Codec {
  readonly #library: InflateLibrary;
  readonly #mode: number;
  readonly #place: Place;
  #flush = 0;
  #availOut = 0;
  #result: number = Result.ok;
  #message = '';

  /** `mode` is inflate, gunzip or inflateRaw; unzip is left to `ZlibInflate`, which looks at the first bytes. */
  constructor(library: InflateLibrary, mode: number) {
    this.#library = library;
    this.#mode = mode;
    this.#place = library.register(this);
  }

  step(flush: number, input: Uint8Array, output: Uint8Array): Step {
    let taken = 0;
    let written = 0;
    this.#flush = flush;
    while (this.#goesOn(input, taken)) {
      const before = output.length - written;
      // The end of the input is not that of what the module gets at a time.
      const step = this.#library.inflate(
        this.#place,
        // Z_FINISH would tell the module that its piece of the input is all of it.
        flush >= Z_BLOCK ? flush : Z_SYNC_FLUSH,
        input.subarray(taken),
        output.subarray(written),
      );
      taken += step.taken;
      written += step.written;
      this.#settle(step.result);
      // Nothing moved, the output is full, or the input is at its end and all it gave was fetched.
      const waits =
        step.taken + step.written === 0 ||
        step.written === before ||
        (taken === input.length && step.written < OUTPUT_ROOM);
      if (flush >= Z_BLOCK || (waits && this.#result !== Result.streamEnd)) break;
    }
    this.#availOut = output.length - written;
    return { availIn: input.length - taken, availOut: this.#availOut };
  }

  /**
   * What lib reports after `step`: a stream that ends early is an error only where the flush was Z_FINISH
   * (ZlibContext::GetErrorInfo).
   */
  error(): CodecError | undefined {
    return zlibFailure(this.#result, {
      cutShort: this.#availOut !== 0 && this.#flush === Z_FINISH,
      hasDictionary: false,
      message: this.#message,
    });
  }

  reset(): CodecError | undefined {
    this.#library.close(this.#place);
    this.#result = Result.ok;
    this.#message = '';
    return undefined;
  }

  end(): void {
    this.#library.close(this.#place);
  }

  /** Opens the stream, or the next member of a gzip archive; zeros behind one are padding. */
  #goesOn(input: Uint8Array, taken: number): boolean {
    if (this.#result === Result.streamEnd) {
      if (this.#mode !== Mode.gunzip || taken === input.length || input[taken] === 0) return false;
    } else if (this.#result !== Result.ok && this.#result !== Result.bufError) return false;
    if (this.#place.context === 0) this.#settle(this.#library.open(this.#place, this.#mode));
    return this.#place.context !== 0;
  }

  /**
   * Ended or broken streams give their memory back at once; the collector would come late,
   * and sees only the wrapper.
   */
  #settle(result: number): void {
    this.#result = result;
    if (result === Result.ok || result === Result.bufError) return;
    if (result !== Result.streamEnd && this.#place.context !== 0) this.#message = this.#library.message(this.#place);
    this.#library.close(this.#place);
  }
}
