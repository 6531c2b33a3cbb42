import { UvErrno } from '../handles/uv-errno.ts';
import { Errno } from '@slipway/posix';
import { takeTtyEof, type StreamDescriptor } from '@slipway/kernel';
import type { Realm } from '../realm/realm.ts';
import { StreamBase, type Done } from '../handles/stream-base.ts';
import { whenSettled } from '../realm/when-settled.ts';

/** Bytes that libuv reads at once (64 KiB). */
const CHUNK_BYTES = 64 * 1024;

/** What is still to be written of one write, and whom to tell. */
interface PendingWrite {
  rest: Uint8Array;
  readonly done: Done;
}

/**
 * A stream over the two rings of a descriptor: pipes, sockets, terminals.
 * Reference: Node src/stream_wrap.cc over libuv's uv_stream_t.
 *
 * Reading takes one chunk per task of the loop, so timers and other handles
 * are never starved; writing puts in what fits at once and the rest when the
 * other side has made room. Nothing here blocks, except where `setBlocking`
 * asked for it (terminals).
 */
export abstract class RingStreamHandle extends StreamBase {
  #fd = -1;
  #stream: StreamDescriptor | null = null;
  #reading = false;
  /** A task or a wait is on its way to read: at most one. */
  #readPumping = false;
  /** End or reset was told; nothing is read any more. */
  #sawEnd = false;
  /** ^D was taken out of the terminal's page and is still to be told. */
  #typedEnd = false;
  #listening = false;
  #blocking = false;
  #writePumping = false;
  /** shutdown(2) was called: writing is EPIPE from here on, also to what is queued. */
  #outputShut = false;
  readonly #writes: PendingWrite[] = [];
  #pendingShutdown: Done | null = null;

  constructor(realm: Realm, provider?: string) {
    super(realm, provider);
  }

  get fd(): number {
    return this.#fd;
  }

  override get writeQueueSize(): number {
    return this.#writes.reduce((sum, write) => sum + write.rest.length, 0);
  }

  /** LibuvStreamWrap::SetBlocking: writes then wait in Atomics.wait until the ring has taken all. */
  setBlocking(blocking: boolean): number {
    this.#blocking = blocking;
    return 0;
  }

  /** The descriptor this handle stands on; `undefined` before `attach`. */
  get stream(): StreamDescriptor | undefined {
    return this.#stream ?? undefined;
  }

  /** Takes over descriptor `fd`: closing the handle closes it. */
  attach(fd: number): number {
    const descriptor = this.realm.sys.descriptors.get(fd);
    if (descriptor === undefined) return Errno.EBADF;
    if (descriptor.kind !== 'stream') return Errno.EINVAL;
    this.#fd = fd;
    this.#stream = descriptor;
    this.setOpened();
    return 0;
  }

  startReading(): number {
    const input = this.#stream?.input;
    if (!this.isOpen) return Errno.EBADF;
    // One-way pipes have no ring in the other direction.
    if (!input) return Errno.ENOTCONN;
    this.#reading = true;
    this.#updateActive();
    this.#pumpRead();
    return 0;
  }

  stopReading(): number {
    this.#reading = false;
    this.#updateActive();
    return 0;
  }

