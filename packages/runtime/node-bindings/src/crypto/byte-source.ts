import { plain } from '../realm/bytes.ts';
import { KeyHandle } from './key-handle.ts';

/**
 * Bytes of what lib hands over (ByteSource, ArrayBufferOrViewContents): a view, a buffer or a secret key. Not
 * copied: whoever keeps them for later must. Nothing given is no bytes; anything else throws.
 */
export function bytesOf(source: unknown): Uint8Array {
  if (source instanceof KeyHandle) return KeyHandle.secretOf(source);
  if (ArrayBuffer.isView(source) || source instanceof ArrayBuffer || source instanceof SharedArrayBuffer)
    return plain(source);
  if (source === undefined || source === null) return new Uint8Array(0);
  throw new TypeError(`Cannot read bytes: got ${typeof source}`);
}

/** A buffer of its own that holds exactly these bytes. */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
