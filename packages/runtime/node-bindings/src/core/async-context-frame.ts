import type { Foreign, Realm } from '../realm/realm.ts';

/** internalBinding('async_context_frame'): AsyncLocalStorage's carrier. Reference: src/async_context_frame.cc. */
export function createAsyncContextFrameBinding({ frame }: Realm): Foreign {
  return {
    getContinuationPreservedEmbedderData: () => frame.current,
    setContinuationPreservedEmbedderData(value: unknown) {
      frame.current = value;
    },
  };
}
