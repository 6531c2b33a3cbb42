import { AsyncWrap } from '../net/async-wrap.ts';
import { codedError } from '../core/coded-error.ts';
import type { BindingFactory, Foreign, Realm } from '../realm.ts';
import { unpackValue, ValuePacker, type Envelope } from './message-value.ts';
import { BroadcastGroups } from './broadcast-group.ts';
import { Mailbox } from './mailbox.ts';
import { PortTurns } from './port-turns.ts';
import { PortHandle, type Boxes, type NativePort, type PortLuggage, type Received } from './port-handle.ts';

/** Passed to constructors lib may not call itself. */
const INTERNAL = Symbol('internal');

/** What other bindings of this room need of `messaging`; under a name lib never asks for. */
export interface PortRegistry {
  wrap(native: NativePort): Foreign;
  handleOf(port: Foreign): PortHandle | undefined;
  /** A thread has ended: channels to it are closed. */
  threadEnded(threadId: number): void;
  /** This thread is about to end: tells all other sides. */
  announceEnd(): void;
  /** From now on ports are read also while they are listened to. */
  readWhileListening(): void;
}

export const PORT_REGISTRY = 'slipway_ports';

/**
 * internalBinding('messaging'). Reference: Node src/node_messaging.cc.
 *
 * Values go through the browser's structured clone and native ports. Node's
 * MessagePort is a class of its own: lib/internal/worker/io.js re-parents its
 * prototype and calls `[oninit]` on every instance.
 */
