import type { Foreign, Realm } from '../realm.ts';

/** Indices of `internalBinding('stream_wrap').streamBaseState` (StreamBaseStateFields in src/stream_base.h). */
export const StreamState = {
  readBytesOrError: 0,
  arrayBufferOffset: 1,
  bytesWritten: 2,
  lastWriteWasAsync: 3,
} as const;

export const STREAM_STATE_FIELDS = 4;

/** The realm's one shared array in which a stream call leaves its extra results. */
export function streamStateOf(realm: Realm): Int32Array {
  const binding: Foreign = realm.internalBinding('stream_wrap');
  return binding.streamBaseState;
}
