import type { BindingFactory } from '../realm/realm.ts';
import { PipeConstants, PipeHandle } from './pipe-handle.ts';

/** internalBinding('pipe_wrap'). Reference: Node src/pipe_wrap.cc, PipeWrap::Initialize. */
export const createPipeWrapBinding: BindingFactory = (realm) => {
  class Pipe extends PipeHandle {
    constructor(type: number = PipeConstants.SOCKET) {
      super(realm, type);
    }

    protected override makeFresh(): PipeHandle {
      return new Pipe();
    }
  }

  class PipeConnectWrap {}
  return { Pipe, PipeConnectWrap, constants: { ...PipeConstants } };
};
