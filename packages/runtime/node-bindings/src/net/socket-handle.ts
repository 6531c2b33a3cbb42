import { Errno } from '@slipway/posix';
import { type BindOptions, type ChannelEnd, type Parcel, Ring } from '@slipway/kernel';
import type { Foreign, Realm } from '../realm/realm.ts';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { connectRequest } from './connect-request.ts';
import { explainStart } from './explain-unreachable.ts';
import { kernelMessagesOf, refuseAccepted } from '../handles/kernel-messages.ts';
import { RingStreamHandle } from './ring-stream-handle.ts';

/** Where a connection goes: for TCP a name or address, for Unix sockets `unix:` and the path, port 0. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Where this side was bound before it connected (`localAddress`, `localPort`). */
  readonly from?: { readonly host: string; readonly port: number };
}

/** Both ends of a TCP connection; empty texts for sockets in the file system. */
export interface ConnectionNames {
  readonly local: string;
  readonly remote: string;
}

/**
 * What TCP sockets and sockets in the file system have in common: ConnectionWrap
 * of Node src/connection_wrap.cc.
 *
 *   fresh ──(bindAt)──listenAt──▶ listening
 *     └──connectTo──▶ connecting ──▶ connected
 *
 * Who listens where is the kernel's business; the bytes of a connection go
 * through the two rings the connecting side made, straight to the other process.
 */
export abstract class SocketHandle extends RingStreamHandle {
  /** The kernel's number of the place where it is bound, and perhaps listened on. */
  #listener: number | null = null;
  /** Connections are accepted: from `listenAt` until the handle closes. */
  #accepting = false;
  /** Settles the connect request that is under way. */
  #connecting: ((status: number) => void) | null = null;
  /** In the order in which they were added; each runs once. */
  readonly #cleanups: (() => void)[] = [];

  constructor(realm: Realm, provider?: string) {
    super(realm, provider);
  }

  protected get accepts(): boolean {
    return this.#accepting;
  }

  /** A fresh handle of lib's own class, for a connection that came in. */
  protected abstract makeAccepted(remotePort: number, names: ConnectionNames): SocketHandle;

  /** For whoever gets this handle from another process: what it must know to make the same of it. */
  protected abstract label(): Readonly<Record<string, unknown>>;

  /** The port that was bound without being listened on, or a negative errno. */
  protected bindAt(host: string, port: number, options: BindOptions = {}): number {
    if (this.stream !== undefined || this.#listener !== null) return Errno.EINVAL;
    const { kernel } = this.realm.sys;
    const listener = kernel.nextId();
    const answer = kernel.listen(listener, host, port, true, options);
    if (answer.errno < 0) return answer.errno;
    this.#holdListener(listener);
    return answer.port;
  }

  /** The port that is listened on from now, or a negative errno. The kernel answers at once. */
  protected listenAt(host: string, port: number, options: BindOptions = {}): number {
    if (this.stream !== undefined || this.#accepting) return Errno.EINVAL;
    const { kernel } = this.realm.sys;
    const listener = this.#listener ?? kernel.nextId();
    // Registered before the kernel is asked: the first connection may come right behind its answer.
    const stop = kernelMessagesOf(this.realm).on('accept', listener, ({ end, remotePort, addresses }) =>
      this.#accept(end, remotePort, addresses),
    );
    const answer = kernel.listen(listener, host, port, false, options);
    if (answer.errno < 0) {
      stop();
      return answer.errno;
    }
    this.onCleanup(stop);
    if (this.#listener === null) this.#holdListener(listener);
    this.#accepting = true;
    this.setListening(true);
    return answer.port;
  }

  /** What another process gets when this handle is sent to it (uv_write2), or a negative errno. */
  parcel(): Parcel | number {
    // A connected socket travels with its rings, a bound or listening one as the kernel's number.
    const end =
      this.stream?.end ??
      (this.#listener === null ? undefined : { kind: 'listener' as const, listener: this.#listener });
    return end === undefined ? Errno.EBADF : { end, label: this.label() };
  }

  /** Becomes what another process sent (uv_accept of a pending handle). */
  receive({ end }: Parcel): void {
    const { descriptors } = this.realm.sys;
    if (end.kind === 'listener') this.#holdListener(end.listener);
    // `adopt` makes this process a holder of the connection; the sender's close does not end it.
    else if (end.kind === 'channel') this.attach(descriptors.install(descriptors.adopt(end)));
  }

  /** 0 or a negative errno; after 0 the request's callback comes. `onOpen` runs before it. */
  protected connectTo(
    request: Foreign,
    { host, port, secure, from }: Endpoint,
    onOpen: (localPort: number, names: ConnectionNames) => void,
  ): number {
    if (this.stream !== undefined || this.#accepting) return Errno.EINVAL;
    const { kernel, descriptors } = this.realm.sys;
    // A port that was only bound is the connection's own from here on.
    if (this.#listener !== null) kernel.post({ type: 'unlisten', listener: this.#listener });
    this.#listener = null;
    // Made by the side that connects: the kernel hands them to the listener, the bytes never pass it.
    const rings = [Ring.allocate(), Ring.allocate()] as const;
    const channel = kernel.nextId();
    const connection = kernel.nextId();
    const finish = connectRequest(this.realm, this, request);
    this.#connecting = finish;
    const stop = kernelMessagesOf(this.realm).on('connected', connection, ({ errno, localPort, addresses, starts }) => {
      stop();
      // Closed meanwhile; `onCleanup` has told the kernel.
      if (this.#connecting !== finish) return;
      this.#connecting = null;
      if (errno === 0) {
        this.attach(
          descriptors.install(descriptors.adopt({ kind: 'channel', id: channel, side: 0, rings, as: 'tcp' })),
        );
        onOpen(localPort, addresses);
      }
      if (starts === true) explainStart(this.realm, port);
      finish(errno);
    });
    // Closed before the answer: the kernel must learn that nobody holds our side.
    this.onCleanup(() => {
      stop();
      if (this.#connecting === finish) kernel.post({ type: 'channel-close', id: channel, side: 0 });
    });
    kernel.post({
      type: 'connect',
      connection,
      host,
      port,
      channel,
      rings,
      secure,
      ...(from === undefined ? {} : { from }),
    });
    return 0;
  }

  /** Runs `cleanup` when the handle is closed, or at once never: a handle that is closed takes no more of them. */
  protected onCleanup(cleanup: () => void): void {
    this.#cleanups.push(cleanup);
  }

  protected override onClose(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#listener = null;
    const connecting = this.#connecting;
    this.#connecting = null;
    // uv__stream_destroy: a connect that is under way when its handle closes is cancelled.
    if (connecting !== null) this.realm.loop.enqueueUnref(() => connecting(Errno.ECANCELED));
    super.onClose();
  }

  #holdListener(listener: number): void {
    this.#listener = listener;
    this.onCleanup(() => this.realm.sys.kernel.post({ type: 'unlisten', listener }));
  }

  #accept(end: ChannelEnd, remotePort: number, names: ConnectionNames): void {
    // Accepted by the kernel before it knew that the listener had closed.
    if (!this.isOpen) return refuseAccepted(this.realm, end);
    const { descriptors } = this.realm.sys;
    const client = this.makeAccepted(remotePort, names);
    client.attach(descriptors.install(descriptors.adopt(end)));
    AsyncWrap.callMethod(this, 'onconnection', 0, client);
  }
}
