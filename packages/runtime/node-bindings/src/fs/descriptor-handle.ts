import { Errno } from '@slipway/posix';
import { handleClone } from '../handles/message-value.ts';
import { StreamBase } from '../handles/stream-base.ts';
import type { Realm } from '../realm/realm.ts';
import { whenSettled } from '../realm/when-settled.ts';
import type { FsContext } from './fs-context.ts';
import { done, Failure, Pending } from './outcome.ts';
import { readInto } from './transfer.ts';

/** Bytes that a stream reads at once, as FileHandle::ReadStart's buffer. */
const CHUNK_BYTES = 64 * 1024;
const UV_EOF = -4095;
/** DEP0137, word for word. */
const DEPRECATION =
  'Closing a FileHandle object on garbage collection is deprecated. ' +
  'Please close FileHandle objects explicitly using FileHandle.prototype.close(). ' +
  'In the future, an error will be thrown if a file descriptor is closed during garbage collection.';

/**
 * The descriptor apart from its handle, so that it outlives it when the handle is collected: the registry must not
 * hold what it waits for.
 */
export interface Holding {
  fd: number;
  state: 'open' | 'closing' | 'closed';
}

/** The number moves; `threadId` tells which thread had it open. */
export interface MovedFile {
  readonly fd: number;
  readonly threadId: number;
}

/** The number by which messages name a thread; 0 is the main thread. */
export function ownThreadId(realm: Realm): number {
  return realm.sys.start.thread?.threadId ?? 0;
}

/** Closes the descriptor of a handle that nobody closed, and says so (FileHandle::~FileHandle). */
export function closeWhenCollected(context: FsContext): FinalizationRegistry<Holding> {
  // A released or moved descriptor has state 'closed' and stays open under somebody else.
  return new FinalizationRegistry<Holding>((holding) => {
    if (holding.state !== 'open') return;
    holding.state = 'closed';
    const { fd } = holding;
    context.sys.descriptors.close(fd);
    context.realm.loop.enqueueUnref(() => {
      context.realm.process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
      context.realm.process.emitWarning(DEPRECATION, 'DeprecationWarning', 'DEP0137');
    });
  });
}

/**
 * node::fs::FileHandle: a descriptor that closes itself.
 *
 *   open ──close()──▶ closing ──(a task later)──▶ closed
 *     └──closeSync(), releaseFD(), collection──────▶┘
 *
 * As a stream (http2's respondWithFD) it reads from `offset` to the end or
 * `length` bytes; it does not write.
 */
export class DescriptorHandle extends StreamBase {
  readonly #context: FsContext;
  readonly #collected: FinalizationRegistry<Holding>;
  readonly #holding: Holding;
  /** Where the next read begins; `null` is where the descriptor stands. */
  #offset: number | null;
  /** Bytes the stream may still deliver. */
  #left: number;
  #reading = false;
  /** A task or a wait is on its way: `readStart` twice must not read twice. */
  #busy = false;

  constructor(
    context: FsContext,
    collected: FinalizationRegistry<Holding>,
    fd: number,
    offset: number | undefined,
    length: number | undefined,
  ) {
    super(context.realm);
    this.#context = context;
    this.#collected = collected;
    this.#holding = { fd, state: 'open' };
    this.#offset = typeof offset === 'number' && offset >= 0 ? offset : null;
    this.#left = typeof length === 'number' && length >= 0 ? length : Number.POSITIVE_INFINITY;
    // The handle is its own unregister token.
    this.#collected.register(this, this.#holding, this);
  }

  /** FileHandle::GetFD; EINVAL's number once closed. */
  get fd(): number {
    return this.#holding.state === 'closed' ? Errno.EINVAL : this.#holding.fd;
  }

