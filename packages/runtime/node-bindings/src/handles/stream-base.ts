import { AsyncWrap, CallbackContext, providerOf } from './async-wrap.ts';
import { Errno, joinBytes } from '@slipway/posix';
import { encodeString } from '../realm/encode-string.ts';
import { HandleWrap } from './handle-wrap.ts';
import { StreamState, streamStateOf } from './stream-state.ts';
import { ExternalValue } from '../realm/external-value.ts';
import type { Foreign } from '../realm/realm.ts';

/** Whoever takes what a stream reads. Calls come from within a loop task, one per task. */
export interface StreamListener {
  onData(bytes: Uint8Array<ArrayBuffer>): void;
  /** `UV_EOF` or a negative error number; nothing follows. Without it the handle's own `onread` is told. */
  onEnd?(status: number): void;
}

/** Where a heap of C++ might begin: addresses that look like some. */
const FIRST_ADDRESS = 0x55a0_0000_0000n;

/** How a write or a shutdown that could not finish at once reports its end. */
export type Done = (status: number) => void;

/** lib's WriteWrap and ShutdownWrap objects: `oncomplete(status, handle, error)` is called when they are done. */
export type StreamRequest = Foreign;

/**
 * What lib calls on every stream handle. Reference: Node src/stream_base.cc;
 * `startReading`, `tryWrite`, `writeLater` and `shutdownLater` stand for the
 * virtual methods of StreamResource, `setListener` for PushStreamListener.
 */
export abstract class StreamBase extends HandleWrap {
  #bytesRead = 0;
  #bytesWritten = 0;
  #onread: unknown = undefined;
  /**
   * Where reads go when the program gave memory of its own (`net` option `onread`);
   * lib swaps it by answering a new one.
   */
  #userBuffer: Uint8Array<ArrayBuffer> | null = null;
  #listener: StreamListener | null = null;

  /** 0 or a negative errno; reading what is already being read is 0 as well. */
  abstract startReading(): number;
  abstract stopReading(): number;
  /** Bytes taken now (none while earlier writes wait), or a negative errno. */
  abstract tryWrite(bytes: Uint8Array): number;
  /** Takes what `tryWrite` left over. `done` runs in a loop task. */
  abstract writeLater(bytes: Uint8Array, done: Done): void;
  /** 0 or a negative errno; after 0, `done` runs in a loop task. 1 is done already and `done` does not run. */
  abstract shutdownLater(done: Done): number;
  /** The descriptor behind the stream, -1 where there is none. */
  abstract get fd(): number;

  /** lib asks this before it puts HTTP/2 or TLS on a handle, or gives the handle to the HTTP parser to read from. */
  get isStreamBase(): boolean {
    return true;
  }

  /** Bytes since the handle was made, counted when they are handed up, not when they arrived. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Lets another binding find the stream; lib only shows it. */
  get _externalStream(): ExternalValue {
    return new ExternalValue(FIRST_ADDRESS + BigInt(this.getAsyncId()) * 64n);
  }

  /** Bytes that wait below (uv_stream_get_write_queue_size); handles that queue answer more than 0. */
  get writeQueueSize(): number {
    return 0;
  }

  get onread(): unknown {
    return this.#onread;
  }

  set onread(callback: unknown) {
    this.#onread = callback;
  }

  /** A consumer (parser, pipe, TLS) that reads in place of `onread`; `null` gives reading back. */
  setListener(listener: StreamListener | null): void {
    this.#listener = listener;
  }

  /** StreamBase::ReadStartJS: 0 or a negative errno. */
  readStart(): number {
    return this.startReading();
  }

  /** StreamBase::ReadStopJS. Bytes that a loop task is about to deliver still come. */
  readStop(): number {
    return this.stopReading();
  }

  /** StreamBase::UseUserBuffer: reads go into the program's buffer from now on, up to its length each time. */
  useUserBuffer(buffer: Uint8Array<ArrayBuffer>): number {
    this.#userBuffer = plainView(buffer);
    return 0;
  }

  /** StreamBase::Shutdown: 0 and `oncomplete` later, 1 when it is done already, else a negative errno. */
  shutdown(request: StreamRequest): number {
    const { done, abandon } = this.#completion(request);
    const status = this.shutdownLater(done);
    // Failed or already done: nobody will call `done`, and its hold would keep the process for ever.
    if (status !== 0) abandon();
    return status;
  }

  /** StreamBase::WriteBuffer. The third argument is a handle to send along. */
  writeBuffer(request: StreamRequest, buffer: Uint8Array, sent?: unknown): number {
    return this.#sendAlong(request, sent) || this.#write(request, plainView(buffer));
  }

  /** StreamBase::WriteString<UTF8>: lone surrogates become U+FFFD. `sent` is a handle to send along. */
  writeUtf8String(request: StreamRequest, text: string, sent?: unknown): number {
    return this.#sendAlong(request, sent) || this.#write(request, encodeString(text, 'utf8'));
  }

  writeAsciiString(request: StreamRequest, text: string): number {
    return this.#write(request, encodeString(text, 'latin1'));
  }

  writeLatin1String(request: StreamRequest, text: string): number {
    return this.#write(request, encodeString(text, 'latin1'));
  }

  writeUcs2String(request: StreamRequest, text: string): number {
    return this.#write(request, encodeString(text, 'utf16le'));
  }

