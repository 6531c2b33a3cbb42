import { createHash, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import * as z from 'zod';
import type { CacheEntry, DiskCache } from './disk-cache.ts';
import type { Packuments } from './packuments.ts';
import { findChecksum } from './rewrite-tarballs.ts';
import { createSingleFlight } from './single-flight.ts';
import type { Upstream } from './upstream.ts';

export const tarballMeta = z.object({ etag: z.string() });
export type TarballMeta = z.infer<typeof tarballMeta>;

export type TarballResult =
  | { outcome: 'found'; entry: CacheEntry<TarballMeta> }
  | { outcome: 'no-such-tarball' }
  /** The bytes are not those that the packument promises; nothing was stored. */
  | { outcome: 'wrong-bytes' }
  | { outcome: 'unreachable'; cause: unknown };

export interface Tarballs {
  get(name: string, file: string): Promise<TarballResult>;
}

/** Tarballs never change, so one that was verified once is served for ever, network or not. */
export function createTarballs(cache: DiskCache<TarballMeta>, packuments: Packuments, upstream: Upstream): Tarballs {
  const once = createSingleFlight<TarballResult>();

  async function findSum(name: string, file: string) {
    // A version published since the packument was cached is found by asking again.
    for (const fresh of [false, true]) {
      const found = await packuments.get(name, { abbreviated: true, fresh });
      if (found.outcome === 'unreachable') return found;
      if (found.outcome === 'no-such-package') return undefined;
      const sum = findChecksum(await packuments.read(found.entry), name, file);
      if (sum) return { outcome: 'sum' as const, sum };
    }
    return undefined;
  }

  async function download(name: string, file: string): Promise<TarballResult> {
    const known = await findSum(name, file);
    if (known === undefined) return { outcome: 'no-such-tarball' };
    if (known.outcome === 'unreachable') return known;
    const { algorithm, digest } = known.sum;
    const draft = await cache.draft();
    try {
      const response = await fetch(`${upstream.configuredUrl}${name}/-/${file}`, { signal: AbortSignal.timeout(300_000) });
      if (response.status === 404) return { outcome: 'no-such-tarball' };
      if (!response.ok || !response.body) throw new Error(`the registry answered ${response.status}`);
      const hash = createHash(algorithm);
      const tap = new Transform({ transform: (chunk: Buffer, _, done) => (hash.update(chunk), done(null, chunk)) });
      await pipeline(Readable.fromWeb(response.body as NodeReadableStream), tap, createWriteStream(draft));
      const actual = hash.digest();
      if (actual.length !== digest.length || !timingSafeEqual(actual, digest)) return { outcome: 'wrong-bytes' };
      const entry = await cache.put(`${name}/-/${file}`, draft, { etag: `"${actual.toString('hex').slice(0, 32)}"` });
      return { outcome: 'found', entry };
    } catch (cause) {
      return { outcome: 'unreachable', cause };
    } finally {
      await cache.discard(draft);
    }
  }

  return {
    get: async (name, file) => {
      const key = `${name}/-/${file}`;
      const entry = await cache.get(key);
      return entry ? { outcome: 'found', entry } : await once(key, () => download(name, file));
    },
  };
}
