import type { Codec, CodecError, Step } from './codec.ts';
import { Mode, Result, Z_FINISH, zlibFailure, type ZlibOptions } from './zlib-format.ts';

/** Exports of this room's own module (assembly/deflate/deflate.as). A stream is an address in its memory. */
interface DeflateExports {
  readonly memory: WebAssembly.Memory;
  open(wrap: number, level: number, windowBits: number, memLevel: number, strategy: number): number;
  close(stream: number): void;
  reset(stream: number): void;
  params(stream: number, level: number, strategy: number): void;
  setDictionary(stream: number, address: number, length: number): number;
  step(stream: number, flush: number, inLength: number, outLength: number): number;
  availIn(stream: number): number;
  availOut(stream: number): number;
  allocate(length: number): number;
  free(address: number): void;
}

const NOTHING = new Uint8Array();
/** What the module calls the formats around the blocks. */
const WRAPS: Readonly<Record<number, number>> = { [Mode.deflateRaw]: 0, [Mode.deflate]: 1, [Mode.gzip]: 2 };

/** Where a codec's stream is in the module's memory; 0 = nowhere. */
interface Place {
  stream: number;
}

/**
 * The module of one process: its memory holds windows and tables of every stream that deflates, 270 KB each at zlib's
 * defaults. Input and output stay where they are: the module asks for what it needs while a stream is stepped.
 */
export class DeflateLibrary {
  readonly #exports: DeflateExports;
  #input: Uint8Array = NOTHING;
  #taken = 0;
  #output: Uint8Array = NOTHING;
  #given = 0;
  /** Streams that a program drops without closing them. */
  readonly #dropped = new FinalizationRegistry((place: Place) => {
    this.close(place);
  });

  constructor(module: WebAssembly.Module) {
    const instance = new WebAssembly.Instance(module, {
      host: {
        take: (address: number, length: number) => {
          this.#bytes(address, length).set(this.#input.subarray(this.#taken, this.#taken + length));
          this.#taken += length;
        },
        takeAgain: (address: number, length: number) => {
          this.#bytes(address, length).set(this.#input.subarray(this.#taken - length, this.#taken));
        },
        put: (address: number, length: number) => {
          this.#output.set(this.#bytes(address, length), this.#given);
          this.#given += length;
        },
      },
    });
    this.#exports = instance.exports as unknown as DeflateExports;
  }

  /** What the module holds, of streams that live and of room for others. It never shrinks. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** @returns the place of the owner's stream; nothing is there until `open`. */
  register(owner: object): Place {
    const place = { stream: 0 };
    this.#dropped.register(owner, place);
    return place;
  }

  /** Takes memory in the module, which only `close` gives back. @returns zlib's result */
  open(place: Place, { mode, level, windowBits, memLevel, strategy, dictionary }: ZlibOptions): number {
    try {
      place.stream = this.#exports.open(WRAPS[mode]!, level, windowBits, memLevel, strategy);
    } catch (error) {
      // The allocator traps where the memory cannot grow; nothing of the stream exists then.
      if (error instanceof WebAssembly.RuntimeError) return Result.memError;
      throw error;
    }
    // gzip has no place for a dictionary's checksum: Node does not set one there.
    return dictionary === undefined || mode === Mode.gzip
      ? Result.ok
      : this.#setDictionary(place, dictionary, windowBits);
  }

  close(place: Place): void {
    if (place.stream !== 0) this.#exports.close(place.stream);
    place.stream = 0;
  }

  reset(place: Place, { mode, dictionary, windowBits }: ZlibOptions): number {
    this.#exports.reset(place.stream);
    return dictionary === undefined || mode === Mode.gzip
      ? Result.ok
      : this.#setDictionary(place, dictionary, windowBits);
  }

  params({ stream }: Place, level: number, strategy: number): void {
    this.#exports.params(stream, level, strategy);
  }

  /** One call of zlib's `deflate`. */
  deflate({ stream }: Place, flush: number, input: Uint8Array, output: Uint8Array): Step & { result: number } {
    this.#input = input;
    this.#taken = 0;
    this.#output = output;
    this.#given = 0;
    const result = this.#exports.step(stream, flush, input.length, output.length);
    // The buffers are the program's.
    this.#input = NOTHING;
    this.#output = NOTHING;
    return { result, availIn: this.#exports.availIn(stream), availOut: this.#exports.availOut(stream) };
  }

  #setDictionary({ stream }: Place, dictionary: Uint8Array, windowBits: number): number {
    let address: number;
    try {
      address = this.#exports.allocate(dictionary.length);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) return Result.memError;
      throw error;
    }
    this.#bytes(address, dictionary.length).set(dictionary);
    // A window of 2^8 bytes is one of 2^9 in zlib.
    this.#input = dictionary.subarray(-(1 << Math.max(windowBits, 9)));
    this.#taken = 0;
    const result = this.#exports.setDictionary(stream, address, dictionary.length);
    this.#input = NOTHING;
    this.#exports.free(address);
    return result;
  }

  /** Made anew each time: the memory may have grown, and its old views are gone then. */
  #bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer, address, length);
  }
}

/**
 * deflate, gzip and raw deflate with the bytes of Node's zlib, at every level and strategy.
 * Reference: ZlibContext in Node src/node_zlib.cc.
 */
export class WasmDeflate implements Codec {
  readonly #library: DeflateLibrary;
  readonly #place: Place;
  #options: ZlibOptions;
  #flush = 0;
  #availOut = 0;
  #result: number = Result.ok;

  /** `options.mode` is deflate, gzip or deflateRaw. */
  constructor(library: DeflateLibrary, options: ZlibOptions) {
    this.#library = library;
    this.#options = options;
    this.#place = library.register(this);
  }

  step(flush: number, input: Uint8Array, output: Uint8Array): Step {
    this.#flush = flush;
    this.#availOut = output.length;
    this.#ready();
    // After an error every further step gives the same error.
    if (this.#result !== Result.ok && this.#result !== Result.bufError && this.#result !== Result.streamEnd)
      return { availIn: input.length, availOut: output.length };
    const { result, availIn, availOut } = this.#library.deflate(this.#place, flush, input, output);
    this.#result = result;
    this.#availOut = availOut;
    return { availIn, availOut };
  }

  error(): CodecError | undefined {
    return zlibFailure(this.#result, {
      cutShort: this.#availOut !== 0 && this.#flush === Z_FINISH,
      hasDictionary: this.#options.dictionary !== undefined,
      message: undefined,
    });
  }

  /** As new, with the same parameters; the dictionary has to be set again (ZlibContext::ResetStream). */
  reset(): CodecError | undefined {
    if (this.#place.stream === 0) return undefined;
    this.#flush = 0;
    this.#result = this.#library.reset(this.#place, this.#options);
    return this.error();
  }

  /** ZlibContext::SetParams: lib has flushed before. */
  params(level: number, strategy: number): void {
    this.#options = { ...this.#options, level, strategy };
    if (this.#place.stream !== 0) this.#library.params(this.#place, level, strategy);
  }

  end(): void {
    this.#library.close(this.#place);
  }

  /** Made with the first use, as in ZlibContext::InitZlib. */
  #ready(): void {
    if (this.#place.stream === 0) this.#result = this.#library.open(this.#place, this.#options);
  }
}
