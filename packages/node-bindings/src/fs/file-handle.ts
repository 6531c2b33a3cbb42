import { AsyncWrap } from '../net/async-wrap.ts';
import { handleClone, handleRevive } from '../processes/message-value.ts';
import type { Foreign } from '../realm.ts';
import { openDescriptor } from './descriptor-operations.ts';
import { Errno } from './errno.ts';
import type { FsContext } from './fs-context.ts';
import { Failure, done } from './outcome.ts';

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
 * Its stream side (http2's respondWithFD) is not here and refuses.
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

  const refuse = (member: string) => (): never => {
    throw new Error(`Cannot call FileHandle.${member}: Slipway does not stream from a file handle inside the runtime`);
  };

  class FileHandle extends AsyncWrap {
    readonly #holding: Holding;

    constructor(fd: number) {
      super(realm);
      this.#holding = { fd, state: 'open' };
      collected.register(this, this.#holding, this);
    }

    get fd(): number {
      return this.#holding.state === 'closed' ? Errno.EINVAL : this.#holding.fd;
    }

    get bytesRead(): number {
      return 0;
    }

    get bytesWritten(): number {
      return 0;
    }

    get isStreamBase(): boolean {
      return true;
    }

    /** FileHandle::Close */
    close(): unknown {
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
      collected.unregister(this);
    }
  }
  for (const member of ['readStart', 'readStop', 'shutdown', 'useUserBuffer', 'writev', 'writeBuffer', 'writeAsciiString', 'writeUtf8String', 'writeUcs2String', 'writeLatin1String']) {
    Object.defineProperty(FileHandle.prototype, member, { value: refuse(member), writable: true, configurable: true });
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
