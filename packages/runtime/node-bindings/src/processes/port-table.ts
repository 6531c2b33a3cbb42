import { AsyncWrap } from '../handles/async-wrap.ts';
import { unpackValue } from '../handles/message-value.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { nodeTypeError } from './message-errors.ts';
import { createMessagePortClass, INTERNAL } from './message-port-class.ts';
import { PortTurns } from './port-turns.ts';
import type { Boxes, NativePort, PortHandle, PortLuggage, PortOwner, Received } from './port-handle.ts';

/** What other bindings of this room need of `messaging`; under a name lib never asks for. */
export interface PortRegistry {
  wrap(native: NativePort): Foreign;
  /** `undefined` where it is no port of lib. */
  handleOf(port: Foreign): PortHandle | undefined;
  /** A thread has ended: channels to it are closed. */
  threadEnded(threadId: number): void;
  /**
   * A worker that ends by itself calls this before the kernel is told: other threads hear of it only this way. The port
   * to the parent's Worker comes last, as its end is the last that the parent waits for.
   */
  announceEnd(): void;
  /** From now on ports are read also while they are listened to. */
  readWhileListening(): void;
}

/** The member of `messaging` under which it stands. */
export const PORT_REGISTRY = 'slipway_ports';

/** All ports of a realm, open or on their way. */
export class PortTable implements PortOwner, PortRegistry {
  readonly realm: Realm;
  readonly turns: PortTurns;
  readonly MessagePort: Foreign;
  readonly #handles = new WeakMap<object, PortHandle>();
  /** By the box they read: identity of the object, so only ports that never left this realm. */
  readonly #byInbox = new Map<SharedArrayBuffer, PortHandle>();
  /** As in Node a port lives until it is closed, listened to or not. */
  readonly #live = new Set<PortHandle>();
  #readsWhileListening = false;
  #createObject: (info: string) => Foreign = () => {
    throw new Error('Cannot read a message: setDeserializerCreateObjectFunction was not called');
  };

  constructor(realm: Realm) {
    this.realm = realm;
    this.turns = new PortTurns(realm.loop, (task) => realm.host.queueMicrotask(task));
    this.MessagePort = createMessagePortClass(this);
  }

  wrap(native: NativePort, boxes: Boxes | null = null): Foreign {
    return new this.MessagePort(INTERNAL, native, { boxes, sent: 0, received: 0, unread: [] });
  }

  /** The constructor of MessagePort tells of a new one. */
  add(port: object, handle: PortHandle): void {
    this.#handles.set(port, handle);
    this.#live.add(handle);
    if (handle.boxes !== null) this.#byInbox.set(handle.boxes.inbox, handle);
  }

  isPort(object: object): boolean {
    return this.#handles.has(object);
  }

  handleOf(port: Foreign): PortHandle | undefined {
    return typeof port === 'object' && port !== null ? this.#handles.get(port) : undefined;
  }

  /** Throws ERR_INVALID_THIS, as V8's signature check of the methods would. */
  mustGetHandle(port: unknown): PortHandle {
    const handle = this.handleOf(port);
    if (handle === undefined) throw nodeTypeError('ERR_INVALID_THIS', 'Value of "this" must be of type MessagePort');
    return handle;
  }

  /** setDeserializerCreateObjectFunction: how lib makes its own transferables again. */
  createObjectsWith(create: (info: string) => Foreign): void {
    this.#createObject = create;
  }

  /**
   * Message::Deserialize: the value, and the ports in it as new objects of this realm. Throws for unknown objects.
   */
  unpack({ envelope, ports }: Received): { value: unknown; ports: Foreign[] } {
    const wrapped: Foreign[] = [];
    const value = unpackValue(this.realm, envelope, {
      port: (index, extra) => {
        const luggage = extra as PortLuggage;
        const unread = luggage.unread.map((item) => ({
          envelope: item.envelope,
          ports: item.ports.map((at) => ports[at]),
        }));
        // A port that arrives is a new object of this realm over the native port that came along.
        const port: Foreign = new this.MessagePort(INTERNAL, ports[index], { ...luggage, unread });
        wrapped.push(port);
        return port;
      },
      createObject: (info) => this.#createObject(info),
    });
    return { value, ports: wrapped };
  }

  /**
   * MessagePort::OnMessage: lib's emitMessage, which makes the event;
   * 'messageerror' where the value cannot be made.
   */
  deliver(port: Foreign, received: Received): void {
    const emitMessage = this.realm.perContext.messagePort.emitMessage as () => unknown;
    const handle = this.mustGetHandle(port);
    let message: ReturnType<PortTable['unpack']>;
    try {
      message = this.unpack(received);
    } catch (error) {
      // The message is lost; its ports were never wrapped.
      AsyncWrap.call(handle, emitMessage, port as object, error, [], 'messageerror');
      return;
    }
    AsyncWrap.call(handle, emitMessage, port as object, message.value, message.ports, 'message');
  }

  peerOf(handle: PortHandle): PortHandle | undefined {
    // What this side writes is what its peer reads.
    return handle.boxes === null ? undefined : this.#byInbox.get(handle.boxes.outbox);
  }

  forget(handle: PortHandle): void {
    this.#live.delete(handle);
    if (handle.boxes !== null) this.#byInbox.delete(handle.boxes.inbox);
  }

  get readsWhileListening(): boolean {
    // So does a thread of lib's own: a loader's hooks ask `receiveMessageOnPort`
    // for what was posted before the question they answer.
    return this.#readsWhileListening || this.realm.sys.start.thread?.url?.startsWith('node:') === true;
  }

  get threadId(): number {
    return this.realm.isMainThread ? 0 : (this.realm.sys.start.thread?.threadId ?? 0);
  }

  threadEnded(threadId: number): void {
    // A copy is not needed: a Set may lose members while it is walked.
    for (const handle of this.#live) if (handle.peerThread === threadId) handle.peerEnded();
  }

  readWhileListening(): void {
    this.#readsWhileListening = true;
  }

  announceEnd(): void {
    // The port to the parent's Worker object knows no peer; its end is the last that the parent waits for.
    const ordered = [...this.#live].sort(
      (a, b) => Number(a.peerThread === undefined) - Number(b.peerThread === undefined),
    );
    for (const handle of ordered) handle.announceEnd();
  }
}
