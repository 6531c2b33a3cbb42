import type { BindingFactory } from '../realm.ts';
import { Errno } from './errno.ts';
import { HandleWrap } from './handle-wrap.ts';

/**
 * internalBinding('udp_wrap'). Reference: Node src/udp_wrap.cc.
 *
 * There are no datagrams in a container: a socket can be made (cluster and
 * dgram do so on load) and answers ENOTSUP to whatever would need one.
 */
export const createUdpWrapBinding: BindingFactory = (realm) => {
  class UDP extends HandleWrap {
    constructor() {
      super(realm);
    }

    get fd(): number {
      return -1;
    }

    getSendQueueSize(): number {
      return 0;
    }

    getSendQueueCount(): number {
      return 0;
    }

    recvStop(): number {
      return 0;
    }

    protected override onClose(): void {
      // Nothing was ever open.
    }
  }
  const refused = [
    'recvStart', 'open', 'bind', 'connect', 'send', 'bind6', 'connect6', 'send6', 'disconnect', 'getpeername', 'getsockname',
    'addMembership', 'dropMembership', 'addSourceSpecificMembership', 'dropSourceSpecificMembership', 'setMulticastInterface',
    'setMulticastTTL', 'setMulticastLoopback', 'setBroadcast', 'setTTL', 'bufferSize',
  ];
  for (const name of refused) Object.defineProperty(UDP.prototype, name, { value: () => Errno.ENOTSUP, writable: true, configurable: true });
  class SendWrap {}
  return { UDP, SendWrap, constants: { UV_UDP_IPV6ONLY: 1, UV_UDP_REUSEADDR: 4, UV_UDP_REUSEPORT: 64 } };
};
