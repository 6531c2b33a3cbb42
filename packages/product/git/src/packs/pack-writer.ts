import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import type { ObjectType, Oid } from '../objects/oid.ts';
import { encodeEntryHeader } from './pack-entry.ts';

/** Deflated already, so that writing a pack is copying. */
export interface PackItem {
  oid: Oid;
  type: ObjectType;
  /** Inflated length of `z`. */
  size: number;
  /** Deflated bytes of the object or, with `base`, of a delta against that one. */
  z: Uint8Array;
  /** In the same pack or, if that is thin, with whoever gets it. */
  base?: Oid | undefined;
}

/** Deflates at once, on this thread. */
export function packItem(oid: Oid, type: ObjectType, bytes: Uint8Array): PackItem {
  return { oid, type, size: bytes.length, z: deflateSync(bytes) };
}

/** Small entries are put together to pieces of so many bytes. */
const PIECE_BYTES = 64 * 1024;

/**
 * The bytes of a pack of `count` objects. A base that was written before is named by its distance where `ofsDelta` says
 * that the reader knows that, else by its id.
 */
export async function* writePack(
  count: number,
  items: AsyncIterable<PackItem>,
  { ofsDelta }: { ofsDelta: boolean },
): AsyncGenerator<Uint8Array> {
  const header = Buffer.alloc(12);
  header.write('PACK', 'latin1');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(count, 8);
  const hash = createHash('sha1').update(header);
  const written = new Map<Oid, number>();
  let at = header.length;
  let piece: Uint8Array[] = [header];
  let pieceBytes = header.length;
  for await (const { oid, type, size, z, base } of items) {
    const before = base === undefined || !ofsDelta ? undefined : written.get(base);
    const head = encodeEntryHeader(before === undefined ? (base ?? type) : at - before, size);
    written.set(oid, at);
    at += head.length + z.length;
    hash.update(head).update(z);
    piece.push(head, z);
    pieceBytes += head.length + z.length;
    if (pieceBytes < PIECE_BYTES) continue;
    yield Buffer.concat(piece);
    piece = [];
    pieceBytes = 0;
  }
  if (written.size !== count)
    throw new Error(`Cannot write pack: ${count} objects were announced, ${written.size} came`);
  yield Buffer.concat([...piece, hash.digest()]);
}
