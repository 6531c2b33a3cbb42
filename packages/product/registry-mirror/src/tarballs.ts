import { createHash, timingSafeEqual } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { type FetchDeadlines, fetchWithDeadlines } from './fetch-with-deadlines.ts';
import type { CacheEntry, DiskCache } from './disk-cache.ts';
import type { Packuments } from './packuments.ts';
import { findChecksum } from './rewrite-tarballs.ts';
import { createSingleFlight } from './single-flight.ts';
import type { Upstream } from './upstream.ts';

/** Noted beside each cached tarball. */
export const tarballMeta = z.object({ etag: z.string() });
/** The tag is made of the checksum that was verified. */
export type TarballMeta = z.infer<typeof tarballMeta>;

/** `unreachable` is also a stream that broke half way: nothing of it is kept. */
export type TarballResult =
  | { outcome: 'found'; entry: CacheEntry<TarballMeta> }
  | { outcome: 'no-such-tarball' }
  /** The bytes are not those that the packument promises; nothing was stored. */
  | { outcome: 'wrong-bytes' }
  | { outcome: 'unreachable'; cause: unknown };

/** Files of packages, by name and version. What is in the cache has been verified. */
export interface Tarballs {
  get(name: string, file: string): Promise<TarballResult>;
}

/** The largest packages have some 100 MB; an hour is for slow lines. */
const tarballDeadlines: FetchDeadlines = {
  headersMs: 60_000,
  idleMs: 60_000,
  wholeMs: 3_600_000,
  limitBytes: 1024 ** 3,
};

/**
 * Tarballs never change, so one that was verified once is served for ever, network or
 * not. `signal` ends what is under way: the server stops.
 */
export function createTarballs(
  cache: DiskCache<TarballMeta>,
  packuments: Packuments,
  upstream: Upstream,
  options: { signal: AbortSignal; deadlines?: FetchDeadlines | undefined },
): Tarballs {
  const { signal, deadlines = tarballDeadlines } = options;
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
      const hash = createHash(algorithm);
      const url = `${upstream.configuredUrl}${name}/-/${file}`;
      const status = await fetchWithDeadlines(url, { signal, deadlines }, async (answer) => {
        if (answer.status !== 200) return answer.status;
        // Hashed as it streams by: a tarball may be larger than what one wants in memory.
        const tap = new Transform({ transform: (chunk: Buffer, _, done) => (hash.update(chunk), done(null, chunk)) });
        await pipeline(answer.body, tap, createWriteStream(draft));
        return answer.status;
      });
      if (status === 404) return { outcome: 'no-such-tarball' };
      if (status !== 200) throw new Error(`the registry answered ${status}`);
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
