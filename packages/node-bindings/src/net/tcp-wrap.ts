import type { BindingFactory } from '../realm.ts';
import { TcpConstants, TcpHandle } from './tcp-handle.ts';

/** internalBinding('tcp_wrap'). Reference: Node src/tcp_wrap.cc, TCPWrap::Initialize. */
export const createTcpWrapBinding: BindingFactory = (realm) => {
  class TCP extends TcpHandle {
    constructor() {
      super(realm);
    }

    protected override makeFresh(): TcpHandle {
      return new TCP();
    }
  }
  class TCPConnectWrap {}
  return { TCP, TCPConnectWrap, constants: { ...TcpConstants } };
};
