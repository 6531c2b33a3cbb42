import { isLoopback, Ring } from '@slipway/kernel';
import type { Foreign, Realm } from '../realm.ts';
import { AsyncWrap } from './async-wrap.ts';
import { connectRequest } from './connect-request.ts';
import { Errno } from './errno.ts';
import { hostNamesOf } from './host-names.ts';
import { kernelMessagesOf } from './kernel-messages.ts';
import { RingStreamHandle } from './ring-stream-handle.ts';

export interface Address {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly port: number;
}

/** UV_TCP_* and the constructor's argument, as `tcp_wrap.constants`. */
export const TcpConstants = { SOCKET: 0, SERVER: 1, UV_TCP_IPV6ONLY: 1, UV_TCP_REUSEPORT: 2 } as const;

/**
 * A TCP socket or listener. Reference: Node src/tcp_wrap.cc.
 *
 *   fresh ──bind──▶ bound ──listen──▶ listening
 *     └────────────connect──────────▶ connecting ──▶ connected
 *
 * Ports belong to the kernel; the bytes of a connection go through the two
 * rings the connecting side made, straight to the other process.
 */
export abstract class TcpHandle extends RingStreamHandle {
  #local: Address | null = null;
  #remote: Address | null = null;
  #secure: { serverName: string | null } | null = null;
  #listener: number | null = null;
  #connecting: ((status: number) => void) | null = null;
  readonly #cleanups: (() => void)[] = [];

  constructor(realm: Realm) {
    super(realm);
  }

  /** A fresh handle of lib's own class, for a connection that came in. */
  protected abstract makeAccepted(): TcpHandle;

  /** TCPWrap::Open: an inherited socket. */
  open(fd: number): number {
    return this.attach(fd);
  }

  bind(address: string, port: number): number {
    return this.#bind(address, port, 'IPv4');
  }

  bind6(address: string, port: number): number {
    return this.#bind(address, port, 'IPv6');
  }

  /** TCPWrap::Listen. The kernel answers at once, so a taken port is known here. */
  listen(): number {
    const { kernel } = this.realm.sys;
    const local = this.#local ?? { address: '0.0.0.0', family: 'IPv4', port: 0 };
    const listener = kernel.nextId();
    const stop = kernelMessagesOf(this.realm).on('accept', listener, ({ end, remotePort }) => this.#accept(end, remotePort));
    const answer = kernel.listen(listener, local.address, local.port);
    if (answer.errno < 0) {
      stop();
      return answer.errno;
    }
    this.#local = { ...local, port: answer.port };
    this.#listener = listener;
    this.#cleanups.push(stop, () => kernel.post({ type: 'unlisten', listener }));
    this.setListening(true);
    return 0;
  }

  connect(request: Foreign, address: string, port: number): number {
    return this.#connect(request, address, port, 'IPv4');
  }

  connect6(request: Foreign, address: string, port: number): number {
    return this.#connect(request, address, port, 'IPv6');
  }

  getsockname(out: Foreign): number {
    if (this.#local === null) return Errno.EBADF;
    Object.assign(out, this.#local);
    return 0;
  }

  getpeername(out: Foreign): number {
    if (this.#remote === null) return Errno.ENOTCONN;
    Object.assign(out, this.#remote);
    return 0;
  }

  // There is no wire under these rings: what tunes one is accepted and means nothing.
  setNoDelay(): number {
    return 0;
  }

  setKeepAlive(): number {
    return 0;
  }

  setSimultaneousAccepts(): number {
    return 0;
  }

  setTypeOfService(): number {
    return 0;
  }

  getTypeOfService(): number {
    return 0;
  }

  /** TCPWrap::Reset: the peer's next read fails with ECONNRESET. */
  reset(callback?: unknown): number {
    if (!this.isOpen) return Errno.EBADF;
    this.stream?.output?.resetWriters();
    this.close(callback);
    return 0;
  }

  /**
   * From here on bytes are meant for a TLS peer: TLS itself is spoken outside
   * the worker. Has an effect only before `connect`.
   */
  markSecure(serverName: string | null): void {
    this.#secure = { serverName: serverName ?? this.#secure?.serverName ?? null };
  }

  protected override onClose(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    this.#listener = null;
    const connecting = this.#connecting;
    this.#connecting = null;
    if (connecting !== null) this.realm.loop.enqueueUnref(() => connecting(Errno.ECANCELED));
    super.onClose();
  }

  #bind(address: string, port: number, family: Address['family']): number {
    if (this.#local !== null) return Errno.EINVAL;
    if (address !== '0.0.0.0' && address !== '::' && !isLoopback(address)) return Errno.EADDRNOTAVAIL;
    this.#local = { address, family, port };
    return 0;
  }

  #accept(end: Parameters<Realm['sys']['descriptors']['adopt']>[0], remotePort: number): void {
    if (!this.isOpen || this.#local === null) return;
    const { descriptors } = this.realm.sys;
    const client = this.makeAccepted();
    client.attach(descriptors.install(descriptors.adopt(end)));
    const address = peerAddress(this.#local.address);
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    client.#local = { address, family, port: this.#local.port };
    client.#remote = { address, family, port: remotePort };
    AsyncWrap.callMethod(this, 'onconnection', 0, client);
  }

  #connect(request: Foreign, address: string, port: number, family: Address['family']): number {
    if (this.stream !== undefined || this.#listener !== null) return Errno.EINVAL;
    const { kernel, descriptors } = this.realm.sys;
    const rings = [Ring.allocate(), Ring.allocate()] as const;
    const channel = kernel.nextId();
    const connection = kernel.nextId();
    const secure = this.#secure !== null;
    // The name must reach the kernel: what leaves the container is fetched by name.
    const host = hostNamesOf(this.realm).nameOf(address) ?? (isLoopback(address) ? address : (this.#secure?.serverName ?? address));
    const finish = connectRequest(this.realm, this, request);
    this.#connecting = finish;
    const stop = kernelMessagesOf(this.realm).on('connected', connection, ({ errno, localPort }) => {
      stop();
      if (this.#connecting !== finish) return;
      this.#connecting = null;
      if (errno === 0) {
        this.attach(descriptors.install(descriptors.adopt({ kind: 'channel', id: channel, side: 0, rings, as: 'tcp' })));
        this.#local = { address: family === 'IPv6' ? '::1' : '127.0.0.1', family, port: localPort };
        this.#remote = { address, family, port };
      }
      finish(errno);
    });
    // Closed before the answer: the kernel must learn that nobody holds our side.
    this.#cleanups.push(() => {
      stop();
      if (this.#connecting === finish) kernel.post({ type: 'channel-close', id: channel, side: 0 });
    });
    kernel.post({ type: 'connect', connection, host, port, channel, rings, secure });
    return 0;
  }
}

/** What a listener on `address` sees of a client inside the container. */
function peerAddress(address: string): string {
  if (address === '::') return '::ffff:127.0.0.1';
  return address === '0.0.0.0' ? '127.0.0.1' : address;
}
