import { Errno } from '@slipway/posix';
import { ChannelTable, type Holder } from '../tables/channel-table.ts';
import type {
  ChannelEnd,
  ChannelSide,
  ConnectionAddresses,
  DescriptorEnd,
  KernelMessage,
  MessageOf,
  Replies,
  SpawnDescriptor,
} from '../contract/messages.ts';
import { nextId } from '../memory/control-page.ts';
import { DatagramTable } from '../tables/datagram-table.ts';
import { DescriptorMail } from '../tables/descriptor-mail.ts';
import type { KernelHost } from '../contract/kernel-host.ts';
import { isLoopback, seenAddress, targetAddress } from '../tables/loopback-address.ts';
import { isSocketPath, type Listener, PortTable } from '../tables/port-table.ts';
import type { Task } from '../tables/process-table.ts';
import { Ring } from '../memory/ring.ts';
import { type ByteStream, RingStream } from '../memory/ring-stream.ts';

/** A connection nobody has accepted yet. */
interface Waiting {
  readonly channel: number;
  readonly peer: Peer;
}

/** Whoever connects, and the address it asked for. */
interface Peer {
  readonly port: number;
  readonly address: string;
  readonly target: string;
}

// Of sockets in the file system, which have none.
const NO_ADDRESSES: ConnectionAddresses = { local: '', remote: '' };
const OUTSIDE_ADDRESS = '127.0.0.1';

/** What listen(2) keeps waiting at most (net.core.somaxconn). */
const MOST_WAITING = 4096;

/**
 * Who holds which channel and which listener, and what is under way between
 * them. The bytes are not here: they go through the rings.
 */
export class Connections implements Holder {
  readonly slot: number;
  readonly channels: ChannelTable;
  readonly #control: SharedArrayBuffer;
  readonly #host: Pick<KernelHost, 'emit' | 'outbound' | 'forward' | 'demand'>;
  readonly #ports = new PortTable<Holder, Task>();
  readonly #datagrams = new DatagramTable<Task>();
  readonly #mail: DescriptorMail;
  /** By listener: connections that wait while those who accepted have gone and another has not begun. */
  readonly #waiting = new Map<number, Waiting[]>();

  /** By port: connections that wait for what serves it, which is being started. */
  readonly #demanded = new Map<number, Waiting[]>();
  /** Ports that were served on demand: nobody's preview. */
  readonly #services = new Set<number>();

  constructor(
    slot: number,
    control: SharedArrayBuffer,
    host: Pick<KernelHost, 'emit' | 'outbound' | 'forward' | 'demand'>,
  ) {
    this.slot = slot;
    this.#control = control;
    this.#host = host;
    this.channels = new ChannelTable(this, (id, side) => this.#mail.drop(id, side));
    this.#mail = new DescriptorMail(this.channels, this.#ports, slot, (listener, holder) =>
      this.unlisten(holder, listener),
    );
  }

  /** Ports and paths that are held. */
  get listeners(): number {
    return this.#ports.size + this.#datagrams.size;
  }

