import { UvErrno } from '../handles/uv-errno.ts';
import { Errno } from '@slipway/posix';
import type { BindingFactory, Foreign } from '../realm/realm.ts';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { plainView, StreamBase, type Done } from '../handles/stream-base.ts';

/**
 * internalBinding('js_stream'): a stream handle whose far side is a JavaScript
 * stream (`onwrite`, `onreadstart`, … set by lib/internal/js_stream_socket.js).
 * Reference: Node src/js_stream.cc.
 */
export const createJsStreamBinding: BindingFactory = (realm) => {
  class JSStream extends StreamBase {
    /** By the request object lib got: the only thing it gives back when a write or shutdown is over. */
    readonly #pending = new Map<object, Done>();
    #shut = false;
    #pendingShutdown: Done | null = null;
    /** The JavaScript side takes one write at a time; the first of these is on its way. */
    readonly #waiting: { readonly parts: readonly Uint8Array[]; readonly done: Done }[] = [];

    constructor() {
      super(realm);
    }

    get fd(): number {
      return -1;
    }

    startReading(): number {
      return Number(AsyncWrap.callMethod(this, 'onreadstart') ?? 0);
    }

    stopReading(): number {
      return Number(AsyncWrap.callMethod(this, 'onreadstop') ?? 0);
    }

    protected override get queuesOnly(): boolean {
      return true;
    }

    /** Nothing is ever taken at once: whether it was written only the JavaScript side knows. */
    tryWrite(): number {
      return 0;
    }

    /** JSStream::DoWrite: behind the writes that wait; `done` when the JavaScript side calls `finishWrite`. */
    writeLater(bytes: Uint8Array, done: Done): void {
      this.writePartsLater([bytes], done);
    }

    protected override writePartsLater(parts: readonly Uint8Array[], done: Done): void {
      // Told in a task of its own, like every result here: the caller has not returned yet.
      if (this.#shut) realm.loop.enqueueUnref(() => done(Errno.EPIPE));
      else if (this.#waiting.push({ parts, done }) === 1) this.#writeNext();
    }

    /** JSStream::DoShutdown, behind the writes that wait here. */
    shutdownLater(done: Done): number {
      this.#shut = true;
      if (this.#waiting.length > 1) this.#pendingShutdown = done;
      else return this.#shutNow(done);
      return 0;
    }

    finishWrite(request: Foreign, status: number): void {
      this.#finish(request, status);
    }

    finishShutdown(request: Foreign, status: number): void {
      this.#finish(request, status);
    }

    /** JSStream::ReadBuffer: bytes the JavaScript side has read; copied, as that side may reuse its buffer. */
    readBuffer(buffer: Uint8Array<ArrayBuffer>): void {
      this.emitData(plainView(buffer).slice());
    }

    /** JSStream::EmitEOF: the JavaScript side has ended; nothing may be read after it. */
    emitEOF(): void {
      this.emitEnd(UvErrno.EOF);
    }

    protected override onClose(): void {
      // The first one is on its way and has a request of its own, below.
      for (const { done } of this.#waiting.splice(1)) realm.loop.enqueueUnref(() => done(Errno.ECANCELED));
      for (const [request] of this.#pending) realm.loop.enqueueUnref(() => this.#finish(request, Errno.ECANCELED));
    }

    #shutNow(done: Done): number {
      // Nobody is there any more to be told.
      if (!this.isOpen) {
        realm.loop.enqueueUnref(() => done(Errno.ECANCELED));
        return 0;
      }
      const request = {};
      this.#pending.set(request, done);
      return Number(AsyncWrap.callMethod(this, 'onshutdown', request) ?? 0);
    }

    #writeNext(): void {
      const write = this.#waiting[0];
      if (write === undefined) {
        const shutdown = this.#pendingShutdown;
        this.#pendingShutdown = null;
        if (shutdown !== null) this.#shutNow(shutdown);
        return;
      }
      const request = {};
      // The next write begins before this one is reported: a writer may add another in `done`.
      this.#pending.set(request, (status) => {
        this.#waiting.shift();
        this.#writeNext();
        write.done(status);
      });
      const { Buffer } = realm.requireBuiltin('buffer');
      const buffers = write.parts.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      const status = Number(AsyncWrap.callMethod(this, 'onwrite', request, buffers) ?? 0);
      // Refused at once: lib will not call finishWrite.
      if (status !== 0) realm.loop.enqueueUnref(() => this.#finish(request, status));
    }

    #finish(request: object, status: number): void {
      const done = this.#pending.get(request);
      this.#pending.delete(request);
      done?.(status);
    }
  }
  return { JSStream };
};
