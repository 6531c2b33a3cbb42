import { codedError } from '@slipway/node-values';
import type { BindingFactory, Foreign, Realm } from '../realm/realm.ts';
import { BroadcastGroups } from './broadcast-group.ts';
import { Mailbox } from './mailbox.ts';
import { nodeTypeError, sendNatively } from './message-errors.ts';
import { packMessage } from './pack-message.ts';
import type { NativePort, Received } from './port-handle.ts';
import { PORT_REGISTRY, type PortRegistry, PortTable } from './port-table.ts';

/**
 * internalBinding('messaging'). Reference: Node src/node_messaging.cc.
 *
 *   MessagePort (lib's object) ─▶ PortHandle ─▶ the browser's port, or a Mailbox
 *        └── PortTable: all of them, what they carry is packed by `pack-message.ts`
 *
 * Values go through the browser's structured clone and native ports.
 */
export const createMessagingBinding: BindingFactory = (realm) => {
  const broadcasts = new BroadcastGroups(realm);
  const table = new PortTable(realm);

  function MessageChannel(this: Foreign): void {
    if (new.target === undefined)
      throw nodeTypeError(
        'ERR_CONSTRUCT_CALL_REQUIRED',
        'Class constructor MessageChannel cannot be invoked without `new`',
      );
    const channel = new realm.host.classes.MessageChannel();
    // What one side writes is what the other reads.
    const [first, second] = [Mailbox.allocate(), Mailbox.allocate()];
    this.port1 = table.wrap(channel.port1 as unknown as NativePort, { inbox: first, outbox: second });
    this.port2 = table.wrap(channel.port2 as unknown as NativePort, { inbox: second, outbox: first });
  }

  return {
    MessagePort: table.MessagePort,
    MessageChannel,
    [PORT_REGISTRY]: table,
    get DOMException() {
      return realm.perContext.domException.DOMException;
    },
    exposeLazyDOMExceptionProperty(target: object) {
      const { DOMException } = realm.perContext.domException;
      Object.defineProperty(target, 'DOMException', {
        value: DOMException,
        configurable: true,
        writable: true,
        enumerable: false,
      });
    },
    setDeserializerCreateObjectFunction(create: (info: string) => Foreign) {
      table.createObjectsWith(create);
    },
    /** MessagePort::Stop and Drain; nothing happens for what is no port. */
    stopMessagePort(port: Foreign) {
      table.handleOf(port)?.stop();
    },
    drainMessagePort(port: Foreign) {
      table.handleOf(port)?.drain();
    },
    receiveMessageOnPort(port: Foreign) {
      const handle = table.handleOf(port);
      if (handle === undefined)
        throw nodeTypeError('ERR_INVALID_ARG_TYPE', 'The "port" argument must be a MessagePort instance');
      // `no_message_symbol` and not undefined, since undefined can be a message.
      const received = handle.open ? handle.receive() : undefined;
      return received === undefined ? realm.symbols['no_message_symbol'] : table.unpack(received).value;
    },
    /** There is one context in a worker: the port stays what it is. */
    moveMessagePortToContext(port: Foreign) {
      if (!table.mustGetHandle(port).open)
        throw codedError(Error, 'ERR_CLOSED_MESSAGE_PORT', 'Cannot send data on closed MessagePort');
      return port;
    },
    broadcastChannel: (name: string) => table.wrap(broadcasts.join(name)),
    structuredClone(given: unknown, options: { transfer?: readonly object[] } | undefined) {
      // In V8 it is an object with interceptors, which can be cloned; here a Proxy, which cannot.
      const value = given === realm.process.env ? { ...(given as Foreign) } : given;
      const packed = packMessage(table, value, options, null);
      // Before the clone: ports that are transferred are gone even if the value then turns out to be uncloneable.
      for (const handle of packed.given) handle.giveAway();
      const ports = packed.transfer.filter((object) => object instanceof realm.host.classes.MessagePort);
      const cloned = sendNatively(realm, () =>
        realm.host.structuredClone({ envelope: packed.envelope, ports }, { transfer: packed.transfer }),
      ) as Received;
      return table.unpack(cloned).value;
    },
  };
};

/** Boot calls this when a thread ends by itself, so that its last messages are known to be the last. */
export function announceThreadEnd(realm: Realm): void {
  const registry: PortRegistry = realm.internalBinding('messaging')[PORT_REGISTRY];
  registry.announceEnd();
}
