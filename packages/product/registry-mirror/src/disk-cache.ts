import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** A cached body on disk. Files never change under their name, so a reader may keep it open while it is evicted. */
export interface CacheEntry<M> {
  file: string;
  size: number;
  meta: M;
}

/**
 * Files by key, the least recently used given up first when all of them pass
 * the limit. Several servers may share the folder: a rename is what publishes an
 * entry, and a file that another one evicted is simply not there.
 */
export interface DiskCache<M> {
  get(key: string): Promise<CacheEntry<M> | undefined>;
  /** A new file for a body that is not trusted yet; `put` moves it in, and `discard` forgets it. */
  draft(): Promise<string>;
  discard(draft: string): Promise<void>;
  put(key: string, draft: string, meta: M): Promise<CacheEntry<M>>;
  /** Replaces what is noted about a body, such as the time it was last confirmed. */
  updateMeta(key: string, meta: M): Promise<void>;
}

/** A body that was looked up this recently may be about to be opened: it stays, and the limit waits. */
const IN_USE_MS = 60_000;

/**
 * The folder is made with the first call. The limit counts
 * bodies alone; notes about them are small and stay.
 */
export function createDiskCache<M>(options: {
  folder: string;
  limitBytes: number;
  metaSchema: z.ZodType<M>;
}): DiskCache<M> {
  const { folder, limitBytes, metaSchema } = options;
  const bodies = join(folder, 'bodies');
  const drafts = join(folder, 'drafts');
  const stored = z.object({ key: z.string(), body: z.string(), meta: metaSchema });

  const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
  const metaFile = (key: string) => join(bodies, `${hashOf(key)}.json`);

  let prepared: Promise<void> | undefined;
  const prepare = () =>
    (prepared ??= Promise.all([mkdir(bodies, { recursive: true }), mkdir(drafts, { recursive: true })]).then(
      () => undefined,
    ));
  /**
   * Bytes of all bodies as far as this process knows: counted
   * with the first `put`, and anew with each eviction.
   */
  let total: number | undefined;
  let evicting: Promise<void> | undefined;

  async function readMeta(key: string): Promise<{ body: string; meta: M } | undefined> {
    const text = await ifThere(readFile(metaFile(key), 'utf8'));
    if (text === undefined) return undefined;
    const parsed = stored.safeParse(JSON.parse(text));
    // An older version of this code wrote it: as good as not there.
    return parsed.success && parsed.data.key === key ? (parsed.data as { body: string; meta: M }) : undefined;
  }

  /** Whole at once, also for a reader in another process. */
  async function writeMeta(key: string, body: string, meta: M): Promise<void> {
    const draft = join(drafts, randomUUID());
    await writeFile(draft, JSON.stringify({ key, body, meta }));
    await rename(draft, metaFile(key));
  }

  async function listBodies(): Promise<{ file: string; size: number; usedAt: number }[]> {
    const names = (await readdir(bodies)).filter((name) => name.endsWith('.body'));
    const all = await Promise.all(
      names.map(async (name) => {
        const file = join(bodies, name);
        const info = await ifThere(stat(file));
        return info && { file, size: info.size, usedAt: info.mtimeMs };
      }),
    );
    return all.filter((entry) => entry !== undefined);
  }

  async function evict(): Promise<void> {
    const all = (await listBodies()).sort((a, b) => a.usedAt - b.usedAt);
    let sum = all.reduce((bytes, entry) => bytes + entry.size, 0);
    const recently = Date.now() - IN_USE_MS;
    for (const entry of all) {
      // All that follow were used even later.
      if (entry.usedAt > recently) break;
      // Down to nine tenths, so that not every new file starts a sweep.
      if (sum <= limitBytes * 0.9) break;
      await rm(entry.file, { force: true });
      sum -= entry.size;
    }
    total = sum;
  }

  return {
    get: async (key) => {
      await prepare();
      const found = await readMeta(key);
      if (!found) return undefined;
      const file = join(bodies, found.body);
      const info = await ifThere(stat(file));
      if (!info) return undefined;
      // The time of the last use is the file's own mtime, so that all servers of the folder see it.
      const now = new Date();
      await ifThere(utimes(file, now, now));
      return { file, size: info.size, meta: found.meta };
    },
    draft: async () => {
      await prepare();
      return join(drafts, randomUUID());
    },
    discard: (draft) => rm(draft, { force: true }),
    put: async (key, draft, meta) => {
      const { size } = await stat(draft);
      // A name of its own for each version: whoever found the old one can still read it.
      // Nobody finds it any more, so it is the next to go.
      const body = `${hashOf(key)}-${randomUUID()}.body`;
      await rename(draft, join(bodies, body));
      await writeMeta(key, body, meta);
      total = (total ?? (await listBodies()).reduce((sum, entry) => sum + entry.size, -size)) + size;
      if (total > limitBytes) await (evicting ??= evict().finally(() => (evicting = undefined)));
      return { file: join(bodies, body), size, meta };
    },
    updateMeta: async (key, meta) => {
      const found = await readMeta(key);
      if (found) await writeMeta(key, found.body, meta);
    },
  };
}

/** The result, or undefined when the file is not there. */
async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