  listening(): readonly { readonly port: number; readonly pid: number }[] {
    return this.#ports
      .all()
      .filter(({ port, listening }) => listening && !this.#services.has(port))
      .map(({ port, accepting: [task] }) => ({ port, pid: task?.process.pid ?? 0 }));
  }

  listen(task: Task, { listener, host, port, bindOnly, options }: MessageOf<'listen'>): Replies['listen'] {
    // A listener that exists was bound before, or came from another process.
    const bound = this.#ports.get(listener) ?? this.#ports.bind(listener, host, port, task, options);
    if (bound === undefined) return { errno: Errno.EADDRINUSE, port: 0 };
    if (bindOnly) return { errno: 0, port: bound.port };
    const opens = !bound.listening;
    if (this.#ports.listen(listener, task) === undefined) return { errno: Errno.EBADF, port: 0 };
    if (opens) this.#announce(bound, 'open');
    // They waited for an acceptor: this task is one now. The kernel gives up what it held for them.
    const demanded = opens ? this.#demanded.get(bound.port) : undefined;
    if (demanded !== undefined) this.#demanded.delete(bound.port);
    for (const { channel, peer } of [...(demanded ?? []), ...(this.#waiting.get(listener)?.splice(0) ?? [])]) {
      this.#deliver(channel, bound, peer);
      this.channels.release(channel, 1, this);
    }
    return { errno: 0, port: bound.port };
  }

  unlisten(holder: Holder, listener: number): void {
    const ended = this.#ports.close(listener, holder);
    if (ended !== undefined) this.#end(ended);
  }

  connect(task: Task, message: MessageOf<'connect'>): KernelMessage {
    const { connection, host, port, channel, rings, secure, from } = message;
    const refuse = (errno: number): KernelMessage => {
      this.channels.release(channel, 0, task);
      return { type: 'connected', connection, errno, localPort: 0, addresses: NO_ADDRESSES };
    };
    // The sender holds side 0; side 1 is the acceptor's, or the kernel's for what goes outside.
    if (!this.channels.create(channel, rings, 'tcp', [0], task)) return refuse(Errno.EINVAL);
    if (from !== undefined && from.port !== 0 && !this.#ports.isFree(from.host, from.port))
      return refuse(Errno.EADDRINUSE);
    const localPort = from === undefined || from.port === 0 ? this.#ports.ephemeralPort() : from.port;
    let addresses = NO_ADDRESSES;
    const isInside = isLoopback(host) || isSocketPath(host);
    const listener = isInside ? this.#ports.findAt(host, port) : undefined;
    const behind = isLoopback(host) && listener === undefined ? this.#host.forward?.(port) : undefined;
    if (isInside && behind === undefined) {
      const target = targetAddress(host) ?? (listener?.host === '::1' ? '::1' : OUTSIDE_ADDRESS);
      // As the routing of Linux chooses a source for a socket that is not bound.
      const address = from === undefined || isAnyAddress(from.host) ? sourceFor(target) : from.host;
      const peer = { port: localPort, address, target };
      if (!isSocketPath(host)) addresses = { local: address, remote: target };
      if (!this.#accept(channel, listener, peer)) {
        // A port that a program has bound is that program's, also while it does not listen yet.
        const free = isLoopback(host) && listener === undefined;
        const first = free ? this.#demand(port, { channel, peer }) : undefined;
        if (first === undefined) return refuse(Errno.ECONNREFUSED);
        return { type: 'connected', connection, errno: 0, localPort, addresses, starts: first };
      }
    } else {
      // The kernel answers for the other end: it reads
      // what the process writes, and the other way round.
      this.channels.share(channel, 1, this);
      const [toUs, toThem] = rings;
      const stream = new RingStream(
        toUs === null ? null : new Ring(toUs, this.slot),
        toThem === null ? null : new Ring(toThem, this.slot),
        () => this.channels.release(channel, 1, this),
      );
      if (!this.#host.outbound({ host: behind ?? host, port, secure, stream })) {
        this.channels.release(channel, 1, this);
        return refuse(Errno.ENETUNREACH);
      }
    }
    return { type: 'connected', connection, errno: 0, localPort, addresses };
  }

  /** What was to serve that port does not: who waits for it sees the end of the connection. */
  refuse(port: number): void {
    for (const { channel } of this.#demanded.get(port) ?? []) this.channels.release(channel, 1, this);
    this.#demanded.delete(port);
  }

  /** Has the connection wait for what serves the port: true for the first one, undefined where nothing does. */
  #demand(port: number, waiting: Waiting): boolean | undefined {
    const before = this.#demanded.get(port) ?? [];
    if (before.length >= MOST_WAITING || this.#host.demand?.(port) !== true) return undefined;
    // Held by the kernel, as in `#accept`.
    this.channels.share(waiting.channel, 1, this);
    this.#services.add(port);
    this.#demanded.set(port, [...before, waiting]);
    return before.length === 0;
  }

  /** From outside the container: a stream, or a negative errno. */
  connectFromOutside(port: number): ByteStream | number {
    const id = nextId(this.#control);
    const rings = [Ring.allocate(), Ring.allocate()] as const;
    this.channels.create(id, rings, 'tcp', [0], this);
    const listener = this.#ports.find(port);
    // A preview comes over IPv4 unless the program listens on an IPv6 address alone.
    const target = listener?.host.includes(':') === true && listener.host !== '::' ? listener.host : OUTSIDE_ADDRESS;
    if (!this.#accept(id, listener, { port: this.#ports.ephemeralPort(), address: sourceFor(target), target })) {
      this.channels.release(id, 0, this);
      return Errno.ECONNREFUSED;
    }
    return new RingStream(new Ring(rings[1], this.slot), new Ring(rings[0], this.slot), () =>
      this.channels.release(id, 0, this),
    );
  }

  pass(task: Task, { channel, side, parcel }: MessageOf<'pass'>): Replies['pass'] {
    return { errno: this.#mail.send(task, channel, side, parcel) ? 0 : Errno.EBADF };
  }

  takePassed(task: Task, channel: number, side: ChannelSide): KernelMessage {
    return { type: 'passed', channel, parcel: this.#mail.take(task, channel, side) };
  }

  bindDatagrams(task: Task, { socket, host, port, options }: MessageOf<'udp-bind'>): Replies['udp-bind'] {
    const bound = this.#datagrams.bind(socket, host, port, task, options);
    return bound === undefined ? { errno: Errno.EADDRINUSE, port: 0 } : { errno: 0, port: bound };
  }

  sendDatagram(task: Task, { socket, host, port, bytes }: MessageOf<'udp-send'>): void {
    const source = this.#datagrams.source(socket, task, host);
    if (source === undefined) return;
    // No error for nobody: a datagram to a port without a socket is lost (udp(7)).
    for (const receiver of this.#datagrams.receivers(host, port, source.host)) {
      receiver.task.seat.worker.post({
        type: 'datagram',
        socket: receiver.socket,
        bytes,
        ...source,
      } satisfies KernelMessage);
    }
  }

  datagramGroup(task: Task, { socket, group, source, on }: MessageOf<'udp-group'>): void {
    if (on) this.#datagrams.join(socket, task, group, source);
    else this.#datagrams.leave(socket, task, group);
  }

  closeDatagrams(task: Task, socket: number): void {
    this.#datagrams.close(socket, task);
  }

  /** A process may pass on what it holds; files and devices are described by value. */
  mayPass(entry: SpawnDescriptor, holder: Holder): boolean {
    return entry === null || entry.kind !== 'channel' || this.channels.holds(entry.id, entry.side, holder);
  }

  /** What `task` gets for an entry of a spawn request; `null` where the end has closed meanwhile. */
  hand(entry: SpawnDescriptor, task: Task): DescriptorEnd | null {
    if (entry === null || entry.kind !== 'channel') return entry;
    if (!this.channels.share(entry.id, entry.side, task)) return null;
    // Rebuilt from the table: what the caller wrote about the rings is not trusted.
    return { ...this.mustEnd(entry.id, entry.side), as: entry.as };
  }

  /** Everything a dead task held goes back. */
  releaseAll(task: Task): void {
    this.#datagrams.closeAll(task);
    this.channels.releaseAll(task);
    for (const listener of this.#ports.closeAll(task)) this.#end(listener);
  }

  mustEnd(id: number, side: ChannelSide): ChannelEnd {
    const end = this.channels.end(id, side);
    if (end === undefined) throw new Error(`Cannot describe channel ${id}: it does not exist`);
    return end;
  }

  /** False where nobody listens. */
  #accept(channel: number, listener: Listener<Holder, Task> | undefined, peer: Peer): boolean {
    if (listener === undefined || !listener.listening) return false;
    if (listener.accepting.length > 0) {
      this.#deliver(channel, listener, peer);
      return true;
    }
    const waiting = this.#waiting.get(listener.id) ?? [];
    if (waiting.length >= MOST_WAITING) return false;
    // Held by the kernel, or the connecting side would see the other one gone.
    this.channels.share(channel, 1, this);
    this.#waiting.set(listener.id, [...waiting, { channel, peer }]);
    return true;
  }

  #deliver(channel: number, { id, host }: Listener<Holder, Task>, peer: Peer): void {
    const acceptor = this.#ports.nextAcceptor(id);
    if (acceptor === undefined || !this.channels.share(channel, 1, acceptor)) return;
    acceptor.seat.worker.post({
      type: 'accept',
      listener: id,
      end: this.mustEnd(channel, 1),
      remotePort: peer.port,
      addresses: isSocketPath(host)
        ? NO_ADDRESSES
        : { local: seenAddress(host, peer.target), remote: seenAddress(host, peer.address) },
    } satisfies KernelMessage);
  }

  #end(listener: Listener<Holder, Task>): void {
    // Nobody will accept them: the connecting side sees the end.
    for (const { channel } of this.#waiting.get(listener.id) ?? []) this.channels.release(channel, 1, this);
    this.#waiting.delete(listener.id);
    if (listener.listening) this.#announce(listener, 'close');
  }

  /** A socket in the file system has no port: it is nobody's business outside. */
  #announce({ id, port }: Listener<Holder, Task>, action: 'open' | 'close'): void {
    // Another address of the same port is no news.
    if (
      port === 0 ||
      this.#services.has(port) ||
      this.#ports.all().some((other) => other.port === port && other.id !== id && other.listening)
    )
      return;
    this.#host.emit({ type: 'port', port, action });
  }
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The address an unbound socket connects from. */
function sourceFor(target: string): string {
  return target.includes(':') ? '::1' : '127.0.0.1';
}
