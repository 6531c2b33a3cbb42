import { AsyncWrap, NO_PROVIDER } from '../handles/async-wrap.ts';
import { HandleWrap } from '../handles/handle-wrap.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { Mailbox } from './mailbox.ts';
import type { Envelope } from '../handles/message-value.ts';
import type { PortTurns, TurnTaker } from './port-turns.ts';
import { decodeMail, encodeMail } from './mail-codec.ts';

/** What a port is made of underneath: a native MessagePort, or a native BroadcastChannel. */
export interface NativePort {
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  /** Setting it starts a native port; before that the browser keeps its messages. */
  onmessage: ((event: { readonly data: unknown; readonly ports: readonly unknown[] }) => void) | null;
  close(): void;
}

/** Of one direction, in the order in which they were sent. */
export type Packet =
  // `number`: place among all messages of this direction, those in the mailbox included.
  | { readonly type: 'message'; readonly number: number; readonly envelope: Envelope }
  /** Only a knock: the message itself lies in the mailbox, in its order there. */
  | { readonly type: 'mail' }
  /** The other side was closed; nothing follows. */
  | { readonly type: 'close' };

/** With the native ports that came along, which only this side can use now. */
export interface Received {
  readonly envelope: Envelope;
  readonly ports: readonly unknown[];
}

/** The shared memory of a channel as one of its sides sees it. */
export interface Boxes {
  /** Read by this side and written by the other; the outbox is the other way round. */
  readonly inbox: SharedArrayBuffer;
  readonly outbox: SharedArrayBuffer;
}

/** What a port's next owner must know. `ports` are indices among the native ports that travel along. */
export interface PortLuggage {
  readonly boxes: Boxes | null;
  /** Numbers of the last message each way: the next owner goes on counting. */
  readonly sent: number;
  readonly received: number;
  /** What had arrived and was not delivered; it travels with the port. */
  readonly unread: readonly { readonly envelope: Envelope; readonly ports: readonly number[] }[];
}

/** What a PortHandle asks of the messaging binding. */
export interface PortOwner {
  /** Delivers one message to the port's listeners; from within a loop task. */
  deliver(port: Foreign, received: Received): void;
  /** The other side of `handle`, where it lives in this realm too. */
  peerOf(handle: PortHandle): PortHandle | undefined;
  readonly turns: PortTurns;
  /** This port is closed or belongs to somebody else now. */
  forget(handle: PortHandle): void;
  readonly threadId: number;
  /**
   * lib has a thread whose answers this one waits for with `Atomics.wait`
   * (`module.register`): ports are read while they are listened to.
   */
  readonly readsWhileListening: boolean;
}

/**
 * The handle behind one MessagePort object of lib. Reference: MessagePort and
 * MessagePortData in Node src/node_messaging.cc.
 *
 *   stopped ◀──stop/start──▶ started ──close (either side)──▶ closing
 *
 * Messages are queued here from the first moment. Where nobody listens they come
 * through the mailbox as well, so that `receiveMessageOnPort` finds them without
 * a turn of the browser's event loop. A port keeps the loop alive
 * while referenced and open, listened to or not, as Node's does.
 */
export class PortHandle extends HandleWrap implements TurnTaker {
  /** Place among the ports of this thread, by creation; see PortTurns. */
  readonly number: number;
  readonly #port: Foreign;

  override get resourceName(): string {
    return 'MessagePort';
  }

  readonly #native: NativePort;
  readonly #owner: PortOwner;
  /** In their order by number. 'close' is always the last entry. */
  readonly #queue: (Received | 'close')[] = [];
  #started = false;
  /** The program asks for messages also while it listens: they must be there when the sender has posted them. */
  #readsWhileListening = false;
  #givenAway = false;
  /** Called once when the other side has closed (`whenSilent`). */
  #silentClosed: (() => void) | null = null;
  readonly #boxes: Boxes | null;
  readonly #inbox: Mailbox | null;
  readonly #outbox: Mailbox | null;
  /** Messages so far, by both roads. */
  #sent: number;
  #received: number;

