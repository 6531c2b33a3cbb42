import { isLoopback, isMulticast } from '@slipway/kernel';
import { uvNameAndText } from '../realm/uv-exception.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { Errno, joinBytes } from '@slipway/posix';
import { HandleWrap } from '../handles/handle-wrap.ts';
import { kernelMessagesOf } from '../handles/kernel-messages.ts';
import { plainView } from '../handles/stream-base.ts';

/** UV_UDP_*, as `udp_wrap.constants`. */
export const UdpConstants = { UV_UDP_IPV6ONLY: 1, UV_UDP_REUSEADDR: 4, UV_UDP_REUSEPORT: 64 } as const;

/** What fits into one IPv4 datagram: 65,535 bytes less 20 of IP and 8 of UDP. More is EMSGSIZE. */
const MOST_BYTES = 65_507;
/** Bytes; Linux's net.core.rmem_default and wmem_default. */
const DEFAULT_BUFFER_BYTES = 212_992;
const BROADCAST = '255.255.255.255';

type Family = 'IPv4' | 'IPv6';

interface Place {
  readonly address: string;
  readonly family: Family;
  readonly port: number;
}

/**
 * A socket for datagrams between programs of the container. Reference: UDPWrap
 * of Node src/udp_wrap.cc over uv_udp_t. Nothing leaves the container: what is
 * meant for elsewhere is refused with ENETUNREACH.
 */
export abstract class UdpHandle extends HandleWrap {
  #local: Place | null = null;
  /** Where `connect` said everything goes; only its datagrams are heard then. */
  #peer: Place | null = null;
  /** The kernel's number of this socket; null until it is bound. */
  #socket: number | null = null;
  #stop: (() => void) | null = null;
  #receiving = false;
  #broadcast = false;
  readonly #buffers = { receive: DEFAULT_BUFFER_BYTES, send: DEFAULT_BUFFER_BYTES };

  constructor(realm: Realm) {
    super(realm);
  }

  /** There is no descriptor behind a datagram socket here. */
  get fd(): number {
    return -1;
  }

  /** UDPWrap::Open: a descriptor that is a datagram socket cannot exist. */
  open(): number {
    return Errno.ENOTSUP;
  }

  bind(address: string, port: number, flags = 0): number {
    return this.#bind(address, port, 'IPv4', flags);
  }

  bind6(address: string, port: number, flags = 0): number {
    return this.#bind(address, port, 'IPv6', flags);
  }

  connect(address: string, port: number): number {
    return this.#connect(address, port, 'IPv4');
  }

  connect6(address: string, port: number): number {
    return this.#connect(address, port, 'IPv6');
  }

