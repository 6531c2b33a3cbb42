import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectType, Oid } from '../objects/oid.ts';
import { encodeEntryHeader } from '../packs/pack-entry.ts';
import { MemorySpool } from '../packs/pack-spool.ts';

/** One entry as a test wants it, with whatever lies. */
export interface ForgedEntry {
  /** A type, the id of a base, or which entry before is the base. */
  kind: ObjectType | Oid | number;
  bytes: Uint8Array;
  /** Instead of the true size. */
  size?: number;
  /** Instead of the deflated bytes. */
  z?: Uint8Array;
}

/** Its header and checksum are true even where the entries lie. */
export function makePack(entries: readonly ForgedEntry[], count = entries.length): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK', 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  const parts: Uint8Array[] = [header];
  const offsets: number[] = [];
  let at = 12;
  for (const { kind, bytes, size = bytes.length, z = deflateSync(bytes) } of entries) {
    const base = typeof kind === 'number' ? at - (offsets[kind] ?? at - kind) : kind;
    const head = encodeEntryHeader(base, size);
    offsets.push(at);
    at += head.length + z.length;
    parts.push(head, z);
  }
  return sealPack(Buffer.concat(parts));
}

/** A pack ends in the SHA-1 of all that is before it. */
export function sealPack(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, createHash('sha1').update(bytes).digest()]);
}

/** A spool that holds these bytes already. */
export async function spoolOf(bytes: Uint8Array): Promise<MemorySpool> {
  const spool = new MemorySpool();
  await spool.append(bytes);
  return spool;
}

/** Bytes in pieces of a length, as they come from a network. */
export async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) {
    await Promise.resolve();
    yield bytes.subarray(at, at + length);
  }
}

/** All bytes of a stream. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
