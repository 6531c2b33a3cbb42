import { CallbackContext } from '../handles/async-wrap.ts';
import type { Codec, CodecError } from '@slipway/codecs';
import { HandleWrap } from '../handles/handle-wrap.ts';
import { plainView } from '../handles/stream-base.ts';
import type { Foreign, Realm } from '../realm/realm.ts';

/**
 * The handle under every zlib stream of lib. Reference: CompressionStream in
 * Node src/node_zlib.cc.
 *
 * `write` does its work in a task of the loop, one chunk each: Node has a thread
 * for it, here it must at least not stall other events for long.
 */
export abstract class CompressionHandle extends HandleWrap {
  #codec: Codec | null = null;
  /** Two numbers that lib reads after each step: [bytes of output left, bytes of input left]. */
  #writeState: Uint32Array | null = null;
  #context: CallbackContext;
  /** lib's processCallback, for all writes of the stream. */
  #callback: (() => void) | null = null;
  #writing = false;
  #closePending = false;

  constructor(realm: Realm) {
    super(realm);
    this.#context = new CallbackContext(realm);
  }

  /**
   * CompressionStream::Write<async>: one chunk in, one buffer out, told by `callback` in a later task. lib never
   * has two writes of a stream under way.
   */
  write(
    flush: number,
    input: Uint8Array | null,
    inOffset: number,
    inLength: number,
    output: Uint8Array,
    outOffset: number,
    outLength: number,
  ): void {
    this.#writing = true;
    // The frame of this write, not of the stream's making: AsyncLocalStorage follows the writer.
    this.#context = new CallbackContext(this.realm);
    this.realm.loop.enqueue(() => {
      const failure = this.#closePending
        ? undefined
        : this.#step(flush, input, inOffset, inLength, output, outOffset, outLength);
      this.#writing = false;
      // Closed meanwhile: lib wants neither result nor error any more.
      if (this.#closePending) {
        this.#end();
        return;
      }
      if (failure !== undefined) this.#report(failure);
      else if (this.#callback !== null) this.#context.call(this, this.#callback);
      // The callback closed the handle, which had to wait while the codec was at work.
      if (this.#closePending) this.#end();
    });
  }

  /** The same at once; lib looks at the write state afterwards. */
  writeSync(
    flush: number,
    input: Uint8Array | null,
    inOffset: number,
    inLength: number,
    output: Uint8Array,
    outOffset: number,
    outLength: number,
  ): void {
    const failure = this.#step(flush, input, inOffset, inLength, output, outOffset, outLength);
    if (failure !== undefined) this.#report(failure);
  }

  reset(): void {
    const failure = this.#codec?.reset();
    if (failure !== undefined) this.#report(failure);
  }

  /** CompressionStream::Close. A codec in the middle of a step is ended behind it. */
  override close(): void {
    this.#closePending = true;
    if (!this.#writing) this.#end();
  }

  /** By `init` of the concrete stream; the codec is this handle's to end. */
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

  #step(
    flush: number,
    input: Uint8Array | null,
    inOffset: number,
    inLength: number,
    output: Uint8Array,
    outOffset: number,
    outLength: number,
  ): CodecError | undefined {
    // lib checks `_handle` before it writes: a bug, not a state of the program.
    if (this.#codec === null || this.#writeState === null)
      throw new Error('Cannot write to a codec: it is closed or was not initialised');
    const from = input === null ? new Uint8Array(0) : plainView(input).subarray(inOffset, inOffset + inLength);
    const { availIn, availOut } = this.#codec.step(
      flush,
      from,
      plainView(output).subarray(outOffset, outOffset + outLength),
    );
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
    // Gives back what the codec has in WebAssembly's memory; twice is once.
    this.#codec?.end();
    this.#codec = null;
  }
}
