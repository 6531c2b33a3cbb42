/** internalBinding('async_context_frame'): AsyncLocalStorage's carrier. Reference: src/async_context_frame.cc. */
import type { Foreign, Realm } from '../realm.ts';

export function createAsyncContextFrameBinding({ frame }: Realm): Foreign {
  return {
    getContinuationPreservedEmbedderData: () => frame.current,
    setContinuationPreservedEmbedderData(value: unknown) {
      frame.current = value;
    },
  };
}
