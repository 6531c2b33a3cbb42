import type { Foreign, Realm } from '../realm.ts';
import { CallbackContext, providerOf } from './async-wrap.ts';

/** Settles a TCPConnectWrap or PipeConnectWrap; ConnectionWrap::AfterConnect. */
export function connectRequest(realm: Realm, handle: object, request: Foreign): (status: number) => void {
  const context = new CallbackContext(realm, { object: request, provider: providerOf(request) });
  const hold = realm.loop.hold();
  return (status) => {
    hold.release();
    const open = status === 0;
    context.callMethod(request, 'oncomplete', status, handle, request, open, open);
    context.end();
  };
}
