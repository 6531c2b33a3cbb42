import { Flag, type FrameHeader } from './frames.ts';

/**
 * The bytes of a DATA, HEADERS or PUSH_PROMISE frame without padding; `undefined`
 * where there is more padding than frame (RFC 9113, 6.1).
 */
export function unpad(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  if ((header.flags & Flag.padded) === 0) return payload;
  const padding = payload[0];
  return padding === undefined || padding >= payload.length ? undefined : payload.subarray(1, payload.length - padding);
}