  disconnect(): number {
    if (this.#peer === null) return Errno.ENOTCONN;
    this.#peer = null;
    return 0;
  }

  /** UDPWrap::DoSend: the bytes sent and 1 more, because it is done at once; or a negative errno. */
  send(
    _request: Foreign,
    list: readonly Uint8Array[],
    count: number,
    port: number | boolean,
    address?: string | null,
  ): number {
    return this.#send(list.slice(0, count), port, address);
  }

  send6(
    _request: Foreign,
    list: readonly Uint8Array[],
    count: number,
    port: number | boolean,
    address?: string | null,
  ): number {
    return this.#send(list.slice(0, count), port, address);
  }

  recvStart(): number {
    // lib binds before it receives.
    if (this.#socket === null) return Errno.EBADF;
    this.#receiving = true;
    this.setActive(true);
    return 0;
  }

  recvStop(): number {
    this.#receiving = false;
    this.setActive(false);
    return 0;
  }

  getsockname(out: Foreign): number {
    if (this.#local === null) return Errno.EBADF;
    Object.assign(out, this.#local);
    return 0;
  }

  getpeername(out: Foreign): number {
    if (this.#peer === null) return Errno.ENOTCONN;
    Object.assign(out, this.#peer);
    return 0;
  }

  /** Datagrams are handed to the kernel at once: nothing waits here. */
  getSendQueueSize(): number {
    return 0;
  }

  getSendQueueCount(): number {
    return 0;
  }

  /** A size of 0 asks. Linux keeps twice what is asked for (socket(7), SO_RCVBUF). */
  bufferSize(size: number, forReceiving: boolean, context: Foreign): number | undefined {
    const which = forReceiving ? 'receive' : 'send';
    const syscall = forReceiving ? 'uv_recv_buffer_size' : 'uv_send_buffer_size';
    const errno = this.#socket === null ? Errno.EBADF : size > 0x7fffffff ? Errno.EINVAL : 0;
    if (errno !== 0) {
      const [code, message] = uvNameAndText(this.realm, errno);
      Object.assign(context, { errno, code, message, syscall });
      return undefined;
    }
    if (size === 0) return this.#buffers[which];
    this.#buffers[which] = size * 2;
    return size;
  }

  setTTL(ttl: number): number {
    if (this.#socket === null) return Errno.EBADF;
    return ttl < 1 || ttl > 255 ? Errno.EINVAL : 0;
  }

  setMulticastTTL(ttl: number): number {
    if (this.#socket === null) return Errno.EBADF;
    return ttl < 0 || ttl > 255 ? Errno.EINVAL : 0;
  }

  setMulticastLoopback(): number {
    return this.#socket === null ? Errno.EBADF : 0;
  }

  setMulticastInterface(address: string): number {
    if (this.#socket === null) return Errno.EBADF;
    const family = familyOf(address);
    if (family === undefined || family !== this.#local?.family) return Errno.EINVAL;
    return isLoopback(address.replace(/%.*$/, '')) ? 0 : Errno.EADDRNOTAVAIL;
  }

  setBroadcast(on: number): number {
    if (this.#socket === null) return Errno.EBADF;
    this.#broadcast = on !== 0;
    return 0;
  }

  addMembership(group: string): number {
    return this.#group(group, null, true);
  }

  dropMembership(group: string): number {
    return this.#group(group, null, false);
  }

  addSourceSpecificMembership(source: string, group: string): number {
    return familyOf(source) === undefined ? Errno.EINVAL : this.#group(group, source, true);
  }

  dropSourceSpecificMembership(source: string, group: string): number {
    return familyOf(source) === undefined ? Errno.EINVAL : this.#group(group, source, false);
  }

  protected override onClose(): void {
    this.recvStop();
    this.#stop?.();
    this.#stop = null;
    if (this.#socket !== null) this.realm.sys.kernel.post({ type: 'udp-close', socket: this.#socket });
    this.#socket = null;
  }

  #bind(address: string, port: number, family: Family, flags: number): number {
    if (!this.isOpen) return Errno.EBADF;
    if (this.#socket !== null || familyOf(address) !== family) return Errno.EINVAL;
    // The only interface. A multicast address may be bound to, to hear its group alone.
    if (!isLoopback(address) && !isMulticast(address)) return Errno.EADDRNOTAVAIL;
    const { kernel } = this.realm.sys;
    const socket = kernel.nextId();
    // lib hands on what it was given as a port, a callback too: C++ takes its Uint32Value.
    const wanted = Number(port) >>> 0;
    const reuse = (flags & (UdpConstants.UV_UDP_REUSEADDR | UdpConstants.UV_UDP_REUSEPORT)) !== 0;
    const answer = kernel.bindDatagrams(socket, address, wanted, {
      ipv6Only: (flags & UdpConstants.UV_UDP_IPV6ONLY) !== 0,
      reuse,
    });
    if (answer.errno < 0) return answer.errno;
    this.#socket = socket;
    this.#local = { address, family, port: answer.port };
    this.#stop = kernelMessagesOf(this.realm).on('datagram', socket, ({ bytes, host, port: from }) =>
      this.#receive(bytes, host, from),
    );
    return 0;
  }

  #connect(address: string, port: number, family: Family): number {
    if (this.#peer !== null) return Errno.EISCONN;
    if (familyOf(address) !== family) return Errno.EINVAL;
    if (this.#socket === null) {
      // connect(2) binds by itself, to any port.
      const errno = this.#bind(family === 'IPv6' ? '::' : '0.0.0.0', 0, family, 0);
      if (errno < 0) return errno;
    }
    if (!isLoopback(address)) return Errno.ENETUNREACH;
    this.#peer = { address, family, port };
    return 0;
  }

  #send(list: readonly Uint8Array[], port: number | boolean, address: string | null | undefined): number {
    const bytes = joinBytes(list.map(plainView));
    if (this.#socket === null) return Errno.EBADF;
    const target = typeof port === 'number' && typeof address === 'string' ? { address, port } : this.#peer;
    if (target === null) return Errno.EDESTADDRREQ;
    if (bytes.length > MOST_BYTES) return Errno.EMSGSIZE;
    if (target.address === BROADCAST && !this.#broadcast) return Errno.EACCES;
    if (target.address !== BROADCAST && !isLoopback(target.address) && !isMulticast(target.address))
      return Errno.ENETUNREACH;
    // Nobody may listen there: it is lost, as datagrams are, and nobody is told.
    this.realm.sys.kernel.post({
      type: 'udp-send',
      socket: this.#socket,
      host: target.address,
      port: target.port,
      bytes,
    });
    // lib takes a number above 0 for "sent synchronously" and subtracts the one.
    return bytes.length + 1;
  }

  #receive(bytes: Uint8Array<ArrayBuffer>, host: string, port: number): void {
    if (!this.#receiving) return;
    // A socket of both families shows IPv4 senders as mapped addresses.
    const address = this.#local?.family === 'IPv6' && !host.includes(':') ? `::ffff:${host}` : host;
    // A connected socket hears its peer only.
    if (this.#peer !== null && (this.#peer.port !== port || !samePlace(this.#peer.address, host))) return;
    const { Buffer } = this.realm.requireBuiltin('buffer');
    const family = address.includes(':') ? 'IPv6' : 'IPv4';
    AsyncWrap.callMethod(
      this,
      'onmessage',
      bytes.length,
      this,
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      { address, family, port },
    );
  }

  #group(group: string, source: string | null, on: boolean): number {
    if (this.#socket === null) {
      // Joining binds, as in libuv.
      const family = familyOf(group);
      if (family === undefined || !isMulticast(group)) return Errno.EINVAL;
      const errno = this.#bind(family === 'IPv6' ? '::' : '0.0.0.0', 0, family, UdpConstants.UV_UDP_REUSEADDR);
      if (errno < 0) return errno;
    }
    if (familyOf(group) === undefined || !isMulticast(group)) return Errno.EINVAL;
    this.realm.sys.kernel.post({ type: 'udp-group', socket: this.#socket!, group, source, on });
    return 0;
  }
}

function familyOf(address: string): Family | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return 'IPv4';
  return /^[\da-f:.]+(%.*)?$/i.test(address) && address.includes(':') ? 'IPv6' : undefined;
}

function samePlace(a: string, b: string): boolean {
  // Connecting to "any" address means this host.
  const plain = (address: string): string =>
    address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address.replace(/^::ffff:/, '');
  return plain(a) === plain(b);
}
