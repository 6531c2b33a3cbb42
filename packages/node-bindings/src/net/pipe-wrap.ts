import type { Parcel } from '@slipway/kernel';
import type { BindingFactory, Foreign, Realm } from '../realm.ts';
import { connectRequest } from './connect-request.ts';
import { Errno } from './errno.ts';
import { kernelMessagesOf } from './kernel-messages.ts';
import { SocketHandle } from './socket-handle.ts';

export const PipeConstants = { SOCKET: 0, SERVER: 1, IPC: 2, UV_READABLE: 1, UV_WRITABLE: 2 } as const;

/** sun_path of a sockaddr_un holds 107 bytes and a zero. */
const MOST_PATH_BYTES = 107;

/**
 * internalBinding('pipe_wrap'). Reference: Node src/pipe_wrap.cc.
 *
 * Pipes are what a child's stdio and IPC channels are made of, and sockets in
 * the file system. There only the name of one stands; the kernel knows who
 * listens at its path.
 */
export const createPipeWrapBinding: BindingFactory = (realm) => {
  class Pipe extends SocketHandle {
    /** Where it is bound: the kernel's name of it. */
    #host: string | null = null;
    /** The absolute path of that, where it has one. */
    #path: string | null = null;

    readonly #carriesHandles: boolean;
    /** How many handles were taken out of the channel. */
    #taken = 0;
    /** While one of them is on its way: how to stop listening for it. */
    #awaiting: (() => void) | null = null;
    /** LibuvStreamWrap::OnUvRead leaves here what came with the bytes; lib takes it away. */
    declare pendingHandle: unknown;

    constructor(type: number = PipeConstants.SOCKET) {
      super(realm, type === PipeConstants.SERVER ? 'PIPESERVERWRAP' : 'PIPEWRAP');
      this.#carriesHandles = type === PipeConstants.IPC;
    }

    /** PipeWrap::Open */
    open(fd: number): number {
      return this.attach(fd);
    }

    /** PipeWrap::Bind */
    bind(path: string): number {
      if (this.#host !== null || this.stream !== undefined) return Errno.EINVAL;
      if (!fits(path)) return Errno.EINVAL;
      const { fs } = realm.sys;
      if (path.startsWith('\0')) {
        this.#host = `unix:${path}`;
        return 0;
      }
      const absolute = realm.sys.absolute(path);
      const errno = fs.mknod(absolute, S_IFSOCK | (0o777 & ~realm.sys.umask()));
      if (errno === EEXIST) return Errno.EADDRINUSE;
      // uv_pipe_bind: a folder that is not there is told as EACCES.
      if (errno < 0) return errno === Errno.ENOENT ? Errno.EACCES : errno;
      this.#host = hostOf(absolute);
      this.#path = absolute;
      this.onCleanup(() => void fs.unlink(absolute));
      return 0;
    }

    /** PipeWrap::Listen */
    listen(): number {
      if (this.#host === null) return Errno.EINVAL;
      return Math.min(0, this.listenAt(this.#host, 0));
    }

    /** PipeWrap::Connect */
    connect(request: Foreign, path: string): number {
      if (!fits(path)) return Errno.EINVAL;
      const absolute = realm.sys.absolute(path);
      const errno = path.startsWith('\0') ? 0 : mayConnect(realm, absolute);
      if (errno < 0) {
        const finish = connectRequest(realm, this, request);
        realm.loop.enqueueUnref(() => finish(errno));
        return 0;
      }
      return this.connectTo(request, { host: path.startsWith('\0') ? `unix:${path}` : hostOf(absolute), port: 0, secure: false }, () => undefined);
    }

    /** PipeWrap::Fchmod: whom else the socket in the file system is for. */
    fchmod(mode: number): number {
      if (this.#path === null) return this.stream === undefined && this.#host === null ? Errno.EBADF : 0;
      const { fs } = realm.sys;
      const ino = fs.lookup(this.#path, true);
      const found = ino < 0 ? ino : fs.stat(ino);
      if (typeof found === 'number') return found;
      const bits = ((mode & PipeConstants.UV_READABLE) !== 0 ? 0o444 : 0) | ((mode & PipeConstants.UV_WRITABLE) !== 0 ? 0o222 : 0);
      return Math.min(0, fs.chmod(ino, (found.mode & 0o7777) | bits));
    }

    protected override makeAccepted(): SocketHandle {
      return new Pipe();
    }

    protected override label(): Readonly<Record<string, unknown>> {
      return { type: 'Pipe', host: this.#host };
    }

    override receive(parcel: Parcel): void {
      super.receive(parcel);
      this.#host = (parcel.label as { host: string | null }).host;
    }

    protected override sendHandle(handle: unknown): number {
      if (!this.#carriesHandles || !(handle instanceof SocketHandle)) return Errno.ENOTSUP;
      const parcel = handle.parcel();
      if (typeof parcel === 'number') return parcel;
      return this.stream === undefined ? Errno.EBADF : realm.sys.kernel.pass(this.stream.end, parcel);
    }

    /** What was sent along with the bytes must be here when they are handed up. */
    protected override mayHandUp(): boolean {
      const { stream } = this;
      if (!this.#carriesHandles || !stream?.input || stream.input.passed === this.#taken || this.pendingHandle) return true;
      if (this.#awaiting !== null) return false;
      const { id, side } = stream.end;
      this.#awaiting = kernelMessagesOf(realm).on('passed', id, ({ parcel }) => {
        this.#stopAwaiting();
        this.#taken++;
        if (parcel !== null) this.pendingHandle = handleOf(parcel);
        this.readOn();
      });
      realm.sys.kernel.post({ type: 'take-passed', channel: id, side });
      return false;
    }

    protected override onClose(): void {
      this.#stopAwaiting();
      super.onClose();
    }

    #stopAwaiting(): void {
      this.#awaiting?.();
      this.#awaiting = null;
    }
  }

  const handleOf = (parcel: Parcel): SocketHandle => {
    const { TCP } = realm.internalBinding('tcp_wrap') as { TCP: new (type: number) => SocketHandle };
    const handle = (parcel.label as { type: string }).type === 'TCP' ? new TCP(PipeConstants.SOCKET) : new Pipe();
    handle.receive(parcel);
    return handle;
  };

  /** One name for a socket, whatever links lead to it. */
  const hostOf = (absolute: string): string => {
    const real = realm.sys.fs.realpath(absolute);
    return `unix:${typeof real === 'string' ? real : absolute}`;
  };

  class PipeConnectWrap {}
  return { Pipe, PipeConnectWrap, constants: { ...PipeConstants } };
};

const EEXIST = -17;
const S_IFSOCK = 0o140000;

function fits(path: string): boolean {
  return new TextEncoder().encode(path).length <= MOST_PATH_BYTES;
}

/** connect(2) needs the right to write to the socket. */
function mayConnect(realm: Realm, path: string): number {
  const { fs } = realm.sys;
  const ino = fs.lookup(path, true);
  const found = ino < 0 ? ino : fs.stat(ino);
  if (typeof found === 'number') return found;
  return (found.mode & OWNER_WRITES) === 0 ? Errno.EACCES : 0;
}

const OWNER_WRITES = 0o200;
