import { Errno, FileMode } from '@slipway/posix';
import type { Parcel } from '@slipway/kernel';
import type { Foreign, Realm } from '../realm/realm.ts';
import { connectRequest } from './connect-request.ts';
import { kernelMessagesOf } from '../handles/kernel-messages.ts';
import { SocketHandle } from './socket-handle.ts';

/** PipeWrap::SocketType and what `fchmod` takes, as `pipe_wrap.constants`. */
export const PipeConstants = { SOCKET: 0, SERVER: 1, IPC: 2, UV_READABLE: 1, UV_WRITABLE: 2 } as const;

/** sun_path of a sockaddr_un holds 107 bytes and a zero. */
const MOST_PATH_BYTES = 107;

/** S_IWUSR. There is one user, so the owner's bit decides for everybody who connects. */
const OWNER_WRITES = 0o200;

/**
 * A Unix socket, a pipe or the channel to a child. Reference: PipeWrap in Node src/pipe_wrap.cc.
 *
 * Pipes are what a child's stdio and IPC channels are made of, and sockets in
 * the file system. There only the name of one stands; the kernel knows who
 * listens at its path.
 */
export abstract class PipeHandle extends SocketHandle {
  /** Where it is bound: the kernel's name of it. */
  #host: string | null = null;
  /** The absolute path of that, where it has one. */
  #path: string | null = null;

  readonly #carriesHandles: boolean;
  /**
   * How many handles were taken out of the channel. The ring counts what the other side has passed; these two
   * numbers tell whether one is still to be fetched.
   */
  #taken = 0;
  /** While one of them is on its way: how to stop listening for it. */
  #awaiting: (() => void) | null = null;
  /** LibuvStreamWrap::OnUvRead leaves here what came with the bytes; lib takes it away. */
  declare pendingHandle: unknown;

  constructor(realm: Realm, type: number) {
    super(realm, type === PipeConstants.SERVER ? 'PIPESERVERWRAP' : 'PIPEWRAP');
    this.#carriesHandles = type === PipeConstants.IPC;
  }

  /** PipeWrap::Open: takes over a descriptor of the process; 0, EBADF, or EINVAL for what is no stream. */
  open(fd: number): number {
    return this.attach(fd);
  }

  /** PipeWrap::Bind: makes the file of the socket (or takes an abstract name, `\0…`); EADDRINUSE where it exists. */
  bind(path: string): number {
    // bind(2): EINVAL for a socket that has a name already, or is connected.
    if (this.#host !== null || this.stream !== undefined) return Errno.EINVAL;
    if (!fits(path)) return Errno.EINVAL;
    const { fs } = this.realm.sys;
    // A name in Linux's abstract namespace: no file, and gone with the socket.
    if (path.startsWith('\0')) {
      this.#host = `unix:${path}`;
      return 0;
    }
    const absolute = this.realm.sys.absolute(path);
    const errno = fs.mknod(absolute, FileMode.socket | (0o777 & ~this.realm.sys.umask()));
    if (errno === Errno.EEXIST) return Errno.EADDRINUSE;
    // uv_pipe_bind: a folder that is not there is told as EACCES.
    if (errno < 0) return errno === Errno.ENOENT ? Errno.EACCES : errno;
    this.#host = hostOf(this.realm, absolute);
    this.#path = absolute;
    // uv_pipe closes by removing the file it made.
    this.onCleanup(() => {
      fs.unlink(absolute);
    });
    return 0;
  }

  /** PipeWrap::Listen; the backlog means nothing, the kernel accepts at once. */
  listen(): number {
    if (this.#host === null) return Errno.EINVAL;
    return Math.min(0, this.listenAt(this.#host, 0));
  }

  /** PipeWrap::Connect: a path that is too long fails now, everything else in the request's callback. */
  connect(request: Foreign, path: string): number {
    if (!fits(path)) return Errno.EINVAL;
    const absolute = this.realm.sys.absolute(path);
    const errno = path.startsWith('\0') ? 0 : mayConnect(this.realm, absolute);
    // As uv_pipe_connect: the call succeeds, its request fails.
    if (errno < 0) {
      const finish = connectRequest(this.realm, this, request);
      this.realm.loop.enqueueUnref(() => finish(errno));
      return 0;
    }
    return this.connectTo(
      request,
      { host: path.startsWith('\0') ? `unix:${path}` : hostOf(this.realm, absolute), port: 0, secure: false },
      () => undefined,
    );
  }

  /** PipeWrap::Fchmod: whom else the socket in the file system is for. */
  fchmod(mode: number): number {
    // Without a file there is nothing whose mode could change; Node says so only for an unopened handle.
    if (this.#path === null) return this.stream === undefined && this.#host === null ? Errno.EBADF : 0;
    const { fs } = this.realm.sys;
    const ino = fs.lookup(this.#path, true);
    const found = ino < 0 ? ino : fs.stat(ino);
    if (typeof found === 'number') return found;
    const bits =
      ((mode & PipeConstants.UV_READABLE) !== 0 ? 0o444 : 0) | ((mode & PipeConstants.UV_WRITABLE) !== 0 ? 0o222 : 0);
    return Math.min(0, fs.chmod(ino, (found.mode & 0o7777) | bits));
  }

  /** Another of the class that the binding gives out. */
  protected abstract makeFresh(): SocketHandle;

  protected override makeAccepted(): SocketHandle {
    return this.makeFresh();
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
    // Before the bytes are written: the reader counts on finding it when they arrive.
    return this.stream === undefined ? Errno.EBADF : this.realm.sys.kernel.pass(this.stream.end, parcel);
  }

  /** What was sent along with the bytes must be here when they are handed up. */
  protected override mayHandUp(): boolean {
    const { stream } = this;
    if (!this.#carriesHandles || !stream?.input || stream.input.passed === this.#taken || this.pendingHandle)
      return true;
    if (this.#awaiting !== null) return false;
    const { id, side } = stream.end;
    this.#awaiting = kernelMessagesOf(this.realm).on('passed', id, ({ parcel }) => {
      this.#stopAwaiting();
      this.#taken++;
      // null: the sender closed it meanwhile, or ended; the bytes come without it.
      if (parcel !== null) this.pendingHandle = this.#handleOf(parcel);
      this.readOn();
    });
    this.realm.sys.kernel.post({ type: 'take-passed', channel: id, side });
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

  /** The handle that came along with a message (LibuvStreamWrap::AcceptHandle). */
  #handleOf(parcel: Parcel): SocketHandle {
    // By the binding of this realm, so that lib finds its own class and prototype.
    const { TCP } = this.realm.internalBinding('tcp_wrap') as { TCP: new (type: number) => SocketHandle };
    const handle = (parcel.label as { type: string }).type === 'TCP' ? new TCP(PipeConstants.SOCKET) : this.makeFresh();
    handle.receive(parcel);
    return handle;
  }
}

/** One name for a socket, whatever links lead to it. */
function hostOf(realm: Realm, absolute: string): string {
  const real = realm.sys.fs.realpath(absolute);
  return `unix:${typeof real === 'string' ? real : absolute}`;
}

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
