import type { Realm } from '../realm/realm.ts';

/**
 * Runs `send` and turns the browser's DataCloneError into Node's. The browser names its own interface in front of
 * the reason; Node gives the reason alone. Other exceptions (of a getter in the value) pass unchanged.
 */
export function sendNatively<T>(realm: Realm, send: () => T): T {
  try {
    return send();
  } catch (error) {
    if (!(error instanceof realm.host.classes.DOMException)) throw error;
    throw cloneError(realm, error.message.replace(/^Failed to execute '\w+' on '\w+': /, ''));
  }
}

/** ThrowDataCloneException, node_messaging.cc: a DOMException of this realm, so that `instanceof` holds. */
export function cloneError(realm: Realm, message: string): Error {
  const { DOMException } = realm.perContext.domException;
  return new DOMException(message, 'DataCloneError');
}

/** An error as node::THROW_ERR_* makes it: the code is a property, not part of the message. */
export function nodeTypeError(code: string, message: string): TypeError {
  return Object.assign(new TypeError(message), { code });
}
