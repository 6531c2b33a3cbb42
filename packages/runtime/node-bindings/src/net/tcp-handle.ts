import { Errno } from '@slipway/posix';
import { type BindOptions, isLoopback, type Parcel } from '@slipway/kernel';
import type { Foreign, Realm } from '../realm/realm.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { hostNamesOf } from './host-names.ts';
import { SocketHandle, type ConnectionNames } from './socket-handle.ts';

/** An address in the three properties lib copies from `getsockname` and `getpeername`. */
export interface Address {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly port: number;
}

/** UV_TCP_* and the constructor's argument, as `tcp_wrap.constants`. */
export const TcpConstants = { SOCKET: 0, SERVER: 1, UV_TCP_IPV6ONLY: 1, UV_TCP_REUSEPORT: 2 } as const;

/** A TCP socket or listener. Reference: Node src/tcp_wrap.cc. */
export abstract class TcpHandle extends SocketHandle {
  /** The address lib asked for; its port is 0 until one is taken. */
  #local: Address | null = null;
  #remote: Address | null = null;
  #options: BindOptions = {};
  /** The port has been taken from the kernel. */
  #reserved = false;
  /** Set by a TLSWrap over this handle: where the connection leaves the container, TLS is spoken for it there. */
  /** Host and port outside of the container. */
  #outside: string | undefined;
  #secure: { serverName: string | null } | null = null;

  constructor(realm: Realm, provider?: string) {
    super(realm, provider);
  }

  override get resourceName(): string {
    return this.accepts ? 'TCPServerWrap' : 'TCPSocketWrap';
  }

  protected abstract makeFresh(): TcpHandle;

  /** TCPWrap::Open: an inherited socket. */
  open(fd: number): number {
    return this.attach(fd);
  }

  /** TCPWrap::Bind: only remembers; see `#reserve`. */
  bind(address: string, port: number | undefined, flags = 0): number {
    return this.#bind(address, port, 'IPv4', flags);
  }

  bind6(address: string, port: number | undefined, flags = 0): number {
    return this.#bind(address, port, 'IPv6', flags);
  }

  /** TCPWrap::Listen: where the port is taken, so EADDRINUSE comes here and not from `bind`. */
  listen(): number {
    // Listening without bind takes any port on all addresses, as listen(2) does.
    const local = this.#local ?? { address: '0.0.0.0', family: 'IPv4', port: 0 };
    const port = this.listenAt(local.address, local.port, this.#options);
    if (port < 0) return port;
    this.#local = { ...local, port };
    this.#reserved = true;
    return 0;
  }

  connect(request: Foreign, address: string, port: number): number {
    return this.#connect(request, address, port, 'IPv4');
  }

  connect6(request: Foreign, address: string, port: number): number {
    return this.#connect(request, address, port, 'IPv6');
  }

  /** GetSockOrPeerName; a port is taken now if it has not been. */
  getsockname(out: Foreign): number {
    this.#reserve();
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
    // A later call without a name keeps the one that was given before.
    this.#secure = { serverName: serverName ?? this.#secure?.serverName ?? null };
  }

  override parcel(): Parcel | number {
    // Sent to another process before it listens (cluster): both must mean the same port.
    this.#reserve();
    return super.parcel();
  }

  override receive(parcel: Parcel): void {
    super.receive(parcel);
    const { local, remote } = parcel.label as { local: Address | null; remote: Address | null };
    this.#local = local;
    this.#remote = remote;
    this.#reserved = true;
  }

  protected override label(): Readonly<Record<string, unknown>> {
    return { type: 'TCP', local: this.#local, remote: this.#remote };
  }

  /**
   * A port is taken when somebody looks at it, sends it or listens on it: bind(2) itself
   * tells no failure, as in libuv.
   */
  #reserve(): void {
    if (this.#local === null || this.#reserved || this.stream !== undefined) return;
    const port = this.bindAt(this.#local.address, this.#local.port, this.#options);
    if (port < 0) return;
    this.#reserved = true;
    this.#local = { ...this.#local, port };
  }

  #bind(address: string, port: number | undefined, family: Address['family'], flags: number): number {
    if (this.#local !== null) return Errno.EINVAL;
    if (address !== '0.0.0.0' && address !== '::' && !isLoopback(address)) return Errno.EADDRNOTAVAIL;
    // lib gives no port where it binds an address alone: Int32Value of nothing is 0.
    this.#local = { address, family, port: port ?? 0 };
    this.#options = {
      ipv6Only: (flags & TcpConstants.UV_TCP_IPV6ONLY) !== 0,
      reusePort: (flags & TcpConstants.UV_TCP_REUSEPORT) !== 0,
    };
    return 0;
  }

  protected override makeAccepted(remotePort: number, names: ConnectionNames): TcpHandle {
    // The new socket's triggerAsyncId is the listener (AsyncHooks::DefaultTriggerAsyncIdScope in OnConnection).
    const client = this.realm.asyncHooks.causedBy(this.getAsyncId(), () => this.makeFresh());
    client.#local = addressOf(names.local, this.#local?.port ?? 0);
    client.#remote = addressOf(names.remote, remotePort);
    return client;
  }

  protected override wasBrokenOff(errno: number): void {
    if (errno === Errno.ECONNREFUSED && this.#outside !== undefined) explainUnreachable(this.realm, this.#outside);
  }

  #connect(request: Foreign, address: string, port: number, family: Address['family']): number {
    const secure = this.#secure !== null;
    // The name must reach the kernel: what leaves the container is fetched by name.
    // Addresses given out by HostNames stand for names; an address typed by hand
    // is reached by the name TLS was told.
    const host =
      hostNamesOf(this.realm).nameOf(address) ??
      (isLoopback(address) ? address : (this.#secure?.serverName ?? address));
    const from = this.#local === null ? {} : { from: { host: this.#local.address, port: this.#local.port } };
    if (!isLoopback(host)) this.#outside = `${host}:${port}`;
    return this.connectTo(request, { host, port, secure, ...from }, (localPort, names) => {
      this.#local = addressOf(names.local === '' ? (family === 'IPv6' ? '::1' : '127.0.0.1') : names.local, localPort);
      this.#remote = { address, family, port };
    });
  }
}

function addressOf(address: string, port: number): Address {
  return { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port };
}