export const createMessagingBinding: BindingFactory = (realm) => {
  const broadcasts = new BroadcastGroups(realm);
  const handles = new WeakMap<object, PortHandle>();
  /** By the box they read: identity of the object, so only ports that never left this realm. */
  const byInbox = new Map<SharedArrayBuffer, PortHandle>();
  /** As in Node a port lives until it is closed, listened to or not. */
  const live = new Set<PortHandle>();
  let createObject: (info: string) => Foreign = () => {
    throw new Error('Cannot read a message: setDeserializerCreateObjectFunction was not called');
  };

  const unpack = ({ envelope, ports }: Received): { value: unknown; ports: Foreign[] } => {
    const wrapped: Foreign[] = [];
    const value = unpackValue(realm, envelope, {
      port: (index, extra) => {
        const luggage = extra as PortLuggage;
        const unread = luggage.unread.map((item) => ({ envelope: item.envelope, ports: item.ports.map((at) => ports[at]) }));
        const port: Foreign = new (MessagePort as Foreign)(INTERNAL, ports[index], { ...luggage, unread });
        wrapped.push(port);
        return port;
      },
      createObject: (info) => createObject(info),
    });
    return { value, ports: wrapped };
  };

  const wrap = (native: NativePort, boxes: Boxes | null = null): Foreign => new (MessagePort as Foreign)(INTERNAL, native, { boxes, sent: 0, received: 0, unread: [] });

  let readsWhileListening = false;
  const owner = {
    deliver(port: Foreign, received: Received) {
      const { emitMessage } = realm.perContext.messagePort;
      let message: ReturnType<typeof unpack>;
      try {
        message = unpack(received);
      } catch (error) {
        AsyncWrap.call(mustGetHandle(port), emitMessage as () => unknown, port as object, error, [], 'messageerror');
        return;
      }
      AsyncWrap.call(mustGetHandle(port), emitMessage as () => unknown, port as object, message.value, message.ports, 'message');
    },
    turns: new PortTurns(realm.loop, (task) => realm.host.queueMicrotask(task)),
    peerOf: (handle: PortHandle) => (handle.boxes === null ? undefined : byInbox.get(handle.boxes.outbox)),
    forget(handle: PortHandle) {
      live.delete(handle);
      if (handle.boxes !== null) byInbox.delete(handle.boxes.inbox);
    },
    get readsWhileListening() {
      // So does a thread of lib's own: a loader's hooks ask `receiveMessageOnPort` for what was posted before the question they answer.
      return readsWhileListening || realm.sys.start.thread?.url?.startsWith('node:') === true;
    },
    get threadId() {
      return realm.isMainThread ? 0 : (realm.sys.start.thread?.threadId ?? 0);
    },
  };

  const mustGetHandle = (port: unknown): PortHandle => {
    const handle = typeof port === 'object' && port !== null ? handles.get(port) : undefined;
    if (handle === undefined) throw nodeTypeError('ERR_INVALID_THIS', 'Value of "this" must be of type MessagePort');
    return handle;
  };

  /** Packs a value and collects what is transferred with it. */
  const pack = (value: unknown, transferOption: unknown, self: object | null): { envelope: Envelope; transfer: unknown[]; given: PortHandle[] } => {
    const transferList = transferListOf(transferOption);
    const native: unknown[] = [];
    const given: PortHandle[] = [];
    for (const object of transferList) if (object === self) throw cloneError(realm, 'Transfer list contains source port');
    transferList.forEach((object, index) => {
      if (transferList.indexOf(object) !== index) throw cloneError(realm, `Transfer list contains duplicate ${handles.has(object) ? 'MessagePort' : 'ArrayBuffer'}`);
      if (handles.get(object)?.open === false) throw cloneError(realm, 'MessagePort in transfer list is already detached');
    });
    for (const object of transferList) {
      const slot = realm.privateSymbols['untransferable_object_private_symbol'];
      if (slot?.get(object) === true) throw cloneError(realm, 'An ArrayBuffer is detached and could not be cloned.');
    }
    const envelope = ValuePacker.pack(realm, value, {
      transfer: new Set(transferList),
      isPort: (object) => handles.has(object),
      takePort(object) {
        const handle = mustGetHandle(object);
        if (!handle.open) throw cloneError(realm, 'MessagePort in transfer list is already detached');
        given.push(handle);
        const port = native.push(handle.native) - 1;
        return { port, extra: handle.luggage((nested) => native.push(nested) - 1) };
      },
    });
    for (const object of transferList) {
      const handle = handles.get(object);
      if (handle === undefined) {
        if (isNativeTransferable(object)) native.push(object);
      } else if (!given.includes(handle)) {
        // Listed but not in the value: it travels all the same, and is lost.
        given.push(handle);
        native.push(handle.native);
      }
    }
    return { envelope, transfer: native, given };
  };

  /** A function and no class: also a call without `new` must say what lib's tests know. */
  function MessagePort(this: Foreign, token: unknown, native: NativePort, luggage: ConstructorParameters<typeof PortHandle>[4]): void {
    if (token !== INTERNAL) throw nodeTypeError('ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
    const handle = new PortHandle(realm, this, native, owner, luggage);
    handles.set(this, handle);
    live.add(handle);
    if (handle.boxes !== null) byInbox.set(handle.boxes.inbox, handle);
    const init = this[realm.symbols['oninit'] as symbol];
    if (typeof init === 'function') Reflect.apply(init, this, []);
  }

  class PortMethods {
    postMessage(value: unknown, transfer?: unknown): boolean | undefined {
      if (arguments.length === 0) throw nodeTypeError('ERR_MISSING_ARGS', 'Not enough arguments to MessagePort.postMessage');
      const handle = mustGetHandle(this);
      const packed = pack(value, transfer, this);
      if (!handle.open) {
        // Nobody gets it, but what cannot be cloned is refused all the same.
        sendNatively(realm, () => realm.host.structuredClone(packed.envelope, { transfer: packed.transfer }));
        return undefined;
      }
      const ownPeer = owner.peerOf(handle);
      const lost = ownPeer !== undefined && packed.given.includes(ownPeer);
      if (lost) {
        realm.process.emitWarning('The target port was posted to itself, and the communication channel was lost');
        // What was listed is gone from here all the same.
        sendNatively(realm, () => realm.host.structuredClone(packed.envelope, { transfer: packed.transfer }));
      } else sendNatively(realm, () => handle.send(packed.envelope, packed.transfer));
      for (const given of packed.given) given.giveAway();
      if (lost) handle.close();
      return true;
    }

    start(): void {
      const handle = mustGetHandle(this);
      if (handle.open) handle.start();
    }

    close(): void {
      mustGetHandle(this).close();
    }

    ref(): void {
      mustGetHandle(this).ref();
    }

    unref(): void {
      mustGetHandle(this).unref();
    }

    hasRef(): boolean | undefined {
      return mustGetHandle(this).hasRef();
    }
  }

  for (const name of Object.getOwnPropertyNames(PortMethods.prototype)) {
    if (name !== 'constructor') Object.defineProperty(MessagePort.prototype, name, Object.getOwnPropertyDescriptor(PortMethods.prototype, name) ?? {});
  }

  function MessageChannel(this: Foreign): void {
    if (new.target === undefined) throw nodeTypeError('ERR_CONSTRUCT_CALL_REQUIRED', 'Class constructor MessageChannel cannot be invoked without `new`');
    const channel = new realm.host.classes.MessageChannel();
    const [first, second] = [Mailbox.allocate(), Mailbox.allocate()];
    this.port1 = wrap(channel.port1 as unknown as NativePort, { inbox: first, outbox: second });
    this.port2 = wrap(channel.port2 as unknown as NativePort, { inbox: second, outbox: first });
  }

  const registry: PortRegistry = {
    wrap,
    handleOf: (port) => handles.get(port),
    threadEnded(threadId) {
      for (const handle of live) if (handle.peerThread === threadId) handle.peerEnded();
    },
    readWhileListening() {
      readsWhileListening = true;
    },
    announceEnd() {
      // The port to the parent's Worker object knows no peer; its end is the last that the parent waits for.
      const ordered = [...live].sort((a, b) => Number(a.peerThread === undefined) - Number(b.peerThread === undefined));
      for (const handle of ordered) handle.announceEnd();
    },
  };

  return {
    MessagePort,
    MessageChannel,
    [PORT_REGISTRY]: registry,
    get DOMException() {
      return realm.perContext.domException.DOMException;
    },
    exposeLazyDOMExceptionProperty(target: object) {
      const { DOMException } = realm.perContext.domException;
      Object.defineProperty(target, 'DOMException', { value: DOMException, configurable: true, writable: true, enumerable: false });
    },
    setDeserializerCreateObjectFunction(create: (info: string) => Foreign) {
      createObject = create;
    },
    stopMessagePort(port: Foreign) {
      handles.get(port)?.stop();
    },
    drainMessagePort(port: Foreign) {
      handles.get(port)?.drain();
    },
    receiveMessageOnPort(port: Foreign) {
      const handle = typeof port === 'object' && port !== null ? handles.get(port) : undefined;
      if (handle === undefined) throw nodeTypeError('ERR_INVALID_ARG_TYPE', 'The "port" argument must be a MessagePort instance');
      const received = handle.open ? handle.receive() : undefined;
      return received === undefined ? realm.symbols['no_message_symbol'] : unpack(received).value;
    },
    /** There is one context in a worker: the port stays what it is. */
    moveMessagePortToContext(port: Foreign) {
      if (!mustGetHandle(port).open) throw codedError(Error, 'ERR_CLOSED_MESSAGE_PORT', 'Cannot send data on closed MessagePort');
      return port;
    },
    broadcastChannel: (name: string) => wrap(broadcasts.join(name)),
    structuredClone(given: unknown, options: { transfer?: readonly object[] } | undefined) {
      // In V8 it is an object with interceptors, which can be cloned; here a Proxy, which cannot.
      const value = given === realm.process.env ? { ...(given as Foreign) } : given;
      const packed = pack(value, options, null);
      for (const handle of packed.given) handle.giveAway();
      const ports = packed.transfer.filter((object) => object instanceof realm.host.classes.MessagePort);
      const cloned = sendNatively(realm, () => realm.host.structuredClone({ envelope: packed.envelope, ports }, { transfer: packed.transfer })) as Received;
      return unpack(cloned).value;
    },
  };
};

/** `[object]`, `{ transfer: [object] }` or nothing. Reference: ReadIterable and PostMessage in node_messaging.cc. */
function transferListOf(option: unknown): readonly object[] {
  if (option === undefined || option === null) return [];
  if (typeof option !== 'object') throw nodeTypeError('ERR_INVALID_ARG_TYPE', 'Optional transferList argument must be an iterable');
  const direct = readIterable(option);
  if (direct !== undefined) return direct;
  const { transfer } = option as { transfer?: unknown };
  if (transfer === undefined) return [];
  const list = readIterable(transfer);
  if (list === undefined) throw nodeTypeError('ERR_INVALID_ARG_TYPE', 'Optional options.transfer argument must be an iterable');
  return list;
}

/** `undefined` where `source` is not iterable. */
function readIterable(source: unknown): readonly object[] | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const iterate: unknown = Reflect.get(source, Symbol.iterator);
  if (typeof iterate !== 'function') return undefined;
  const iterator: unknown = Reflect.apply(iterate, source, []);
  const next: unknown = typeof iterator === 'object' && iterator !== null ? Reflect.get(iterator, 'next') : undefined;
  if (typeof next !== 'function') return undefined;
  const members: object[] = [];
  for (;;) {
    const step = Reflect.apply(next, iterator, []) as { readonly done?: boolean; readonly value?: object };
    if (step.done === true) return members;
    members.push(step.value as object);
  }
}

/** Lib's own transferables travel inside the value; the browser knows only these. */
function isNativeTransferable(object: object): boolean {
  return object instanceof ArrayBuffer;
}

/** The browser names its own interface in front of the reason; Node gives the reason alone. */
function sendNatively<T>(realm: Realm, send: () => T): T {
  try {
    return send();
  } catch (error) {
    if (!(error instanceof realm.host.classes.DOMException)) throw error;
    throw cloneError(realm, error.message.replace(/^Failed to execute '\w+' on '\w+': /, ''));
  }
}

function cloneError(realm: Realm, message: string): Error {
  const { DOMException } = realm.perContext.domException;
  return new DOMException(message, 'DataCloneError');
}

/** An error as node::THROW_ERR_* makes it: the code is a property, not part of the message. */
function nodeTypeError(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}

/** Boot calls this when a thread ends by itself, so that its last messages are known to be the last. */
export function announceThreadEnd(realm: Realm): void {
  const registry: PortRegistry = realm.internalBinding('messaging')[PORT_REGISTRY];
  registry.announceEnd();
}
