import type { BindingFactory } from '../realm/realm.ts';
import { AsyncWrap } from '../handles/async-wrap.ts';
import type { StreamBase } from '../handles/stream-base.ts';

/**
 * internalBinding('stream_pipe'): from one stream handle into another without
 * lib in between (http2 files, fs). Reference: Node src/stream_pipe.cc.
 */
export const createStreamPipeBinding: BindingFactory = (realm) => {
  class StreamPipe extends AsyncWrap {
    readonly #source: StreamBase;
    readonly #sink: StreamBase;
    #closed = false;
    /** Writes the sink has not finished; the pipe ends only when none is left. */
    #pending = 0;
    #ended = false;

    constructor(source: StreamBase, sink: StreamBase) {
      super(realm);
      this.#source = source;
      this.#sink = sink;
      source.setListener({
        onData: (bytes) => this.#forward(bytes),
        onEnd: (status) => {
          this.#ended = true;
          source.readStop();
          // Whoever read before is told of the end, and of errors.
          source.passEnd(status);
          this.#settle();
        },
      });
    }

    /** lib asks its pipe for both ends in `onunpipe`. */
    get source(): StreamBase {
      return this.#source;
    }

    get sink(): StreamBase {
      return this.#sink;
    }

    /** StreamPipe::Start: begins to read the source; 0 or its negative errno. */
    start(): number {
      return this.#source.readStart();
    }

    unpipe(): void {
      if (this.#closed) return;
      this.#closed = true;
      this.#source.setListener(null);
      this.#source.readStop();
      // MakeCallback in a SetImmediate of C++: the caller may be inside one of the two streams.
      realm.loop.enqueue(() => AsyncWrap.callMethod(this, 'onunpipe'));
    }

    isClosed(): boolean {
      return this.#closed;
    }

    pendingWrites(): number {
      return this.#pending;
    }

    #forward(bytes: Uint8Array<ArrayBuffer>): void {
      const sent = this.#sink.send([bytes], (status) => {
        this.#pending--;
        // The sink reports its own error; the pipe only lets go.
        if (status < 0) this.unpipe();
        else if (!this.#ended && !this.#closed) this.#source.readStart();
        this.#settle();
      });
      if (typeof sent === 'number') this.unpipe();
      if (sent !== 'later') return;
      // Only as much in flight as the sink has room for.
      this.#pending++;
      this.#source.readStop();
    }

    #settle(): void {
      if (!this.#ended || this.#pending > 0 || this.#closed) return;
      // What the source has ended is ended for the sink, too; its result concerns nobody.
      this.#sink.shutdownLater(() => undefined);
      AsyncWrap.callMethod(this, 'oncomplete');
      this.unpipe();
    }
  }
  return { StreamPipe };
};
