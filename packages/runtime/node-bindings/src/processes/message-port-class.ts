import type { Foreign } from '../realm/realm.ts';
import { nodeTypeError, sendNatively } from './message-errors.ts';
import { packMessage } from './pack-message.ts';
import { type NativePort, PortHandle } from './port-handle.ts';
import type { PortTable } from './port-table.ts';

/** Passed to the constructor, which lib may not call itself. */
export const INTERNAL = Symbol('internal');

/**
 * Node's MessagePort, a class of its own and not the browser's: lib's
 * internal/worker/io.js re-parents its prototype and calls `[oninit]` on every
 * instance. Reference: MessagePort in Node src/node_messaging.cc.
 */
export function createMessagePortClass(table: PortTable): Foreign {
  const { realm } = table;

  /** A function and no class: also a call without `new` must say what lib's tests know. */
  function MessagePort(
    this: Foreign,
    token: unknown,
    native: NativePort,
    luggage: ConstructorParameters<typeof PortHandle>[4],
  ): void {
    if (token !== INTERNAL) throw nodeTypeError('ERR_CONSTRUCT_CALL_INVALID', 'Constructor cannot be called');
    // `this` is lib's object; state lives in the handle, as lib re-parents the prototype.
    const handle = new PortHandle(realm, this, native, table, luggage);
    table.add(this, handle);
    const init = this[realm.symbols['oninit'] as symbol];
    if (typeof init === 'function') Reflect.apply(init, this, []);
  }

  class PortMethods {
    postMessage(value: unknown, transfer?: unknown): boolean | undefined {
      if (arguments.length === 0)
        throw nodeTypeError('ERR_MISSING_ARGS', 'Not enough arguments to MessagePort.postMessage');
      const handle = table.mustGetHandle(this);
      const packed = packMessage(table, value, transfer, this);
      // Posting to a closed port does nothing, but never hides a mistake in what is posted.
      if (!handle.open) {
        // Nobody gets it, but what cannot be cloned is refused all the same.
        sendNatively(realm, () => realm.host.structuredClone(packed.envelope, { transfer: packed.transfer }));
        return undefined;
      }
      const ownPeer = table.peerOf(handle);
      // The transfer list holds the very port that would receive the message.
      const lost = ownPeer !== undefined && packed.given.includes(ownPeer);
      if (lost) {
        realm.process.emitWarning('The target port was posted to itself, and the communication channel was lost');
        // What was listed is gone from here all the same.
        sendNatively(realm, () => realm.host.structuredClone(packed.envelope, { transfer: packed.transfer }));
      } else sendNatively(realm, () => handle.send(packed.envelope, packed.transfer));
      // Only after the message is sent: a failure must leave all ports where they are.
      for (const given of packed.given) given.giveAway();
      if (lost) handle.close();
      return true;
    }

    start(): void {
      const handle = table.mustGetHandle(this);
      if (handle.open) handle.start();
    }

    close(): void {
      table.mustGetHandle(this).close();
    }

    ref(): void {
      table.mustGetHandle(this).ref();
    }

    unref(): void {
      table.mustGetHandle(this).unref();
    }

    hasRef(): boolean | undefined {
      return table.mustGetHandle(this).hasRef();
    }
  }

  // Methods of a class body are not enumerable and cannot be constructed, as those of a FunctionTemplate.
  for (const name of Object.getOwnPropertyNames(PortMethods.prototype)) {
    if (name !== 'constructor')
      Object.defineProperty(
        MessagePort.prototype,
        name,
        Object.getOwnPropertyDescriptor(PortMethods.prototype, name) ?? {},
      );
  }

  return MessagePort;
}
