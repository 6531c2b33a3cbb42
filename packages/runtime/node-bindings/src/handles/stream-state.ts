import type { Foreign, Realm } from '../realm/realm.ts';

/** Indices of `internalBinding('stream_wrap').streamBaseState` (StreamBaseStateFields in src/stream_base.h). */
export const StreamState = {
  // Bytes of the read that is being delivered, or its negative errno (UV_EOF at the end).
  readBytesOrError: 0,
  arrayBufferOffset: 1,
  bytesWritten: 2,
  // 1 while the last write waits for its `oncomplete`; 0 when the bytes are gone already.
  lastWriteWasAsync: 3,
} as const;

/** Length of the array: StreamBase::kNumStreamBaseStateFields. */
export const STREAM_STATE_FIELDS = 4;

/** The realm's one shared array in which a stream call leaves its extra results. */
export function streamStateOf(realm: Realm): Int32Array {
  const binding: Foreign = realm.internalBinding('stream_wrap');
  return binding.streamBaseState;
}
