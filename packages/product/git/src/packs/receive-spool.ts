import { createHash } from 'node:crypto';
import { GitError } from '../objects/git-error.ts';
import type { PackLimits } from './pack-limits.ts';
import type { PackSpool } from './pack-spool.ts';

const HEADER_BYTES = 12;
const CHECKSUM_BYTES = 20;

/** The number of objects that a pack's first twelve bytes announce. */
export function readPackHeader(header: Uint8Array, limits: PackLimits): number {
  const view = Buffer.from(header.buffer, header.byteOffset, header.byteLength);
  if (view.length < HEADER_BYTES) throw new GitError('bad-pack', 'early EOF');
  if (view.toString('latin1', 0, 4) !== 'PACK')
    throw new GitError('bad-pack', 'protocol error (pack signature mismatch detected)');
  const version = view.readUInt32BE(4);
  if (version !== 2 && version !== 3)
    throw new GitError('bad-pack', `protocol error (pack version ${version} unsupported)`);
  const count = view.readUInt32BE(8);
  if (count > limits.objects)
    throw new GitError(
      'too-large',
      `pack has ${count} objects, which exceeds maximum allowed number (${limits.objects})`,
    );
  return count;
}

/**
 * Takes a pack from its sender into a spool. Its header is looked at as soon as it is there, its size while it grows
 * and its checksum at its end; nothing is inflated yet.
 */
export async function receiveSpool(
  source: AsyncIterable<Uint8Array>,
  spool: PackSpool,
  limits: PackLimits,
): Promise<{ objects: number }> {
  const hash = createHash('sha1');
  let objects: number | undefined;
  // The last twenty bytes are the checksum and not hashed.
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    if (chunk.length === 0) continue;
    if (spool.size + chunk.length > limits.packBytes)
      throw new GitError('too-large', `pack exceeds maximum allowed size (${limits.packBytes} bytes)`);
    await spool.append(chunk);
    if (objects === undefined && spool.size >= HEADER_BYTES)
      objects = readPackHeader(await spool.read(0, HEADER_BYTES), limits);
    const known =
      held.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([held, chunk]);
    const hashed = Math.max(0, known.length - CHECKSUM_BYTES);
    hash.update(known.subarray(0, hashed));
    held = Buffer.from(known.subarray(hashed));
  }
  if (objects === undefined || spool.size < HEADER_BYTES + CHECKSUM_BYTES) throw new GitError('bad-pack', 'early EOF');
  if (!hash.digest().equals(held)) throw new GitError('bad-pack', 'pack is corrupted (SHA1 mismatch)');
  return { objects };
}
