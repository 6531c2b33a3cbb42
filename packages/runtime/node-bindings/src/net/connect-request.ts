import type { Foreign, Realm } from '../realm/realm.ts';
import { CallbackContext, providerOf } from '../handles/async-wrap.ts';

/**
 * Settles a TCPConnectWrap or PipeConnectWrap; ConnectionWrap::AfterConnect. The request keeps the loop alive until
 * the returned function is called, which has to happen exactly once, in a loop task.
 * `status` is 0 or a negative errno.
 */
export function connectRequest(realm: Realm, handle: object, request: Foreign): (status: number) => void {
  const context = new CallbackContext(realm, { object: request, provider: providerOf(request) });
  const hold = realm.loop.hold();
  return (status) => {
    hold.release();
    const open = status === 0;
    // lib's arguments: status, handle, request, readable, writable.
    context.callMethod(request, 'oncomplete', status, handle, request, open, open);
    context.end();
  };
}
