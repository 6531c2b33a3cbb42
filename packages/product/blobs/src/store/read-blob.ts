import type { BlobStore } from './blob-store.ts';

/** The whole of a blob, for who needs it at once; undefined when it is not kept. */
export async function readBlob(store: BlobStore, sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const read = await store.get(sha256);
  if (read.outcome !== 'found') return undefined;
  const bytes = new Uint8Array(read.size);
  let at = 0;
  for await (const piece of read.stream) {
    bytes.set(piece, at);
    at += piece.length;
  }
  if (at !== read.size) throw new Error(`Cannot read blob "${sha256}": ${at} of its ${read.size} bytes came`);
  return bytes;
}
