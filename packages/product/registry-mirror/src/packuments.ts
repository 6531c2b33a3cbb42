import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import * as z from 'zod';
import type { CacheEntry, DiskCache } from './disk-cache.ts';
import { type FetchDeadlines, fetchWithDeadlines } from './fetch-with-deadlines.ts';
import { encodeName } from './package-path.ts';
import { type Packument, rewriteTarballs } from './rewrite-tarballs.ts';
import { createSingleFlight } from './single-flight.ts';
import type { Upstream } from './upstream.ts';

/** Noted beside each cached packument. A change here makes all older entries as good as not there. */
export const packumentMeta = z.object({
  /** Our name for exactly these bytes. */
  etag: z.string(),
  upstreamEtag: z.string().optional(),
  contentType: z.string(),
  /** When the registry last said that this is current, by this machine's clock. */
  confirmedAtMs: z.number(),
});
/** See `packumentMeta`. */
export type PackumentMeta = z.infer<typeof packumentMeta>;

/** `found` may be older than `FRESH_MS` where the registry cannot be reached. */
export type PackumentResult =
  | { outcome: 'found'; entry: CacheEntry<PackumentMeta> }
  | { outcome: 'no-such-package' }
  | { outcome: 'unreachable'; cause: unknown };

/** npm asks for the short form by this Accept header; the registry answers with the same type. */
const ABBREVIATED_TYPE = 'application/vnd.npm.install-v1+json';

/**
 * All about a package: which versions there are and
 * where their tarballs lie. Changes with every release.
 */
export interface Packuments {
  /** `fresh` asks the registry whatever the cache's age. */
  get(name: string, options: { abbreviated: boolean; fresh?: boolean }): Promise<PackumentResult>;
  read(entry: CacheEntry<PackumentMeta>): Promise<Packument>;
}

/** How long a packument is served without asking: what the public registry allows caches too. */
const FRESH_MS = 300_000;

/** npm itself waits five minutes; the longest histories in full have some 100 MB. */
const packumentDeadlines: FetchDeadlines = {
  headersMs: 60_000,
  idleMs: 30_000,
  wholeMs: 300_000,
  limitBytes: 256 * 1024 ** 2,
};

/** `signal` ends what is under way: the server stops. */
export function createPackuments(
  cache: DiskCache<PackumentMeta>,
  upstream: Upstream,
  options: { now: () => number; signal: AbortSignal; deadlines?: FetchDeadlines | undefined },
): Packuments {
  const { now, signal, deadlines = packumentDeadlines } = options;
  const once = createSingleFlight<PackumentResult>();

  async function ask(
    name: string,
    abbreviated: boolean,
    cached: CacheEntry<PackumentMeta> | undefined,
  ): Promise<PackumentResult> {
    const headers = {
      accept: abbreviated ? `${ABBREVIATED_TYPE}; q=1.0, application/json; q=0.8, */*` : 'application/json',
      ...(cached?.meta.upstreamEtag === undefined ? {} : { 'if-none-match': cached.meta.upstreamEtag }),
    };
    let response: { status: number; headers: Headers };
    let text: string;
    try {
      const url = upstream.configuredUrl + encodeName(name);
      [response, text] = await fetchWithDeadlines(url, { headers, signal, deadlines }, async (answer) => [
        answer,
        answer.status === 200 ? await readText(answer.body) : '',
      ]);
      if (response.status === 304 && cached) {
        const meta = { ...cached.meta, confirmedAtMs: now() };
        await cache.updateMeta(keyOf(name, abbreviated), meta);
        return { outcome: 'found', entry: { ...cached, meta } };
      }
      if (response.status === 404) return { outcome: 'no-such-package' };
      if (response.status !== 200) throw new Error(`the registry answered ${response.status}`);
    } catch (cause) {
      // What was current when the network was last there is better than nothing.
      return cached ? { outcome: 'found', entry: cached } : { outcome: 'unreachable', cause };
    }
    const packument = parsePackument(text, name);
    if (!packument)
      return cached
        ? { outcome: 'found', entry: cached }
        : { outcome: 'unreachable', cause: new Error(`the registry's answer is no packument of "${name}"`) };
    const rewritten = rewriteTarballs(packument, name, upstream);
    const body = rewritten ? JSON.stringify(rewritten) : text;
    const draft = await cache.draft();
    await writeFile(draft, body);
    const upstreamEtag = response.headers.get('etag');
    const entry = await cache.put(keyOf(name, abbreviated), draft, {
      etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
      ...(upstreamEtag === null ? {} : { upstreamEtag }),
      contentType: response.headers.get('content-type') ?? 'application/json',
      confirmedAtMs: now(),
    });
    return { outcome: 'found', entry };
  }

  return {
    get: async (name, { abbreviated, fresh = false }) => {
      const key = keyOf(name, abbreviated);
      const cached = await cache.get(key);
      if (cached && !fresh && now() - cached.meta.confirmedAtMs < FRESH_MS) return { outcome: 'found', entry: cached };
      // Several installs at once ask for the same packages: one question goes out.
      return await once(key, () => ask(name, abbreviated, cached));
    },
    read: async (entry) => JSON.parse(await readFile(entry.file, 'utf8')) as Packument,
  };
}

function keyOf(name: string, abbreviated: boolean): string {
  return `${abbreviated ? 'short' : 'full'}:${name}`;
}

function parsePackument(text: string, name: string): Packument | undefined {
  try {
    const value = JSON.parse(text) as Packument | null;
    return value?.name === name ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