  /** FileHandle::ReadStart: 0, or UV_EOF where there is no file any more. Reads keep the loop alive. */
  startReading(): number {
    // A closed handle as a stream is at its end, not in error.
    if (this.#holding.state !== 'open') return UV_EOF;
    this.#reading = true;
    this.#readOn();
    return 0;
  }

  stopReading(): number {
    this.#reading = false;
    return 0;
  }

  /** FileHandle::DoTryWrite and DoShutdown refuse in C++, too: writing goes by fs.write on the descriptor. */
  tryWrite(): number {
    return Errno.ENOSYS;
  }

  writeLater(): void {
    throw new Error('Cannot write to a FileHandle as a stream: it only reads');
  }

  shutdownLater(): number {
    return Errno.ENOSYS;
  }

  protected override onClose(): void {
    this.#end();
  }

  /** FileHandle::Close: a promise; rejects with EBADF where the handle was closed or given away before. */
  override close(): unknown {
    // Also while it is closing: lib keeps the promise of the first close and does not come twice.
    if (this.#holding.state !== 'open')
      return Promise.reject(this.#context.requests.error(new Failure(Errno.EBADF, 'close')));
    this.#holding.state = 'closing';
    // Later, as a request of the thread pool: reads that were asked for before are done by then.
    return this.#context.requests.run(this.#context.requests.usePromises, () => {
      this.#end();
      return done(this.#context.sys.descriptors.close(this.#holding.fd), 'close');
    });
  }

  closeSync(): void {
    if (this.#holding.state !== 'open') return;
    // State first: a close that fails does not leave the number to be closed again,
    // it may be another file's by then.
    this.#end();
    this.#context.requests.now(() => done(this.#context.sys.descriptors.close(this.#holding.fd), 'close'));
  }

  /** FileHandle::ReleaseFD: gives the descriptor up without closing it; whoever gets the number must close it. */
  releaseFD(): number {
    if (this.#holding.state !== 'open') return Errno.EBADF;
    this.#end();
    return this.#holding.fd;
  }

  /** FileHandle::TransferForMessaging: the descriptor moves, unclosed. */
  [handleClone](): { binding: string; data: MovedFile } {
    // A plain Error here; the caller makes a DataCloneError of what is not cloned.
    if (this.#holding.state !== 'open') throw new Error('Cannot transfer FileHandle: it is closed');
    this.#end();
    return { binding: 'fs', data: { fd: this.#holding.fd, threadId: ownThreadId(this.realm) } };
  }

  #end(): void {
    this.#holding.state = 'closed';
    this.#reading = false;
    this.#collected.unregister(this);
  }

  /** One chunk per task of the loop, asked for before the last one is handed up. */
  #readOn(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.realm.loop.enqueue(() => this.#readChunk());
  }

  #readChunk(): void {
    this.#busy = false;
    if (!this.#reading) return;
    // A new array for each chunk: lib makes its Buffer over it and keeps it.
    const bytes = new Uint8Array(Math.min(CHUNK_BYTES, this.#left));
    // `length` bytes are out: that is the end, and the file is not asked.
    const result = bytes.length === 0 ? 0 : readInto(this.#context, this.#holding.fd, bytes, this.#offset, false);
    if (result instanceof Pending) {
      this.#busy = true;
      const again = (): void => this.realm.loop.enqueue(() => this.#readChunk());
      whenSettled(this.realm.host.promiseThen, this.realm.loop.track(result.ready), again, again);
      return;
    }
    if (typeof result !== 'number' || result === 0) {
      this.#reading = false;
      this.emitEnd(result instanceof Failure ? result.errno : UV_EOF);
      return;
    }
    // pread(2) does not move the descriptor; without an offset read(2) does.
    if (this.#offset !== null) this.#offset += result;
    this.#left -= result;
    // Before emitData: the reader may stop reading in it, which the next task then sees.
    this.#readOn();
    // Short reads are cut down, or a small file would keep 64 KiB alive as long as its Buffer.
    this.emitData(result === bytes.length ? bytes : bytes.slice(0, result));
  }
}
