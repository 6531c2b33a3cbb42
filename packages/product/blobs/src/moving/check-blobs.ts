import { type Db, listBlobs } from '@slipway/db';
import type { BlobStore } from '../store/blob-store.ts';
import { eachOf } from '../objects/each-of.ts';

const PAGE_BLOBS = 500;
const READS_AT_ONCE = 4;
/** Of what is broken, so many are named. */
const NAMED = 20;

/** `broken` counts all of them, `named` has only the first. */
export interface CheckedBlobs {
  blobs: number;
  bytes: number;
  broken: number;
  /** The first of the broken, each with its error. */
  named: readonly string[];
}

/** Reads every blob to its end; the store compares each with its hash. It changes nothing. */
export async function checkBlobs(
  { db, store }: { db: Db; store: BlobStore },
  { signal }: { signal?: AbortSignal } = {},
): Promise<CheckedBlobs> {
  const named: string[] = [];
  const checked = { blobs: 0, bytes: 0, broken: 0, named };
  for (let after = ''; ;) {
    signal?.throwIfAborted();
    const page = await listBlobs(db, { after, limit: PAGE_BLOBS });
    await eachOf(page, READS_AT_ONCE, async ({ sha256, size }) => {
      signal?.throwIfAborted();
      try {
        const read = await store.get(sha256);
        // Swept since it was listed.
        if (read.outcome !== 'found') return;
        for await (const _ of read.stream);
        checked.blobs++;
        checked.bytes += size;
      } catch (error) {
        checked.broken++;
        if (named.length < NAMED) named.push(error instanceof Error ? error.message : String(error));
      }
    });
    const last = page.at(-1);
    if (last === undefined) return checked;
    after = last.sha256;
  }
}
