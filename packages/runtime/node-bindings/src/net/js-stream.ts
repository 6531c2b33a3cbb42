import type { BindingFactory, Foreign } from '../realm.ts';
import { AsyncWrap } from './async-wrap.ts';
import { Errno } from './errno.ts';
import { plainView, StreamBase, type Done } from './stream-base.ts';

/**
 * internalBinding('js_stream'): a stream handle whose far side is a JavaScript
 * stream (`onwrite`, `onreadstart`, … set by lib/internal/js_stream_socket.js).
 * Reference: Node src/js_stream.cc.
 */
export const createJsStreamBinding: BindingFactory = (realm) => {
  class JSStream extends StreamBase {
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

    tryWrite(): number {
      return 0;
    }

    /** JSStream::DoWrite */
    writeLater(bytes: Uint8Array, done: Done): void {
      this.writePartsLater([bytes], done);
    }

    protected override writePartsLater(parts: readonly Uint8Array[], done: Done): void {
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

    /** JSStream::ReadBuffer */
    readBuffer(buffer: Uint8Array<ArrayBuffer>): void {
      this.emitData(plainView(buffer).slice());
    }

    emitEOF(): void {
      this.emitEnd(Errno.UV_EOF);
    }

    protected override onClose(): void {
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
      this.#pending.set(request, (status) => {
        this.#waiting.shift();
        this.#writeNext();
        write.done(status);
      });
      const { Buffer } = realm.requireBuiltin('buffer');
      const buffers = write.parts.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      const status = Number(AsyncWrap.callMethod(this, 'onwrite', request, buffers) ?? 0);
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
