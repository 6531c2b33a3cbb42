import { StreamBase } from '../net/stream-base.ts';
import { handleClone, handleRevive } from '../processes/message-value.ts';
import type { Foreign } from '../realm.ts';
import { openDescriptor } from './descriptor-operations.ts';
import { Errno } from './errno.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, done, Pending } from './outcome.ts';
import { readInto } from './transfer.ts';

/** What a stream reads at once. */
const CHUNK_BYTES = 64 * 1024;
const UV_EOF = -4095;

/** The descriptor apart from its handle, so that it outlives it when the handle is collected. */
interface Holding {
  fd: number;
  state: 'open' | 'closing' | 'closed';
}

/** A FileHandle on its way through a port. */
interface MovedFile {
  readonly fd: number;
  readonly threadId: number;
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
export function createFileHandleClass(context: FsContext): { FileHandle: Foreign; openFileHandle: Foreign; [handleRevive]: Foreign } {
  const { realm, requests, paths } = context;

  const collected = new FinalizationRegistry<Holding>((holding) => {
    if (holding.state !== 'open') return;
    holding.state = 'closed';
    const { fd } = holding;
    context.sys.descriptors.close(fd);
    realm.loop.enqueueUnref(() => {
      realm.process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
      realm.process.emitWarning(
        'Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects explicitly using '
        + 'FileHandle.prototype.close(). In the future, an error will be thrown if a file descriptor is closed during garbage collection.',
        'DeprecationWarning', 'DEP0137');
    });
  });

  const ownThreadId = (): number => realm.sys.start.thread?.threadId ?? 0;

  class FileHandle extends StreamBase {
    readonly #holding: Holding;
    /** Where the next read begins; `null` is where the descriptor stands. */
    #offset: number | null;
    #left: number;
    #reading = false;
    #busy = false;

    constructor(fd: number, offset?: number, length?: number) {
      super(realm);
      this.#holding = { fd, state: 'open' };
      this.#offset = typeof offset === 'number' && offset >= 0 ? offset : null;
      this.#left = typeof length === 'number' && length >= 0 ? length : Number.POSITIVE_INFINITY;
      collected.register(this, this.#holding, this);
    }

    get fd(): number {
      return this.#holding.state === 'closed' ? Errno.EINVAL : this.#holding.fd;
    }

    /** FileHandle::ReadStart */
    startReading(): number {
      if (this.#holding.state !== 'open') return UV_EOF;
      this.#reading = true;
      this.#readOn();
      return 0;
    }

    stopReading(): number {
      this.#reading = false;
      return 0;
    }

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

    /** FileHandle::Close */
    override close(): unknown {
      if (this.#holding.state !== 'open') return Promise.reject(requests.error(new Failure(Errno.EBADF, 'close')));
      this.#holding.state = 'closing';
      return requests.run(requests.usePromises, () => {
        this.#end();
        return done(context.sys.descriptors.close(this.#holding.fd), 'close');
      });
    }

    closeSync(): void {
      if (this.#holding.state !== 'open') return;
      this.#end();
      requests.now(() => done(context.sys.descriptors.close(this.#holding.fd), 'close'));
    }

    /** Gives the descriptor up without closing it. */
    releaseFD(): number {
      if (this.#holding.state !== 'open') return Errno.EBADF;
      this.#end();
      return this.#holding.fd;
    }

    /** FileHandle::TransferForMessaging: the descriptor moves, unclosed. */
    [handleClone](): { binding: string; data: MovedFile } {
      if (this.#holding.state !== 'open') throw new Error('Cannot transfer FileHandle: it is closed');
      this.#end();
      return { binding: 'fs', data: { fd: this.#holding.fd, threadId: ownThreadId() } };
    }

    #end(): void {
      this.#holding.state = 'closed';
      this.#reading = false;
      collected.unregister(this);
    }

    /** One chunk per task of the loop. */
    #readOn(): void {
      if (this.#busy) return;
      this.#busy = true;
      realm.loop.enqueue(() => this.#readChunk());
    }

    #readChunk(): void {
      this.#busy = false;
      if (!this.#reading) return;
      const bytes = new Uint8Array(Math.min(CHUNK_BYTES, this.#left));
      const result = bytes.length === 0 ? 0 : readInto(context, this.#holding.fd, bytes, this.#offset, false);
      if (result instanceof Pending) {
        this.#busy = true;
        void realm.loop.track(result.ready).then(() => realm.loop.enqueue(() => this.#readChunk()));
        return;
      }
      if (typeof result !== 'number' || result === 0) {
        this.#reading = false;
        this.emitEnd(result instanceof Failure ? result.errno : UV_EOF);
        return;
      }
      if (this.#offset !== null) this.#offset += result;
      this.#left -= result;
      this.#readOn();
      this.emitData(result === bytes.length ? bytes : bytes.slice(0, result));
    }
  }

  return {
    FileHandle,
    [handleRevive]({ fd, threadId }: MovedFile): unknown {
      if (threadId !== ownThreadId()) throw new Error('Cannot receive a FileHandle of another thread: descriptors belong to one worker here');
      return new FileHandle(fd);
    },
    openFileHandle(path: unknown, flags: number, mode: number, request?: Foreign) {
      const text = paths.text(path);
      return requests.run(request, () => {
        const fd = openDescriptor(context, text, flags, mode);
        return fd < 0 ? new Failure(fd, 'open', text) : new FileHandle(fd);
      });
    },
  };
}
