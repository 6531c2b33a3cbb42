import { HandleWrap } from '../net/handle-wrap.ts';
import type { Foreign, Realm } from '../realm.ts';
import type { Envelope } from './message-value.ts';

/** What a port is made of underneath: a native MessagePort, or a native BroadcastChannel. */
export interface NativePort {
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  onmessage: ((event: { readonly data: unknown; readonly ports: readonly unknown[] }) => void) | null;
  addEventListener?(type: 'close', listener: () => void): void;
  close(): void;
}

/** What travels between two of our ports. */
export type Packet =
  | { readonly type: 'message'; readonly envelope: Envelope }
  /** The other side was closed; nothing follows. */
  | { readonly type: 'close' };

export interface Received {
  readonly envelope: Envelope;
  readonly ports: readonly unknown[];
}

/** What a PortHandle asks of the messaging binding. */
export interface PortOwner {
  /** Delivers one message to the port's listeners; from within a loop task. */
  deliver(port: Foreign, received: Received): void;
  create(native: NativePort): Foreign;
}

/**
 * The handle behind one MessagePort object of lib. Reference: MessagePort and
 * MessagePortData in Node src/node_messaging.cc.
 *
 *   stopped ◀──stop/start──▶ started ──close (either side)──▶ closing
 *
 * Messages are queued here from the first moment, so a port that nobody has
 * started can still be read by `receiveMessageOnPort`. It keeps the loop alive
 * while referenced and open, listened to or not, as Node's does.
 */
export class PortHandle extends HandleWrap {
  readonly #port: Foreign;
  readonly #native: NativePort;
  readonly #owner: PortOwner;
  readonly #queue: (Received | 'close')[] = [];
  #started = false;
  #flushing = false;
  #givenAway = false;
  #silentClosed: (() => void) | null = null;

  constructor(realm: Realm, port: Foreign, native: NativePort, owner: PortOwner) {
    super(realm);
    this.#port = port;
    this.#native = native;
    this.#owner = owner;
    Reflect.set(this, realm.symbols['handle_onclose'] as symbol, () => port[realm.symbols['handle_onclose'] as symbol]?.());
    native.onmessage = ({ data, ports }) => {
      const packet = data as Packet;
      this.#arrived(packet.type === 'close' ? 'close' : { envelope: packet.envelope, ports });
    };
    // The other side's worker is gone without a word.
    native.addEventListener?.('close', () => this.#arrived('close'));
    this.setActive(true);
  }

  get native(): NativePort {
    return this.#native;
  }

  get open(): boolean {
    return this.isOpen && !this.#givenAway;
  }

  start(): void {
    this.#started = true;
    this.#scheduleFlush();
  }

  stop(): void {
    this.#started = false;
  }

  post(packet: Packet, transfer: readonly unknown[]): void {
    this.#native.postMessage(packet, transfer);
  }

  /** The next message that has arrived, for `receiveMessageOnPort`. */
  receive(): Received | undefined {
    const next = this.#queue[0];
    if (next === undefined || next === 'close') return undefined;
    this.#queue.shift();
    return next;
  }

  /** Delivers all that has arrived, now; the caller is in a callback. */
  drain(): void {
    while (this.open && this.#queue.length > 0) this.#deliverNext();
  }

  /** Runs `callback` when nothing more can come from the other side. */
  whenSilent(callback: () => void): void {
    if (!this.isOpen) callback();
    else this.#silentClosed = callback;
  }

  /** The native side leaves this realm with whatever has not been read. */
  giveAway(): NativePort {
    this.#native.onmessage = null;
    this.#givenAway = true;
    this.setActive(false);
    return this.#native;
  }

  protected override onClose(): void {
    this.#native.onmessage = null;
    // The close packet must arrive after everything posted before; the other side closes the native pair.
    if (!this.#givenAway) this.#native.postMessage({ type: 'close' } satisfies Packet, []);
  }

  #arrived(item: Received | 'close'): void {
    if (this.#givenAway || !this.isOpen) return;
    this.#queue.push(item);
    this.#scheduleFlush();
    if (item !== 'close') return;
    this.#silentClosed?.();
    this.#silentClosed = null;
  }

  #scheduleFlush(): void {
    const next = this.#queue[0];
    if (this.#flushing || next === undefined || (!this.#started && next !== 'close')) return;
    this.#flushing = true;
    // One message per task: ticks and microtasks run between two of them.
    this.realm.loop.enqueueUnref(() => {
      this.#flushing = false;
      if (!this.open || (!this.#started && this.#queue[0] !== 'close')) return;
      this.#deliverNext();
    });
  }

  #deliverNext(): void {
    const next = this.#queue.shift();
    if (next === undefined) return;
    if (next === 'close') {
      this.#native.close();
      this.close();
      return;
    }
    this.#scheduleFlush();
    this.#owner.deliver(this.#port, next);
  }
}