  /** StreamBase::Writev: buffers only, or chunk and encoding in turn. */
  writev(request: StreamRequest, chunks: readonly unknown[], allBuffers: boolean): number {
    const parts: Uint8Array[] = [];
    const step = allBuffers ? 1 : 2;
    for (let index = 0; index < chunks.length; index += step) {
      const chunk = chunks[index];
      parts.push(
        typeof chunk === 'string' ? encodeString(chunk, String(chunks[index + 1])) : plainView(chunk as Uint8Array),
      );
    }
    // One write of everything: whoever reads at the other end may not see the cuts, and a ring takes one copy less.
    return this.#write(request, joinBytes(parts));
  }

  /** A write from native code: whether it is done, or `done` comes in a loop task; else a negative errno. */
  send(parts: readonly Uint8Array[], done: Done): 'done' | 'later' | number {
    const bytes = joinBytes(parts);
    const taken = this.tryWrite(bytes);
    if (taken < 0) return taken;
    this.#bytesWritten += bytes.length;
    // Streams made of other streams report the end of every write, even one that was taken whole.
    if (taken === bytes.length && !this.queuesOnly) return 'done';
    const release = this.#hold();
    const finish = (status: number): void => {
      release();
      done(status);
    };
    // Nothing is taken yet, so the parts may still go down as they were cut; else only the rest is known.
    if (taken === 0) this.writePartsLater(parts, finish);
    else this.writeLater(bytes.subarray(taken), finish);
    return 'later';
  }

  /** `writeLater` for streams to whom it matters how the bytes were cut. */
  protected writePartsLater(parts: readonly Uint8Array[], done: Done): void {
    this.writeLater(joinBytes(parts), done);
  }

  /**
   * True for streams made of other streams: they only ever queue, even a write
   * of nothing, and what waits there keeps no process alive.
   */
  protected get queuesOnly(): boolean {
    return false;
  }

  /** How many bytes a read may deliver, where the program gave a buffer of its own. */
  protected get readLimit(): number {
    return this.#listener === null && this.#userBuffer !== null ? this.#userBuffer.length : Number.POSITIVE_INFINITY;
  }

  /** Hands bytes up; from within a loop task. EmitToJSStreamListener / CustomBufferJSListener. */
  protected emitData(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytesRead += bytes.length;
    if (this.#listener !== null) {
      this.#listener.onData(bytes);
      return;
    }
    const state = streamStateOf(this.realm);
    // The count lies in shared memory and not among the arguments: a call with one argument less per read.
    state[StreamState.readBytesOrError] = bytes.length;
    if (this.#userBuffer !== null) {
      this.#userBuffer.set(bytes);
      const next = this.#callOnread(undefined);
      if (next instanceof Uint8Array) this.#userBuffer = plainView(next as Uint8Array<ArrayBuffer>);
      return;
    }
    // lib makes its Buffer over `bytes.buffer` from there on: no copy.
    state[StreamState.arrayBufferOffset] = bytes.byteOffset;
    this.#callOnread(bytes.buffer);
  }

  protected emitEnd(status: number): void {
    if (this.#listener?.onEnd !== undefined) {
      this.#listener.onEnd(status);
      return;
    }
    this.passEnd(status);
  }

  /** For a listener that has seen the end: the handle's own `onread` is told, too. */
  passEnd(status: number): void {
    streamStateOf(this.realm)[StreamState.readBytesOrError] = status;
    this.#callOnread(undefined);
  }

  #callOnread(buffer: ArrayBuffer | undefined): unknown {
    return typeof this.#onread === 'function' ? AsyncWrap.callMethod(this, 'onread', buffer) : undefined;
  }

  #write(request: StreamRequest, bytes: Uint8Array): number {
    const state = streamStateOf(this.realm);
    // lib reads both fields right after the call: whether to wait for `oncomplete` or to call back by itself.
    state[StreamState.bytesWritten] = bytes.length;
    state[StreamState.lastWriteWasAsync] = 0;
    const taken = this.tryWrite(bytes);
    if (taken < 0) return taken;
    this.#bytesWritten += bytes.length;
    if (taken === bytes.length && !this.queuesOnly) return 0;
    state[StreamState.lastWriteWasAsync] = 1;
    this.writeLater(bytes.subarray(taken), this.#completion(request).done);
    return 0;
  }

  /** The request keeps the loop alive until its callback has run, whatever the handle does. */
  #completion(request: StreamRequest): { done: Done; abandon: () => void } {
    const context = new CallbackContext(this.realm, { object: request, provider: providerOf(request) });
    const release = this.#hold();
    const done = (status: number): void => {
      release();
      context.callMethod(request, 'oncomplete', status, this, undefined);
      context.end();
    };
    return { done, abandon: release };
  }

  #hold(): () => void {
    if (this.queuesOnly) return () => undefined;
    const hold = this.realm.loop.hold();
    return () => hold.release();
  }

  /** Sends `handle` to whoever reads what is written next: 0 or a negative errno. Only pipes between processes can. */
  protected sendHandle(_handle: unknown): number {
    return Errno.ENOTSUP;
  }

  #sendAlong(request: StreamRequest, sent: unknown): number {
    const errno = sent ? this.sendHandle(sent) : 0;
    // lib's ErrnoException shows `request.error` behind the name of the errno.
    if (errno < 0)
      request.error = 'Cannot send the handle to another process: only sockets, pipes and their listeners travel';
    return errno;
  }
}

/** The bytes of a Buffer without Buffer's own methods (`slice` of a Buffer is a view, `indexOf` recurses). */
export function plainView<B extends ArrayBufferLike>(view: ArrayBufferView<B>): Uint8Array<B> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
