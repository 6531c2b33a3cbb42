import type { BindingFactory } from '../realm/realm.ts';
import { UdpConstants, UdpHandle } from './udp-handle.ts';

/** internalBinding('udp_wrap'). Reference: Node src/udp_wrap.cc. */
export const createUdpWrapBinding: BindingFactory = (realm) => {
  class UDP extends UdpHandle {
    constructor() {
      super(realm);
    }
  }
  class SendWrap {}
  return { UDP, SendWrap, constants: { ...UdpConstants } };
};
