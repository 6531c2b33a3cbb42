import type { DescriptorTable } from '@slipway/kernel';
import { EINTR } from './errno.ts';

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/** The next bytes of a descriptor: empty at the end, or a negative errno. */
export function readChunk(descriptors: DescriptorTable, fd: number, size: number = CHUNK): Uint8Array | number {
  const buffer = new Uint8Array(size);
  for (;;) {
    const count = descriptors.read(fd, buffer, null);
    if (count === EINTR) continue;
    return count < 0 ? count : buffer.subarray(0, count);
  }
}

/** Everything up to the end, or a negative errno. */
export function readAll(descriptors: DescriptorTable, fd: number): Uint8Array | number {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = readChunk(descriptors, fd);
    if (typeof chunk === 'number') return chunk;
    if (chunk.length === 0) return concat(chunks);
    chunks.push(chunk);
  }
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const only = chunks[0];
  if (chunks.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

export interface LineRead {
  readonly bytes: Uint8Array;
  /** False when the input ended before a newline. */
  readonly complete: boolean;
}

/**
 * One line and not a byte more, since the next reader of the descriptor shall
 * find the rest. `undefined`: interrupted by a signal.
 */
export function readLine(descriptors: DescriptorTable, fd: number): LineRead | number | undefined {
  const descriptor = descriptors.get(fd);
  const chunks: Uint8Array[] = [];
  // A file can be read ahead: its offset is put back.
  if (descriptor?.kind === 'file') {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const start = descriptor.offset.position;
      const count = descriptors.read(fd, buffer, null);
      if (count < 0) return count;
      const end = buffer.subarray(0, count).indexOf(NEWLINE);
      if (end !== -1) {
        descriptor.offset.position = start + end + 1;
        chunks.push(buffer.slice(0, end));
        return { bytes: concat(chunks), complete: true };
      }
      if (count === 0) return { bytes: concat(chunks), complete: false };
      chunks.push(buffer.slice(0, count));
    }
  }
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  for (;;) {
    const count = descriptors.read(fd, one, null);
    if (count === EINTR) return undefined;
    if (count < 0) return count;
    if (count === 0) return { bytes: Uint8Array.from(bytes), complete: false };
    const byte = one[0] ?? 0;
    if (byte === NEWLINE) return { bytes: Uint8Array.from(bytes), complete: true };
    bytes.push(byte);
  }
}