  constructor(
    realm: Realm,
    port: Foreign,
    native: NativePort,
    owner: PortOwner,
    luggage: Omit<PortLuggage, 'unread'> & { readonly unread: readonly Received[] },
  ) {
    super(realm, NO_PROVIDER);
    // The resource of async_hooks is lib's port, not this handle.
    AsyncWrap.reset(this, 'MESSAGEPORT', port);
    this.#port = port;
    this.#native = native;
    this.#owner = owner;
    this.number = owner.turns.nextNumber();
    this.#boxes = luggage.boxes;
    this.#inbox = luggage.boxes === null ? null : new Mailbox(luggage.boxes.inbox);
    this.#outbox = luggage.boxes === null ? null : new Mailbox(luggage.boxes.outbox);
    this.#sent = luggage.sent;
    this.#received = luggage.received;
    this.#queue.push(...luggage.unread);
    // So that the other side learns in which thread this one lives now.
    if (this.#inbox !== null) this.#inbox.receiver = owner.threadId;
    // HandleWrap calls it on the handle; lib expects it on its own object.
    Reflect.set(this, realm.symbols['handle_onclose'] as symbol, () =>
      port[realm.symbols['handle_onclose'] as symbol]?.(),
    );
    native.onmessage = ({ data, ports }) => {
      const packet = data as Packet;
      // Whatever was sent before this packet is in the box by now.
      this.#collectMail();
      if (packet.type === 'message') {
        // Ahead of what may still lie in the box: those numbers can no longer come.
        this.#received = packet.number;
        this.#arrived({ envelope: packet.envelope, ports });
      } else if (packet.type === 'close') this.#arrived('close');
    };
    this.setActive(true);
  }

  get native(): NativePort {
    return this.#native;
  }

  get boxes(): Boxes | null {
    return this.#boxes;
  }

  /** The thread at the other side, where that is known. */
  get peerThread(): number | undefined {
    return this.#outbox?.receiver;
  }

  /** The other side's thread ended without a word: browsers do not tell. */
  peerEnded(): void {
    this.#collectMail();
    this.#arrived('close');
  }

  /** This thread ends: the other side is told, nothing else happens here. */
  announceEnd(): void {
    this.#native.postMessage({ type: 'close' } satisfies Packet, []);
  }

  get open(): boolean {
    return this.isOpen && !this.#givenAway;
  }

  /** MessagePort::Start; what has arrived meanwhile is delivered from the next task on. */
  start(): void {
    this.#setStarted(true);
    this.#collectMail();
    this.#scheduleFlush();
  }

  /** MessagePort::Stop: messages wait here, and in the mailbox. */
  stop(): void {
    this.#setStarted(false);
  }

  /** Throws what the browser throws where the value cannot be cloned. */
  send(envelope: Envelope, transfer: readonly unknown[]): void {
    const number = this.#sent + 1;
    const peer = this.#owner.peerOf(this);
    if (peer !== undefined) {
      // Both sides are here: the message is there at once, as in Node.
      const { classes, structuredClone } = this.realm.host;
      const ports = transfer.filter((object) => object instanceof classes.MessagePort);
      // Cloned now: later changes to the value must not show in the message.
      const received = structuredClone({ envelope, ports }, { transfer }) as Received;
      this.#sent = number;
      peer.#received = number;
      peer.#arrived(received);
      return;
    }
    // Buffers can be copied into the box instead of moved: the sender loses them all the same.
    const buffers = transfer.filter((object) => object instanceof ArrayBuffer);
    // Ports and lib's own objects need the native port.
    const plain = buffers.length === transfer.length && envelope.specials.length === 0;
    const mail = plain && this.#outbox?.wanted === true ? encodeMail(envelope.value) : undefined;
    if (mail !== undefined && this.#outbox?.put(number, mail) === true) {
      for (const buffer of buffers) buffer.transfer();
      // An empty packet wakes the other side; it finds the message in the box.
      this.#native.postMessage({ type: 'mail' } satisfies Packet, []);
    } else this.#native.postMessage({ type: 'message', number, envelope } satisfies Packet, transfer);
    this.#sent = number;
  }

  /** The next message, for `receiveMessageOnPort`. */
  receive(): Received | undefined {
    // From here on the sender must use the box again: whoever asks synchronously
    // may never return to the event loop.
    if (this.#started && !this.#wantsMail) this.#inbox?.setListens(false);
    this.#readsWhileListening = true;
    this.#collectMail();
    const next = this.#queue[0];
    if (next === undefined || next === 'close') return undefined;
    this.#queue.shift();
    return next;
  }

  /** Delivers all that has arrived, now; the caller is in a callback. */
  drain(): void {
    this.#collectMail();
    while (this.open && this.#queue.length > 0) this.#deliverNext();
  }

  /** Runs `callback` when nothing more can come from the other side. */
  whenSilent(callback: () => void): void {
    if (!this.isOpen) callback();
    else this.#silentClosed = callback;
  }

  /** What the next owner gets beside the native port; `addPort` makes a native port travel and gives its index. */
  luggage(addPort: (port: unknown) => number): PortLuggage {
    const unread = this.#queue
      .filter((item) => item !== 'close')
      .map(({ envelope, ports }) => ({ envelope, ports: ports.map(addPort) }));
    return { boxes: this.#boxes, sent: this.#sent, received: this.#received, unread };
  }

  /** The native side leaves this realm. */
  giveAway(): NativePort {
    if (this.#started) this.#inbox?.setListens(false);
    this.#native.onmessage = null;
    this.#givenAway = true;
    // The object stays with lib, as a detached port.
    this.#owner.forget(this);
    this.setActive(false);
    return this.#native;
  }

  protected override onClose(): void {
    this.#native.onmessage = null;
    this.#owner.forget(this);
    // The connection lives on elsewhere: nothing is closed by that.
    if (this.#givenAway) return;
    const peer = this.#owner.peerOf(this);
    // The close packet must arrive after everything posted before; the other side closes the native pair.
    if (peer === undefined) this.#native.postMessage({ type: 'close' } satisfies Packet, []);
    else peer.#arrived('close');
  }

  #setStarted(started: boolean): void {
    // While this side listens, messages need not be written twice; a box is only for whoever does not.
    if (this.#started !== started && !this.#wantsMail) this.#inbox?.setListens(started);
    this.#started = started;
  }

  get #wantsMail(): boolean {
    return this.#readsWhileListening || this.#owner.readsWhileListening;
  }

  #collectMail(): void {
    for (;;) {
      const mail = this.#givenAway ? undefined : this.#inbox?.take(this.#received + 1);
      if (mail === undefined) return;
      this.#received = mail.number;
      this.#arrived({ envelope: { value: decodeMail(mail.bytes), specials: [] }, ports: [] });
    }
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
    if (this.#mayDeliver()) this.#owner.turns.want(this);
  }

  /** A port that was stopped still hears that the other side is gone. */
  #mayDeliver(): boolean {
    const next = this.#queue[0];
    return next !== undefined && (this.#started || next === 'close');
  }

  deliverOne(): boolean {
    if (!this.open || !this.#mayDeliver()) return false;
    try {
      this.#deliverNext();
    } catch (error) {
      // What is left gets another turn; the loop reports the exception.
      this.#again();
      throw error;
    }
    return this.open && this.#mayDeliver();
  }

  #again(): void {
    this.realm.loop.enqueueUnref(() => this.#scheduleFlush());
  }

  #deliverNext(): void {
    const next = this.#queue.shift();
    if (next === undefined) return;
    if (next === 'close') {
      // Here and not in `onClose`: what this side posted before its own close would be lost with the native port.
      this.#native.close();
      this.close();
      return;
    }
    try {
      this.#owner.deliver(this.#port, next);
    } finally {
      // Closed by a listener: what had arrived before is still delivered.
      if (!this.isOpen && this.#started) {
        for (let rest = this.#queue.shift(); rest !== undefined; rest = this.#queue.shift()) {
          if (rest !== 'close') this.#owner.deliver(this.#port, rest);
        }
      }
    }
  }
}
