import type { BindingFactory } from '../realm/realm.ts';
import { TcpConstants, TcpHandle } from './tcp-handle.ts';

/** internalBinding('tcp_wrap'). Reference: Node src/tcp_wrap.cc, TCPWrap::Initialize. */
export const createTcpWrapBinding: BindingFactory = (realm) => {
  class TCP extends TcpHandle {
    constructor(type?: number) {
      super(realm, type === TcpConstants.SERVER ? 'TCPSERVERWRAP' : 'TCPWRAP');
    }

    protected override makeFresh(): TcpHandle {
      return new TCP();
    }
  }
  class TCPConnectWrap {}
  return { TCP, TCPConnectWrap, constants: { ...TcpConstants } };
};
