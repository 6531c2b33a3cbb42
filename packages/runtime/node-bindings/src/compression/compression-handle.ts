import { CallbackContext } from '../net/async-wrap.ts';
import { HandleWrap } from '../net/handle-wrap.ts';
import { plainView } from '../net/stream-base.ts';
import type { Foreign, Realm } from '../realm.ts';

export interface CodecError {
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
  step(flush: number, input: Uint8Array, output: Uint8Array): Step;
  /** What is wrong after the last step, if anything. */
  error(): CodecError | undefined;
  reset(): CodecError | undefined;
  end(): void;
}

/**
 * The handle under every zlib stream of lib. Reference: CompressionStream in
 * Node src/node_zlib.cc.
 *
 * `write` does its work in a task of the loop, one chunk each: Node has a thread
 * for it, here it must at least not stall other events for long.
 */
export abstract class CompressionHandle extends HandleWrap {
  #codec: Codec | null = null;
  #writeState: Uint32Array | null = null;
  #context: CallbackContext;
  #callback: (() => void) | null = null;
  #writing = false;
  #closePending = false;

  constructor(realm: Realm) {
    super(realm);
    this.#context = new CallbackContext(realm);
  }

  /** CompressionStream::Write<async> */
  write(flush: number, input: Uint8Array | null, inOffset: number, inLength: number, output: Uint8Array, outOffset: number, outLength: number): void {
    this.#writing = true;
    this.#context = new CallbackContext(this.realm);
    this.realm.loop.enqueue(() => {
      const failure = this.#closePending ? undefined : this.#step(flush, input, inOffset, inLength, output, outOffset, outLength);
      this.#writing = false;
      if (this.#closePending) {
        this.#end();
        return;
      }
      if (failure !== undefined) this.#report(failure);
      else if (this.#callback !== null) this.#context.call(this, this.#callback);
      if (this.#closePending) this.#end();
    });
  }

  /** The same at once; lib looks at the write state afterwards. */
  writeSync(flush: number, input: Uint8Array | null, inOffset: number, inLength: number, output: Uint8Array, outOffset: number, outLength: number): void {
    const failure = this.#step(flush, input, inOffset, inLength, output, outOffset, outLength);
    if (failure !== undefined) this.#report(failure);
  }

  reset(): void {
    const failure = this.#codec?.reset();
    if (failure !== undefined) this.#report(failure);
  }

  override close(): void {
    this.#closePending = true;
    if (!this.#writing) this.#end();
  }

  protected begin(codec: Codec, writeState: Uint32Array, callback: () => void): void {
    this.#codec = codec;
    this.#writeState = writeState;
    this.#callback = callback;
  }

  protected report(failure: CodecError): void {
    this.#report(failure);
  }

  protected override onClose(): void {
    // There is no libuv handle behind a codec: `close` above never gets here.
  }

  #step(flush: number, input: Uint8Array | null, inOffset: number, inLength: number, output: Uint8Array, outOffset: number, outLength: number): CodecError | undefined {
    if (this.#codec === null || this.#writeState === null) throw new Error('Cannot write to a codec: it is closed or was not initialised');
    const from = input === null ? new Uint8Array(0) : plainView(input).subarray(inOffset, inOffset + inLength);
    const { availIn, availOut } = this.#codec.step(flush, from, plainView(output).subarray(outOffset, outOffset + outLength));
    this.#writeState[0] = availOut;
    this.#writeState[1] = availIn;
    return this.#codec.error();
  }

  #report({ message, errno, code }: CodecError): void {
    const onerror: unknown = (this as Foreign).onerror;
    if (typeof onerror === 'function') this.#context.call(this, onerror as () => void, message, errno, code);
    if (this.#closePending && !this.#writing) this.#end();
  }

  #end(): void {
    this.#codec?.end();
    this.#codec = null;
  }
}
