import { Errno, joinBytes } from '@slipway/posix';
import type { DescriptorTable } from '@slipway/kernel';

// Bytes. A pipe gives as much as it holds, a file up to this.
const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The next bytes of a descriptor: empty at the end, or a negative errno. Signals do not
 * end it (EINTR is tried again), so a builtin that must notice them reads by itself.
 */
export function readChunk(descriptors: DescriptorTable, fd: number, size: number = CHUNK): Uint8Array | number {
  const buffer = new Uint8Array(size);
  for (;;) {
    const count = descriptors.read(fd, buffer, null);
    if (count === Errno.EINTR) continue;
    return count < 0 ? count : buffer.subarray(0, count);
  }
}

/**
 * Everything up to the end, or a negative errno. Without a limit of its own: what
 * is read has been written to somewhere that has one, or comes through a pipe.
 */
export function readAll(descriptors: DescriptorTable, fd: number): Uint8Array | number {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const chunk = readChunk(descriptors, fd);
    if (typeof chunk === 'number') return chunk;
    if (chunk.length === 0) return joinBytes(chunks);
    chunks.push(chunk);
  }
}

/**
 * What was read, without the newline; it is not decoded,
 * since `head -c` and `read` cut it differently.
 */
export interface LineRead {
  readonly bytes: Uint8Array;
  /** False when the input ended before a newline. */
  readonly complete: boolean;
}

/**
 * One line and not a byte more, since the next reader of the descriptor shall find
 * the rest: `read x; cat` shares its input (XCU read asks for it). A negative errno,
 * or `undefined`: interrupted by a signal.
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
        return { bytes: joinBytes(chunks), complete: true };
      }
      if (count === 0) return { bytes: joinBytes(chunks), complete: false };
      chunks.push(buffer.slice(0, count));
    }
  }
  // A pipe gives nothing back: a byte at a time, as every shell does it.
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  for (;;) {
    const count = descriptors.read(fd, one, null);
    if (count === Errno.EINTR) return undefined;
    if (count < 0) return count;
    if (count === 0) return { bytes: Uint8Array.from(bytes), complete: false };
    const byte = one[0] ?? 0;
    if (byte === NEWLINE) return { bytes: Uint8Array.from(bytes), complete: true };
    bytes.push(byte);
  }
}
