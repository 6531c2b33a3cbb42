import type { BindingFactory } from '../realm/realm.ts';
import { STREAM_STATE_FIELDS, StreamState } from '../handles/stream-state.ts';

/** internalBinding('stream_wrap'). Reference: Node src/stream_wrap.cc, LibuvStreamWrap::Initialize. */
export const createStreamWrapBinding: BindingFactory = () => {
  class ShutdownWrap {}
  class WriteWrap {}
  return {
    ShutdownWrap,
    WriteWrap,
    kReadBytesOrError: StreamState.readBytesOrError,
    kArrayBufferOffset: StreamState.arrayBufferOffset,
    kBytesWritten: StreamState.bytesWritten,
    kLastWriteWasAsync: StreamState.lastWriteWasAsync,
    streamBaseState: new Int32Array(STREAM_STATE_FIELDS),
  };
};