  tryWrite(bytes: Uint8Array): number {
    const output = this.#stream?.output;
    if (!this.isOpen || !output) return Errno.EBADF;
    if (this.#outputShut || output.broken) return Errno.EPIPE;
    // Nothing may overtake what waits.
    if (this.#writes.length > 0) return 0;
    let taken = output.writeSome(bytes);
    // Terminals write before they go on, so that output is complete when the process ends.
    while (this.#blocking && taken < bytes.length) {
      output.waitWritable();
      if (output.broken) return Errno.EPIPE;
      taken += output.writeSome(bytes.subarray(taken));
    }
    return taken;
  }

  writeLater(bytes: Uint8Array, done: Done): void {
    this.#writes.push({ rest: bytes, done });
    this.#pumpWrite();
  }

  shutdownLater(done: Done): number {
    if (!this.isOpen || !this.#stream?.output) return Errno.ENOTCONN;
    if (this.#outputShut) return Errno.ENOTCONN;
    if (this.#writes.length > 0) this.#pendingShutdown = done;
    else this.#finishShutdown(done);
    return 0;
  }

  /** A listening handle is active without reading. */
  protected setListening(listening: boolean): void {
    this.#listening = listening;
    this.#updateActive();
  }

  protected override onClose(): void {
    this.#reading = false;
    const abandoned = this.#writes.splice(0).map((write) => write.done);
    if (this.#pendingShutdown !== null) abandoned.push(this.#pendingShutdown);
    this.#pendingShutdown = null;
    // In tasks of their own: the request objects are lib's, and it is in the middle of close.
    for (const done of abandoned) this.realm.loop.enqueueUnref(() => done(Errno.ECANCELED));
    if (this.#fd >= 0) this.realm.sys.descriptors.close(this.#fd);
    this.#fd = -1;
    this.#stream = null;
  }

  /** False when something must come before the bytes that are there; `readOn` then continues. */
  protected mayHandUp(): boolean {
    return true;
  }

  protected readOn(): void {
    this.#pumpRead();
  }

  /** The other side ended it by an error, which the reader is about to hear of. */
  protected wasBrokenOff(_errno: number): void {
    // Of interest to sockets alone.
  }

  #updateActive(): void {
    this.setActive(this.#reading || this.#listening);
  }

  #pumpRead(): void {
    const input = this.#stream?.input;
    if (!input || this.#readPumping || this.#sawEnd) return;
    this.#readPumping = true;
    // Unreferenced: what keeps the loop alive is the active handle, and one that nobody references must not.
    const take = (): void => this.realm.loop.enqueueUnref(() => this.#readChunk());
    // Taken before looking at the counters: ^D leaves a mark beside the ring and then wakes its readers.
    const event = input.whenReadable();
    if (event === undefined || this.#takeTypedEnd()) take();
    else this.#then(event, take);
  }

  #readChunk(): void {
    this.#readPumping = false;
    const input = this.#stream?.input;
    if (!this.#reading || !input) return;
    const reset = input.wasReset;
    // Not more than there is: the array fits, and a timer or another handle comes next.
    const count = reset ? 0 : Math.min(input.available, CHUNK_BYTES, this.readLimit);
    if (count > 0) {
      // Whoever has to come first calls `readOn`.
      if (!this.mayHandUp()) return;
      const bytes = new Uint8Array(count);
      const taken = input.readSome(bytes);
      // Re-armed before the callback, which may stop reading or throw.
      this.#pumpRead();
      if (taken > 0) this.emitData(taken === count ? bytes : bytes.slice(0, taken));
      return;
    }
    if (this.#takeTypedEnd()) this.#typedEnd = false;
    else if (reset || input.ended) this.#sawEnd = true;
    else {
      this.#pumpRead();
      return;
    }
    // uv__stream_eof: the handle stops reading by itself.
    this.#reading = false;
    this.#updateActive();
    if (reset) this.wasBrokenOff(input.resetError);
    this.emitEnd(reset ? input.resetError : UvErrno.EOF);
  }

  /** ^D on an empty line of a terminal: one end of file, after which reading may start again. */
  #takeTypedEnd(): boolean {
    const tty = this.#stream?.end.tty;
    if (tty !== undefined && !this.#typedEnd) this.#typedEnd = takeTtyEof(tty);
    return this.#typedEnd;
  }

  #then(event: Promise<unknown>, task: () => void): void {
    whenSettled(this.realm.host.promiseThen, event, task, task);
  }

  #pumpWrite(): void {
    const output = this.#stream?.output;
    if (!output || this.#writePumping || this.#writes.length === 0) return;
    this.#writePumping = true;
    const put = (): void => this.realm.loop.enqueueUnref(() => this.#writeChunk());
    const event = output.whenWritable();
    // `undefined`: there is room already, nothing to wait for.
    if (event === undefined) put();
    else this.#then(event, put);
  }

  #writeChunk(): void {
    this.#writePumping = false;
    const output = this.#stream?.output;
    const write = this.#writes[0];
    if (!output || write === undefined) return;
    const broken = output.broken;
    if (!broken) write.rest = write.rest.subarray(output.writeSome(write.rest));
    const finished = broken || write.rest.length === 0;
    if (finished) this.#writes.shift();
    // Before `done`, which may write again: the order of the queue stays.
    this.#pumpWrite();
    if (finished && this.#writes.length === 0 && this.#pendingShutdown !== null) {
      this.#finishShutdown(this.#pendingShutdown);
      this.#pendingShutdown = null;
    }
    if (finished) write.done(broken ? Errno.EPIPE : 0);
  }

  #finishShutdown(done: Done): void {
    this.#outputShut = true;
    // shutdown(2) acts on the connection, not on this holder of it. A terminal
    // has no direction to shut.
    if (this.#stream?.end.as !== 'tty') this.#stream?.output?.closeWriters();
    this.realm.loop.enqueueUnref(() => done(0));
  }
}
