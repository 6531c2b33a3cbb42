import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { addBlobEncoding, type DbOrTx } from '@slipway/db';
import type { BlobStore } from './blob-store.ts';

const packBrotli = promisify(brotliCompress);
const packGzip = promisify(gzip);

/** A smaller file has a packed form that is hardly smaller, and goes in one packet either way. */
const LEAST_BYTES = 512;
/** Above it the best brotli takes many seconds; the next best one is quick. */
const BEST_BROTLI_BYTES = 1024 ** 2;
const BEST_QUALITY = 11;
const QUICK_QUALITY = 5;
/** A sweep may take bytes between storing and naming them, but hardly twice. */
const ATTEMPTS = 3;

/**
 * Stores a blob's packed forms beside it, each where it is a twentieth smaller at least (ST-03). The blob
 * is stored and somebody's: its packed forms are everybody's who has it, and go with it.
 */
export async function storePacked(
  store: BlobStore,
  db: DbOrTx,
  { sha256, bytes }: { sha256: string; bytes: Uint8Array },
): Promise<void> {
  if (bytes.length < LEAST_BYTES) return;
  const quality = bytes.length > BEST_BROTLI_BYTES ? QUICK_QUALITY : BEST_QUALITY;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await keep('br', await packBrotli(bytes, { params }));
  await keep('gzip', await packGzip(bytes, { level: 9 }));

  async function keep(encoding: 'br' | 'gzip', packed: Uint8Array): Promise<void> {
    if (packed.length > bytes.length * 0.95) return;
    const encodedSha256 = createHash('sha256').update(packed).digest('hex');
    for (let attempt = 1; ; attempt++) {
      const put = await store.put(encodedSha256, packed);
      if (put.outcome !== 'stored')
        throw new Error(`Cannot store the ${encoding} form of blob "${sha256}": ${put.outcome}`);
      const added = await addBlobEncoding(db, { sha256, encoding, encodedSha256, size: packed.length });
      if (added.outcome === 'added') return;
      if (attempt === ATTEMPTS)
        throw new Error(`Cannot keep the ${encoding} form of blob "${sha256}": it was swept while it was stored`);
    }
  }
}
