import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../store/blob-store.ts';

/** What the store under test is made with: small limits, so that the contract reaches them. */
export interface BlobStoreLimits {
  limitBytes: number;
  /** Read at most this many bytes at a time. */
  readBytes: number;
}

/** The limits that `describeBlobStore` reaches. */
export const contractLimits: BlobStoreLimits = { limitBytes: 64 * 1024, readBytes: 1000 };

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const absent = 'f'.repeat(64);

/** The contract of `BlobStore`: the tests that every implementation passes. `open` makes one with `contractLimits`. */
export function describeBlobStore(name: string, open: () => BlobStore): void {
  const streamOf = (...pieces: Uint8Array[]): ReadableStream<Uint8Array> => ReadableStream.from(pieces);

  async function putNew(length: number): Promise<{ bytes: Buffer; sha256: string }> {
    const bytes = randomBytes(length);
    const sha256 = hashOf(bytes);
    expect(await open().put(sha256, bytes)).toEqual({ outcome: 'stored', size: length });
    return { bytes, sha256 };
  }

  async function readAll(sha256: string, range?: { start: number; end?: number }) {
    const read = await open().get(sha256, range);
    if (read.outcome !== 'found') return read;
    const pieces: Uint8Array[] = [];
    for await (const piece of read.stream) pieces.push(piece);
    return { outcome: 'found', size: read.size, bytes: Buffer.concat(pieces) };
  }

  describe(`the blob store "${name}"`, () => {
    it.each([0, 1, 999, 1000, 1001, 5000])('gives back the %i bytes that it was given', async (length) => {
      const { bytes, sha256 } = await putNew(length);
      expect(await readAll(sha256)).toEqual({ outcome: 'found', size: length, bytes });
    });

    it('takes many at once, some of them twice or known, and gives back those that it has', async () => {
      const known = await putNew(10);
      const made = [0, 1, 700].map((length) => randomBytes(length));
      const blobs = [...made, known.bytes, ...made].map((bytes) => ({
        sha256: hashOf(bytes),
        oid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
        bytes,
      }));
      await open().putMany(blobs);
      await open().putMany([]);
      const read = await open().readMany([...blobs.map(({ sha256 }) => sha256), absent]);
      expect([...read].map(([sha256, bytes]) => [sha256, Buffer.from(bytes)]).sort()).toEqual(
        [...new Map(blobs.map(({ sha256, bytes }) => [sha256, bytes]))].sort(),
      );
      expect((await open().readMany([])).size).toBe(0);
    });

    it('takes a stream, and stores what its pieces make together', async () => {
      const bytes = randomBytes(3000);
      const body = streamOf(bytes.subarray(0, 1), new Uint8Array(0), bytes.subarray(1, 2500), bytes.subarray(2500));
      expect(await open().put(hashOf(bytes), body)).toEqual({ outcome: 'stored', size: 3000 });
      expect(await readAll(hashOf(bytes))).toEqual({ outcome: 'found', size: 3000, bytes });
    });

    it.each([
      ['the beginning', { start: 0, end: 10 }, [0, 10]],
      ['one byte', { start: 4999, end: 5000 }, [4999, 5000]],
      ['more than one piece', { start: 500, end: 2750 }, [500, 2750]],
      ['the rest', { start: 4000 }, [4000, 5000]],
      ['an end behind the blob', { start: 4000, end: 9000 }, [4000, 5000]],
      ['nothing', { start: 7, end: 7 }, [7, 7]],
    ] as const)('reads a range: %s', async (_, range, [from, to]) => {
      const { bytes, sha256 } = await putNew(5000);
      expect(await readAll(sha256, range)).toEqual({ outcome: 'found', size: 5000, bytes: bytes.subarray(from, to) });
    });

    it('says the size where a range begins behind the end, and refuses what is no range', async () => {
      const { sha256 } = await putNew(50);
      expect(await readAll(sha256, { start: 50 })).toEqual({ outcome: 'out-of-range', size: 50 });
      expect(await readAll(sha256, { start: 2 ** 40, end: 2 ** 41 })).toEqual({ outcome: 'out-of-range', size: 50 });
      await expect(open().get(sha256, { start: -1 })).rejects.toThrow(/^Cannot read blob ".*": -1-/);
      await expect(open().get(sha256, { start: 9, end: 8 })).rejects.toThrow(/9-8 is no range$/);
    });

    it('reads on only as it is read, and a reader may leave', async () => {
      const { sha256 } = await putNew(5000);
      const read = await open().get(sha256);
      if (read.outcome !== 'found') throw new Error(read.outcome);
      const reader = read.stream.getReader();
      expect((await reader.read()).value?.length).toBeLessThan(5000);
      await reader.cancel();
    });

    it('keeps nothing under a hash that the bytes do not have', async () => {
      const bytes = randomBytes(10);
      for (const body of [bytes, streamOf(bytes)])
        expect(await open().put(absent, body)).toEqual({ outcome: 'mismatch', sha256: hashOf(bytes) });
      expect((await open().has([absent, hashOf(bytes)])).size).toBe(0);
    });

    it('takes as many bytes as its limit and not one more, and leaves a stream that is longer', async () => {
      const { limitBytes } = contractLimits;
      await putNew(limitBytes);
      const larger = randomBytes(limitBytes + 1);
      expect(await open().put(hashOf(larger), larger)).toEqual({ outcome: 'too-large', limitBytes });
      let cancelled = false;
      const endless = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(10_000)),
        cancel: () => void (cancelled = true),
      });
      expect(await open().put(hashOf(larger), endless)).toEqual({ outcome: 'too-large', limitBytes });
      expect(cancelled).toBe(true);
      expect((await open().has([hashOf(larger)])).size).toBe(0);
    });

    it('keeps nothing of a stream that broke', async () => {
      const bytes = randomBytes(100);
      const broken = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(bytes),
        pull: (controller) => controller.error(new Error('the peer went away')),
      });
      await expect(open().put(hashOf(bytes), broken)).rejects.toThrow('the peer went away');
      expect((await open().has([hashOf(bytes)])).size).toBe(0);
    });

    it('ten that store the same bytes at once all succeed, and there is one blob', async () => {
      const bytes = randomBytes(2000);
      const sha256 = hashOf(bytes);
      const puts = await Promise.all(Array.from({ length: 10 }, () => open().put(sha256, bytes)));
      expect(puts).toEqual(Array.from({ length: 10 }, () => ({ outcome: 'stored', size: 2000 })));
      const listed = await open().list({ limit: 1000 });
      expect(listed.filter((blob) => blob.sha256 === sha256)).toEqual([{ sha256, size: 2000 }]);
    });

    it('says what is missing', async () => {
      const { sha256 } = await putNew(5);
      expect(await open().get(absent)).toEqual({ outcome: 'missing' });
      expect([...(await open().has([sha256, absent]))]).toEqual([sha256]);
      expect((await open().has([])).size).toBe(0);
    });

    it('deletes what nothing references, once', async () => {
      const { sha256 } = await putNew(6);
      expect(await open().delete([sha256, absent])).toEqual([sha256]);
      expect(await open().delete([sha256])).toEqual([]);
      expect(await open().get(sha256)).toEqual({ outcome: 'missing' });
    });

    it('lists everything once, page by page', async () => {
      const put = await Promise.all([1, 2, 3, 4, 5].map((length) => putNew(length + 100)));
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await open().list({ limit: 2, ...(after === undefined ? {} : { after }) });
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page.map((blob) => blob.sha256));
        after = page.at(-1)?.sha256;
        if (after === undefined) break;
      }
      expect(seen).toEqual([...new Set(seen)].sort());
      expect(put.filter(({ sha256 }) => !seen.includes(sha256))).toEqual([]);
    });
  });
}
